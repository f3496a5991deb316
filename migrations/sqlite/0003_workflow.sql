CREATE TABLE `preview_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`article_id` text NOT NULL,
	`created_at` text NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` text NOT NULL,
	`revoked_at` text,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `preview_tokens_article` ON `preview_tokens` (`article_id`,`id`);--> statement-breakpoint
DROP INDEX `article_authors_author`;--> statement-breakpoint
CREATE INDEX `article_authors_author` ON `article_authors` (`author_id`,`article_id`);--> statement-breakpoint
DROP INDEX `article_tags_tag`;--> statement-breakpoint
CREATE INDEX `article_tags_tag` ON `article_tags` (`tag_id`,`article_id`);--> statement-breakpoint
DROP INDEX `published_related_links_target`;--> statement-breakpoint
CREATE INDEX `published_related_links_target` ON `published_related_links` (`target_id`,`article_id`);--> statement-breakpoint
DROP INDEX `related_links_target`;--> statement-breakpoint
CREATE INDEX `related_links_target` ON `related_links` (`target_id`,`article_id`);--> statement-breakpoint
ALTER TABLE `articles` ADD `scheduled_from` text;--> statement-breakpoint
ALTER TABLE `articles` ADD `scheduled_by` text;--> statement-breakpoint
ALTER TABLE `articles` ADD `schedule_problem` text;--> statement-breakpoint
ALTER TABLE `articles` ADD `corrections` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
CREATE INDEX `articles_scheduled` ON `articles` (`scheduled_at`,`id`) WHERE scheduled_at is not null;--> statement-breakpoint
CREATE INDEX `articles_unpublish` ON `articles` (`unpublish_at`,`id`) WHERE unpublish_at is not null;