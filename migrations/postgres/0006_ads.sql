CREATE TABLE "ad_pauses" (
	"article_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"paused_at" timestamp(3) with time zone NOT NULL,
	"paused_by" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ad_revisions" (
	"scope_type" text COLLATE "C" NOT NULL,
	"scope_id" text COLLATE "C" NOT NULL,
	"revision" text COLLATE "C" NOT NULL,
	CONSTRAINT "ad_revisions_scope_type_scope_id_pk" PRIMARY KEY("scope_type","scope_id")
);
--> statement-breakpoint
CREATE TABLE "advertisers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "ad_placements_scope";--> statement-breakpoint
DROP INDEX "ad_placements_slot";--> statement-breakpoint
DROP INDEX "ad_placements_creative";--> statement-breakpoint
ALTER TABLE "ad_placements" ADD COLUMN "over_at" timestamp(3) with time zone DEFAULT '9999-12-31T23:59:59.999Z' NOT NULL;--> statement-breakpoint
ALTER TABLE "ad_placements" ADD COLUMN "next_edge_at" timestamp(3) with time zone;--> statement-breakpoint
UPDATE "ad_placements" SET "over_at" = "ends_at" WHERE "ends_at" IS NOT NULL;--> statement-breakpoint
UPDATE "ad_placements" SET "next_edge_at" = coalesce("starts_at", "ends_at") WHERE "starts_at" IS NOT NULL OR "ends_at" IS NOT NULL;--> statement-breakpoint
INSERT INTO "ad_revisions" ("scope_type", "scope_id", "revision") SELECT DISTINCT "scope_type", "scope_id", 'first' FROM "ad_placements";--> statement-breakpoint
INSERT INTO "ad_revisions" ("scope_type", "scope_id", "revision") VALUES ('slots', '', 'first');--> statement-breakpoint
ALTER TABLE "creatives" ADD COLUMN "advertiser_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "ad_pauses" ADD CONSTRAINT "ad_pauses_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "creatives" ADD CONSTRAINT "creatives_advertiser_id_advertisers_id_fk" FOREIGN KEY ("advertiser_id") REFERENCES "public"."advertisers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ad_placements_edge" ON "ad_placements" USING btree ("next_edge_at","id") WHERE next_edge_at is not null;--> statement-breakpoint
CREATE INDEX "creatives_advertiser" ON "creatives" USING btree ("advertiser_id","id");--> statement-breakpoint
CREATE INDEX "ad_placements_scope" ON "ad_placements" USING btree ("scope_type","scope_id","over_at");--> statement-breakpoint
CREATE INDEX "ad_placements_slot" ON "ad_placements" USING btree ("slot_id","id");--> statement-breakpoint
CREATE INDEX "ad_placements_creative" ON "ad_placements" USING btree ("creative_id","id");