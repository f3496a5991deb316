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
CREATE INDEX `preview_tokens_article` ON `preview_tokens` (`article_id`,`id`);