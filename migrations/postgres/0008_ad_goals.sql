CREATE TABLE "ad_totals" (
	"placement_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"impressions" bigint NOT NULL
);
--> statement-breakpoint
INSERT INTO "ad_totals" ("placement_id", "impressions") SELECT "placement_id", sum("impressions") FROM "ad_counts" GROUP BY "placement_id";--> statement-breakpoint
ALTER TABLE "ad_placements" ADD COLUMN "held_until" timestamp(3) with time zone;