CREATE TABLE `published_counts` (
	`facet` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL
);
--> statement-breakpoint
DROP INDEX `published_articles_published`;
--> statement-breakpoint
CREATE INDEX `published_articles_updated` ON `published_articles` (`updated_at`,`id`,`published_at`);
--> statement-breakpoint
CREATE INDEX `published_articles_title` ON `published_articles` (`title_sort`,`id`,`published_at`,`updated_at`);
--> statement-breakpoint
CREATE INDEX `published_articles_section_updated` ON `published_articles` (`section_id`,`updated_at`,`id`);
--> statement-breakpoint
CREATE INDEX `published_articles_section_title` ON `published_articles` (`section_id`,`title_sort`,`id`);
--> statement-breakpoint
CREATE INDEX `published_articles_language_updated` ON `published_articles` (`language`,`updated_at`,`id`);
--> statement-breakpoint
CREATE INDEX `published_articles_language_title` ON `published_articles` (`language`,`title_sort`,`id`);
--> statement-breakpoint
CREATE INDEX `published_articles_published` ON `published_articles` (`published_at`,`id`,`updated_at`);
--> statement-breakpoint
CREATE TABLE `new_published_article_tags` (
	`article_id` text NOT NULL,
	`tag_id` text NOT NULL,
	`position` integer NOT NULL,
	`published_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`title_sort` text NOT NULL,
	PRIMARY KEY(`article_id`, `tag_id`),
	FOREIGN KEY (`article_id`) REFERENCES `published_articles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tag_id`) REFERENCES `tags`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `new_published_article_tags` (`article_id`, `tag_id`, `position`, `published_at`, `updated_at`, `title_sort`)
SELECT o.`article_id`, o.`tag_id`, o.`position`, a.`published_at`, a.`updated_at`, a.`title_sort`
FROM `published_article_tags` o JOIN `published_articles` a ON a.`id` = o.`article_id`;
--> statement-breakpoint
DROP TABLE `published_article_tags`;
--> statement-breakpoint
ALTER TABLE `new_published_article_tags` RENAME TO `published_article_tags`;
--> statement-breakpoint
CREATE INDEX `published_article_tags_tag` ON `published_article_tags` (`tag_id`,`published_at`,`article_id`);
--> statement-breakpoint
CREATE INDEX `published_article_tags_updated` ON `published_article_tags` (`tag_id`,`updated_at`,`article_id`);
--> statement-breakpoint
CREATE INDEX `published_article_tags_title` ON `published_article_tags` (`tag_id`,`title_sort`,`article_id`);
--> statement-breakpoint
CREATE TABLE `new_published_article_authors` (
	`article_id` text NOT NULL,
	`author_id` text NOT NULL,
	`role` text,
	`position` integer NOT NULL,
	`published_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`title_sort` text NOT NULL,
	PRIMARY KEY(`article_id`, `author_id`),
	FOREIGN KEY (`article_id`) REFERENCES `published_articles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`author_id`) REFERENCES `authors`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `new_published_article_authors` (`article_id`, `author_id`, `role`, `position`, `published_at`, `updated_at`, `title_sort`)
SELECT o.`article_id`, o.`author_id`, o.`role`, o.`position`, a.`published_at`, a.`updated_at`, a.`title_sort`
FROM `published_article_authors` o JOIN `published_articles` a ON a.`id` = o.`article_id`;
--> statement-breakpoint
DROP TABLE `published_article_authors`;
--> statement-breakpoint
ALTER TABLE `new_published_article_authors` RENAME TO `published_article_authors`;
--> statement-breakpoint
CREATE INDEX `published_article_authors_author` ON `published_article_authors` (`author_id`,`published_at`,`article_id`);
--> statement-breakpoint
CREATE INDEX `published_article_authors_updated` ON `published_article_authors` (`author_id`,`updated_at`,`article_id`);
--> statement-breakpoint
CREATE INDEX `published_article_authors_title` ON `published_article_authors` (`author_id`,`title_sort`,`article_id`);
--> statement-breakpoint
INSERT INTO `published_counts` (`facet`, `count`)
SELECT `tag_id`, count(*) FROM `published_article_tags` GROUP BY `tag_id`;
--> statement-breakpoint
INSERT INTO `published_counts` (`facet`, `count`)
SELECT `author_id`, count(*) FROM `published_article_authors` GROUP BY `author_id`;
--> statement-breakpoint
INSERT INTO `published_counts` (`facet`, `count`)
SELECT `section_id`, count(*) FROM `published_articles` WHERE `section_id` IS NOT NULL GROUP BY `section_id`;
--> statement-breakpoint
INSERT INTO `published_counts` (`facet`, `count`)
SELECT `language`, count(*) FROM `published_articles` GROUP BY `language`;
--> statement-breakpoint
CREATE TABLE `published_search` (
	`number` integer PRIMARY KEY NOT NULL,
	`article_id` text NOT NULL UNIQUE,
	`scheme` integer NOT NULL,
	FOREIGN KEY (`article_id`) REFERENCES `published_articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE VIRTUAL TABLE `published_search_words` USING fts5(title, lead, body, content='', contentless_delete=1, tokenize='ascii', prefix='2');
--> statement-breakpoint
CREATE TRIGGER `published_search_deleted` AFTER DELETE ON `published_search` BEGIN
	DELETE FROM `published_search_words` WHERE rowid = old.number;
END;
