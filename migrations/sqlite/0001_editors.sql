CREATE TABLE `collection_items` (
	`collection_id` text NOT NULL,
	`article_id` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`collection_id`, `article_id`),
	FOREIGN KEY (`collection_id`) REFERENCES `collections`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `collection_items_article` ON `collection_items` (`article_id`);--> statement-breakpoint
CREATE TABLE `collections` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `collections_key` ON `collections` (`key`);--> statement-breakpoint
CREATE TABLE `idempotency_records` (
	`token_id` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`started_at` text NOT NULL,
	`status` integer,
	`headers` text,
	`body` text,
	PRIMARY KEY(`token_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_records_started` ON `idempotency_records` (`started_at`);--> statement-breakpoint
DROP INDEX `articles_slug`;--> statement-breakpoint
DROP INDEX `articles_section`;--> statement-breakpoint
ALTER TABLE `articles` ADD `created_by_token_id` text;--> statement-breakpoint
UPDATE `articles` SET `created_by_token_id` = json_extract(`created_by`, '$.tokenId');--> statement-breakpoint
CREATE INDEX `articles_status` ON `articles` (`status`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_creator` ON `articles` (`created_by_token_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_trashed` ON `articles` (`trashed_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_section` ON `articles` (`section_id`,`updated_at`,`id`);--> statement-breakpoint
ALTER TABLE `revisions` ADD `type` text DEFAULT 'article.updated' NOT NULL;--> statement-breakpoint
ALTER TABLE `revisions` ADD `pinned` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `revisions_created` ON `revisions` (`created_at`);--> statement-breakpoint
ALTER TABLE `tokens` ADD `previous_secret_hash` text;--> statement-breakpoint
ALTER TABLE `tokens` ADD `previous_expires_at` text;--> statement-breakpoint
ALTER TABLE `tokens` ADD `last_used_at` text;--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_previous_secret_hash` ON `tokens` (`previous_secret_hash`);