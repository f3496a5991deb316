DROP INDEX `changes_subject`;--> statement-breakpoint
ALTER TABLE `changes` ADD `actor_token_id` text;--> statement-breakpoint
UPDATE `changes` SET `actor_token_id` = json_extract(`actor`, '$.tokenId');--> statement-breakpoint
CREATE INDEX `changes_at` ON `changes` (`at`,`seq`);--> statement-breakpoint
CREATE INDEX `changes_type` ON `changes` (`type`,`at`,`seq`);--> statement-breakpoint
CREATE INDEX `changes_actor` ON `changes` (`actor_token_id`,`at`,`seq`);--> statement-breakpoint
CREATE INDEX `changes_subject` ON `changes` (`subject_id`,`at`,`seq`);