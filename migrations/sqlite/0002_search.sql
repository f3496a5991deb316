DROP INDEX `articles_trashed`;--> statement-breakpoint
CREATE INDEX `articles_language` ON `articles` (`language`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_trash_updated` ON `articles` (`updated_at`,`id`) WHERE trashed_at is not null;--> statement-breakpoint
CREATE INDEX `articles_changed` ON `articles` (`updated_at`,`id`) WHERE published_version is not null and content_hash <> published_hash;--> statement-breakpoint
CREATE INDEX `articles_trashed` ON `articles` (`trashed_at`,`id`) WHERE trashed_at is not null;--> statement-breakpoint
CREATE TABLE `article_search` (
	`number` integer PRIMARY KEY NOT NULL,
	`article_id` text NOT NULL UNIQUE,
	`scheme` integer NOT NULL,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE VIRTUAL TABLE `article_search_words` USING fts5(title, lead, body, content='', contentless_delete=1, tokenize='ascii', prefix='2');--> statement-breakpoint
CREATE TRIGGER `article_search_deleted` AFTER DELETE ON `article_search` BEGIN
	DELETE FROM `article_search_words` WHERE rowid = old.number;
END;
