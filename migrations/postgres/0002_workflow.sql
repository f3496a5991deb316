ALTER TABLE "articles" ADD COLUMN "scheduled_from" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "articles" ADD COLUMN "scheduled_by" json;--> statement-breakpoint
ALTER TABLE "articles" ADD COLUMN "schedule_problem" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "articles" ADD COLUMN "corrections" json DEFAULT '[]'::json NOT NULL;--> statement-breakpoint
CREATE INDEX "articles_scheduled" ON "articles" USING btree ("scheduled_at","id");--> statement-breakpoint
CREATE INDEX "articles_unpublish" ON "articles" USING btree ("unpublish_at","id");