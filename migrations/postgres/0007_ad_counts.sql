CREATE TABLE "ad_counts" (
	"day" text COLLATE "C" NOT NULL,
	"placement_id" text COLLATE "C" NOT NULL,
	"slot_id" text COLLATE "C" NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"impressions" bigint NOT NULL,
	"viewable" bigint NOT NULL,
	"clicks" bigint NOT NULL,
	CONSTRAINT "ad_counts_day_placement_id_slot_id_article_id_pk" PRIMARY KEY("day","placement_id","slot_id","article_id")
);
--> statement-breakpoint
CREATE TABLE "ad_events_seen" (
	"key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"seen_at" timestamp(3) with time zone NOT NULL,
	"repeats_until" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "ad_counts_placement" ON "ad_counts" USING btree ("placement_id","day");--> statement-breakpoint
CREATE INDEX "ad_events_seen_until" ON "ad_events_seen" USING btree ("repeats_until");