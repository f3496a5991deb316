CREATE TABLE `ad_totals` (
	`placement_id` text PRIMARY KEY NOT NULL,
	`impressions` integer NOT NULL
);
--> statement-breakpoint
INSERT INTO `ad_totals` (`placement_id`, `impressions`) SELECT `placement_id`, sum(`impressions`) FROM `ad_counts` GROUP BY `placement_id`;--> statement-breakpoint
ALTER TABLE `ad_placements` ADD `held_until` text;