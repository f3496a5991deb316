CREATE TABLE `ad_counts` (
	`day` text NOT NULL,
	`placement_id` text NOT NULL,
	`slot_id` text NOT NULL,
	`article_id` text NOT NULL,
	`impressions` integer NOT NULL,
	`viewable` integer NOT NULL,
	`clicks` integer NOT NULL,
	PRIMARY KEY(`day`, `placement_id`, `slot_id`, `article_id`)
);
--> statement-breakpoint
CREATE INDEX `ad_counts_placement` ON `ad_counts` (`placement_id`,`day`);--> statement-breakpoint
CREATE TABLE `ad_events_seen` (
	`key` text PRIMARY KEY NOT NULL,
	`seen_at` text NOT NULL,
	`repeats_until` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `ad_events_seen_until` ON `ad_events_seen` (`repeats_until`);