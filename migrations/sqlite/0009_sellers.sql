CREATE TABLE `sellers` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`position` integer NOT NULL,
	`ads_txt_key` text,
	`app_ads_txt_key` text,
	`sellers_json_key` text,
	`domain` text,
	`entry` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sellers_ads_txt` ON `sellers` (`ads_txt_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `sellers_app_ads_txt` ON `sellers` (`app_ads_txt_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `sellers_json` ON `sellers` (`sellers_json_key`);--> statement-breakpoint
CREATE INDEX `sellers_domain` ON `sellers` (`domain`);