CREATE TABLE "preview_tokens" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"created_by" json NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"revoked_at" timestamp(3) with time zone
);
--> statement-breakpoint
DROP INDEX "article_authors_author";--> statement-breakpoint
DROP INDEX "article_tags_tag";--> statement-breakpoint
DROP INDEX "published_related_links_target";--> statement-breakpoint
DROP INDEX "related_links_target";--> statement-breakpoint
ALTER TABLE "articles" ADD COLUMN "scheduled_from" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "articles" ADD COLUMN "scheduled_by" json;--> statement-breakpoint
ALTER TABLE "articles" ADD COLUMN "schedule_problem" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "articles" ADD COLUMN "corrections" json DEFAULT '[]'::json NOT NULL;--> statement-breakpoint
ALTER TABLE "preview_tokens" ADD CONSTRAINT "preview_tokens_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "preview_tokens_article" ON "preview_tokens" USING btree ("article_id","id");--> statement-breakpoint
CREATE INDEX "articles_scheduled" ON "articles" USING btree ("scheduled_at","id") WHERE scheduled_at is not null;--> statement-breakpoint
CREATE INDEX "articles_unpublish" ON "articles" USING btree ("unpublish_at","id") WHERE unpublish_at is not null;--> statement-breakpoint
CREATE INDEX "article_authors_author" ON "article_authors" USING btree ("author_id","article_id");--> statement-breakpoint
CREATE INDEX "article_tags_tag" ON "article_tags" USING btree ("tag_id","article_id");--> statement-breakpoint
CREATE INDEX "published_related_links_target" ON "published_related_links" USING btree ("target_id","article_id");--> statement-breakpoint
CREATE INDEX "related_links_target" ON "related_links" USING btree ("target_id","article_id");