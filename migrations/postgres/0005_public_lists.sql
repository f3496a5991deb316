CREATE TABLE "published_counts" (
	"facet" text COLLATE "C" PRIMARY KEY NOT NULL,
	"count" bigint NOT NULL
);
--> statement-breakpoint
DROP INDEX "published_articles_published";
--> statement-breakpoint
ALTER TABLE "published_article_authors" ADD COLUMN "updated_at" timestamp(3) with time zone;
--> statement-breakpoint
ALTER TABLE "published_article_authors" ADD COLUMN "title_sort" text COLLATE "C";
--> statement-breakpoint
UPDATE "published_article_authors" o SET "updated_at" = a."updated_at", "title_sort" = a."title_sort"
FROM "published_articles" a WHERE a."id" = o."article_id";
--> statement-breakpoint
ALTER TABLE "published_article_authors" ALTER COLUMN "updated_at" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "published_article_authors" ALTER COLUMN "title_sort" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "published_article_tags" ADD COLUMN "updated_at" timestamp(3) with time zone;
--> statement-breakpoint
ALTER TABLE "published_article_tags" ADD COLUMN "title_sort" text COLLATE "C";
--> statement-breakpoint
UPDATE "published_article_tags" o SET "updated_at" = a."updated_at", "title_sort" = a."title_sort"
FROM "published_articles" a WHERE a."id" = o."article_id";
--> statement-breakpoint
ALTER TABLE "published_article_tags" ALTER COLUMN "updated_at" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "published_article_tags" ALTER COLUMN "title_sort" SET NOT NULL;
--> statement-breakpoint
CREATE INDEX "published_article_authors_updated" ON "published_article_authors" USING btree ("author_id","updated_at","article_id");
--> statement-breakpoint
CREATE INDEX "published_article_authors_title" ON "published_article_authors" USING btree ("author_id","title_sort","article_id");
--> statement-breakpoint
CREATE INDEX "published_article_tags_updated" ON "published_article_tags" USING btree ("tag_id","updated_at","article_id");
--> statement-breakpoint
CREATE INDEX "published_article_tags_title" ON "published_article_tags" USING btree ("tag_id","title_sort","article_id");
--> statement-breakpoint
CREATE INDEX "published_articles_updated" ON "published_articles" USING btree ("updated_at","id","published_at");
--> statement-breakpoint
CREATE INDEX "published_articles_title" ON "published_articles" USING btree ("title_sort","id","published_at","updated_at");
--> statement-breakpoint
CREATE INDEX "published_articles_section_updated" ON "published_articles" USING btree ("section_id","updated_at","id");
--> statement-breakpoint
CREATE INDEX "published_articles_section_title" ON "published_articles" USING btree ("section_id","title_sort","id");
--> statement-breakpoint
CREATE INDEX "published_articles_language_updated" ON "published_articles" USING btree ("language","updated_at","id");
--> statement-breakpoint
CREATE INDEX "published_articles_language_title" ON "published_articles" USING btree ("language","title_sort","id");
--> statement-breakpoint
CREATE INDEX "published_articles_published" ON "published_articles" USING btree ("published_at","id","updated_at");
--> statement-breakpoint
INSERT INTO "published_counts" ("facet", "count")
SELECT "tag_id", count(*) FROM "published_article_tags" GROUP BY "tag_id";
--> statement-breakpoint
INSERT INTO "published_counts" ("facet", "count")
SELECT "author_id", count(*) FROM "published_article_authors" GROUP BY "author_id";
--> statement-breakpoint
INSERT INTO "published_counts" ("facet", "count")
SELECT "section_id", count(*) FROM "published_articles" WHERE "section_id" IS NOT NULL GROUP BY "section_id";
--> statement-breakpoint
INSERT INTO "published_counts" ("facet", "count")
SELECT "language", count(*) FROM "published_articles" GROUP BY "language";
--> statement-breakpoint
CREATE TABLE "published_search" (
	"number" bigserial PRIMARY KEY,
	"article_id" text COLLATE "C" NOT NULL UNIQUE REFERENCES "published_articles"("id") ON DELETE CASCADE,
	"scheme" bigint NOT NULL,
	"words" tsvector NOT NULL
);
--> statement-breakpoint
CREATE INDEX "published_search_words" ON "published_search" USING gin ("words");
