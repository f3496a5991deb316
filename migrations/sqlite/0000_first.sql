CREATE TABLE `ad_placements` (
	`id` text PRIMARY KEY NOT NULL,
	`slot_id` text NOT NULL,
	`creative_id` text NOT NULL,
	`position` integer NOT NULL,
	`scope_type` text NOT NULL,
	`scope_id` text NOT NULL,
	`starts_at` text,
	`ends_at` text,
	`priority` text NOT NULL,
	`weight` integer NOT NULL,
	`goal` text,
	`status` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	FOREIGN KEY (`slot_id`) REFERENCES `ad_slots`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`creative_id`) REFERENCES `creatives`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `ad_placements_scope` ON `ad_placements` (`scope_type`,`scope_id`);--> statement-breakpoint
CREATE INDEX `ad_placements_slot` ON `ad_placements` (`slot_id`);--> statement-breakpoint
CREATE INDEX `ad_placements_creative` ON `ad_placements` (`creative_id`);--> statement-breakpoint
CREATE TABLE `ad_slots` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`place` text NOT NULL,
	`after_block` integer,
	`sizes` text NOT NULL,
	`max_placements` integer NOT NULL,
	`label` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ad_slots_key` ON `ad_slots` (`key`);--> statement-breakpoint
CREATE TABLE `article_authors` (
	`article_id` text NOT NULL,
	`author_id` text NOT NULL,
	`role` text,
	`position` integer NOT NULL,
	PRIMARY KEY(`article_id`, `author_id`),
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`author_id`) REFERENCES `authors`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `article_authors_author` ON `article_authors` (`author_id`);--> statement-breakpoint
CREATE TABLE `article_bodies` (
	`article_id` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `article_tags` (
	`article_id` text NOT NULL,
	`tag_id` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`article_id`, `tag_id`),
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tag_id`) REFERENCES `tags`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `article_tags_tag` ON `article_tags` (`tag_id`);--> statement-breakpoint
CREATE TABLE `articles` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`version` integer NOT NULL,
	`published_version` integer,
	`slug` text NOT NULL,
	`title` text NOT NULL,
	`title_sort` text NOT NULL,
	`subtitle` text,
	`excerpt` text,
	`language` text NOT NULL,
	`section_id` text,
	`credit` text,
	`source` text,
	`external_ids` text NOT NULL,
	`seo` text NOT NULL,
	`embargo_until` text,
	`ads_allowed` integer NOT NULL,
	`sensitive` integer NOT NULL,
	`custom` text NOT NULL,
	`content_hash` text NOT NULL,
	`published_hash` text,
	`first_published_at` text,
	`published_at` text,
	`scheduled_at` text,
	`unpublish_at` text,
	`trashed_at` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`created_by` text NOT NULL,
	`updated_by` text NOT NULL,
	FOREIGN KEY (`section_id`) REFERENCES `sections`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `articles_updated` ON `articles` (`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `articles_slug` ON `articles` (`slug`);--> statement-breakpoint
CREATE INDEX `articles_section` ON `articles` (`section_id`);--> statement-breakpoint
CREATE TABLE `authors` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `authors_slug` ON `authors` (`slug`);--> statement-breakpoint
CREATE TABLE `changes` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`public_seq` integer,
	`at` text NOT NULL,
	`type` text NOT NULL,
	`subject_type` text NOT NULL,
	`subject_id` text NOT NULL,
	`subject_slug` text,
	`actor` text NOT NULL,
	`payload` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `changes_public` ON `changes` (`public_seq`);--> statement-breakpoint
CREATE INDEX `changes_subject` ON `changes` (`subject_type`,`subject_id`,`seq`);--> statement-breakpoint
CREATE TABLE `creatives` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`format` text NOT NULL,
	`click_url` text,
	`sizes` text NOT NULL,
	`exclusion_labels` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`html` text
);
--> statement-breakpoint
CREATE INDEX `creatives_title` ON `creatives` (`title`,`format`);--> statement-breakpoint
CREATE TABLE `gone_articles` (
	`article_id` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`public_reason` text,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `import_sources` (
	`system` text NOT NULL,
	`external_id` text NOT NULL,
	`article_id` text NOT NULL,
	`source_hash` text NOT NULL,
	`placement_ids` text NOT NULL,
	`imported_at` text NOT NULL,
	PRIMARY KEY(`system`, `external_id`),
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `import_sources_article` ON `import_sources` (`article_id`);--> statement-breakpoint
CREATE TABLE `published_article_authors` (
	`article_id` text NOT NULL,
	`author_id` text NOT NULL,
	`role` text,
	`position` integer NOT NULL,
	`published_at` text NOT NULL,
	PRIMARY KEY(`article_id`, `author_id`),
	FOREIGN KEY (`article_id`) REFERENCES `published_articles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`author_id`) REFERENCES `authors`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `published_article_authors_author` ON `published_article_authors` (`author_id`,`published_at`,`article_id`);--> statement-breakpoint
CREATE TABLE `published_article_tags` (
	`article_id` text NOT NULL,
	`tag_id` text NOT NULL,
	`position` integer NOT NULL,
	`published_at` text NOT NULL,
	PRIMARY KEY(`article_id`, `tag_id`),
	FOREIGN KEY (`article_id`) REFERENCES `published_articles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tag_id`) REFERENCES `tags`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `published_article_tags_tag` ON `published_article_tags` (`tag_id`,`published_at`,`article_id`);--> statement-breakpoint
CREATE TABLE `published_articles` (
	`id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`slug` text NOT NULL,
	`title` text NOT NULL,
	`title_sort` text NOT NULL,
	`subtitle` text,
	`excerpt` text NOT NULL,
	`language` text NOT NULL,
	`section_id` text,
	`credit` text,
	`source` text,
	`seo` text NOT NULL,
	`custom` text NOT NULL,
	`corrections` text NOT NULL,
	`ads_allowed` integer NOT NULL,
	`sensitive` integer NOT NULL,
	`published_at` text NOT NULL,
	`first_published_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`word_count` integer NOT NULL,
	`reading_time_minutes` integer NOT NULL,
	FOREIGN KEY (`section_id`) REFERENCES `sections`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `published_articles_slug` ON `published_articles` (`slug`);--> statement-breakpoint
CREATE INDEX `published_articles_published` ON `published_articles` (`published_at`,`id`);--> statement-breakpoint
CREATE INDEX `published_articles_section` ON `published_articles` (`section_id`,`published_at`,`id`);--> statement-breakpoint
CREATE INDEX `published_articles_language` ON `published_articles` (`language`,`published_at`,`id`);--> statement-breakpoint
CREATE TABLE `published_bodies` (
	`article_id` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	FOREIGN KEY (`article_id`) REFERENCES `published_articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `published_related_links` (
	`id` text NOT NULL,
	`article_id` text NOT NULL,
	`position` integer NOT NULL,
	`kind` text NOT NULL,
	`title` text,
	`excerpt` text,
	`url` text,
	`target_id` text,
	PRIMARY KEY(`article_id`, `id`),
	FOREIGN KEY (`article_id`) REFERENCES `published_articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `published_related_links_position` ON `published_related_links` (`article_id`,`position`);--> statement-breakpoint
CREATE INDEX `published_related_links_target` ON `published_related_links` (`target_id`);--> statement-breakpoint
CREATE TABLE `related_links` (
	`id` text NOT NULL,
	`article_id` text NOT NULL,
	`position` integer NOT NULL,
	`kind` text NOT NULL,
	`title` text,
	`excerpt` text,
	`url` text,
	`target_id` text,
	PRIMARY KEY(`article_id`, `id`),
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `related_links_position` ON `related_links` (`article_id`,`position`);--> statement-breakpoint
CREATE INDEX `related_links_target` ON `related_links` (`target_id`);--> statement-breakpoint
CREATE TABLE `revisions` (
	`article_id` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`created_by` text NOT NULL,
	`snapshot` text NOT NULL,
	PRIMARY KEY(`article_id`, `version`),
	FOREIGN KEY (`article_id`) REFERENCES `articles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `secrets` (
	`name` text PRIMARY KEY NOT NULL,
	`value` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sections` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sections_slug` ON `sections` (`slug`);--> statement-breakpoint
CREATE TABLE `slug_history` (
	`slug` text PRIMARY KEY NOT NULL,
	`article_id` text NOT NULL,
	`since` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `slug_history_article` ON `slug_history` (`article_id`);--> statement-breakpoint
CREATE TABLE `slugs` (
	`slug` text PRIMARY KEY NOT NULL,
	`article_id` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `slugs_article` ON `slugs` (`article_id`);--> statement-breakpoint
CREATE TABLE `tags` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tags_slug` ON `tags` (`slug`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text,
	`permissions` text NOT NULL,
	`secret_hash` text NOT NULL,
	`expires_at` text,
	`revoked_at` text,
	`version` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_secret_hash` ON `tokens` (`secret_hash`);