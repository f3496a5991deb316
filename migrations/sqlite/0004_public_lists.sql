CREATE TABLE `published_counts` (
	`facet` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `published_facets` (
	`article_id` text NOT NULL,
	`facet` text NOT NULL,
	`published_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`title_sort` text NOT NULL,
	PRIMARY KEY(`article_id`, `facet`),
	FOREIGN KEY (`article_id`) REFERENCES `published_articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
DROP INDEX `published_articles_language`;
--> statement-breakpoint
DROP INDEX `published_articles_published`;
--> statement-breakpoint
CREATE INDEX `published_articles_updated` ON `published_articles` (`updated_at`,`id`,`published_at`);
--> statement-breakpoint
CREATE INDEX `published_articles_title` ON `published_articles` (`title_sort`,`id`,`published_at`,`updated_at`);
--> statement-breakpoint
CREATE INDEX `published_articles_published` ON `published_articles` (`published_at`,`id`,`updated_at`);
--> statement-breakpoint
INSERT INTO `published_facets` (`article_id`, `facet`, `published_at`, `updated_at`, `title_sort`)
SELECT a.`id`, a.`section_id`, a.`published_at`, a.`updated_at`, a.`title_sort` FROM `published_articles` a WHERE a.`section_id` IS NOT NULL;
--> statement-breakpoint
INSERT INTO `published_facets` (`article_id`, `facet`, `published_at`, `updated_at`, `title_sort`)
SELECT a.`id`, a.`language`, a.`published_at`, a.`updated_at`, a.`title_sort` FROM `published_articles` a;
--> statement-breakpoint
INSERT INTO `published_facets` (`article_id`, `facet`, `published_at`, `updated_at`, `title_sort`)
SELECT a.`id`, o.`tag_id`, a.`published_at`, a.`updated_at`, a.`title_sort` FROM `published_article_tags` o JOIN `published_articles` a ON a.`id` = o.`article_id`;
--> statement-breakpoint
INSERT INTO `published_facets` (`article_id`, `facet`, `published_at`, `updated_at`, `title_sort`)
SELECT a.`id`, o.`author_id`, a.`published_at`, a.`updated_at`, a.`title_sort` FROM `published_article_authors` o JOIN `published_articles` a ON a.`id` = o.`article_id`;
--> statement-breakpoint
CREATE INDEX `published_facets_published` ON `published_facets` (`facet`,`published_at`,`article_id`);
--> statement-breakpoint
CREATE INDEX `published_facets_updated` ON `published_facets` (`facet`,`updated_at`,`article_id`);
--> statement-breakpoint
CREATE INDEX `published_facets_title` ON `published_facets` (`facet`,`title_sort`,`article_id`);
--> statement-breakpoint
INSERT INTO `published_counts` (`facet`, `count`)
SELECT `facet`, count(*) FROM `published_facets` GROUP BY `facet`;
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
