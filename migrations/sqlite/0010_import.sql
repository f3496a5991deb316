CREATE TABLE `imports` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`options` text NOT NULL,
	`counts` text NOT NULL,
	`problems` text NOT NULL,
	`problem_count` integer NOT NULL,
	`reason` text,
	`created_by` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`finished_at` text
);
--> statement-breakpoint
CREATE INDEX `imports_status` ON `imports` (`status`,`created_at`);--> statement-breakpoint
CREATE TABLE `old_paths` (
	`path` text PRIMARY KEY NOT NULL,
	`article_id` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `old_paths_article` ON `old_paths` (`article_id`);