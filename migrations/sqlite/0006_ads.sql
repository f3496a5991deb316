CREATE TABLE `ad_pauses` (
	`article_id` text PRIMARY KEY NOT NULL,
	`paused_at` text NOT NULL,
	`paused_by` text NOT NULL,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `ad_revisions` (
	`scope_type` text NOT NULL,
	`scope_id` text NOT NULL,
	`revision` text NOT NULL,
	PRIMARY KEY(`scope_type`, `scope_id`)
);
--> statement-breakpoint
CREATE TABLE `advertisers` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
DROP INDEX `ad_placements_scope`;--> statement-breakpoint
DROP INDEX `ad_placements_slot`;--> statement-breakpoint
DROP INDEX `ad_placements_creative`;--> statement-breakpoint
ALTER TABLE `ad_placements` ADD `over_at` text DEFAULT '9999-12-31T23:59:59.999Z' NOT NULL;--> statement-breakpoint
ALTER TABLE `ad_placements` ADD `next_edge_at` text;--> statement-breakpoint
UPDATE `ad_placements` SET `over_at` = `ends_at` WHERE `ends_at` IS NOT NULL;--> statement-breakpoint
UPDATE `ad_placements` SET `next_edge_at` = coalesce(`starts_at`, `ends_at`) WHERE `starts_at` IS NOT NULL OR `ends_at` IS NOT NULL;--> statement-breakpoint
INSERT INTO `ad_revisions` (`scope_type`, `scope_id`, `revision`) SELECT DISTINCT `scope_type`, `scope_id`, 'first' FROM `ad_placements`;--> statement-breakpoint
INSERT INTO `ad_revisions` (`scope_type`, `scope_id`, `revision`) VALUES ('slots', '', 'first');--> statement-breakpoint
CREATE INDEX `ad_placements_edge` ON `ad_placements` (`next_edge_at`,`id`) WHERE next_edge_at is not null;--> statement-breakpoint
CREATE INDEX `ad_placements_scope` ON `ad_placements` (`scope_type`,`scope_id`,`over_at`);--> statement-breakpoint
CREATE INDEX `ad_placements_slot` ON `ad_placements` (`slot_id`,`id`);--> statement-breakpoint
CREATE INDEX `ad_placements_creative` ON `ad_placements` (`creative_id`,`id`);--> statement-breakpoint
ALTER TABLE `creatives` ADD `advertiser_id` text REFERENCES advertisers(id);--> statement-breakpoint
CREATE INDEX `creatives_advertiser` ON `creatives` (`advertiser_id`,`id`);