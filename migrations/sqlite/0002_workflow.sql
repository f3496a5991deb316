ALTER TABLE `articles` ADD `scheduled_from` text;--> statement-breakpoint
ALTER TABLE `articles` ADD `scheduled_by` text;--> statement-breakpoint
ALTER TABLE `articles` ADD `schedule_problem` text;--> statement-breakpoint
ALTER TABLE `articles` ADD `corrections` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
CREATE INDEX `articles_scheduled` ON `articles` (`scheduled_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_unpublish` ON `articles` (`unpublish_at`,`id`);