CREATE TABLE "published_counts" (
	"facet" text COLLATE "C" PRIMARY KEY NOT NULL,
	"count" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "published_facets" (
	"article_id" text COLLATE "C" NOT NULL,
	"facet" text COLLATE "C" NOT NULL,
	"published_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"title_sort" text COLLATE "C" NOT NULL,
	CONSTRAINT "published_facets_article_id_facet_pk" PRIMARY KEY("article_id","facet")
);
--> statement-breakpoint
DROP INDEX "published_articles_language";
--> statement-breakpoint
DROP INDEX "published_articles_published";
--> statement-breakpoint
ALTER TABLE "published_facets" ADD CONSTRAINT "published_facets_article_id_published_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."published_articles"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "published_articles_updated" ON "published_articles" USING btree ("updated_at","id","published_at");
--> statement-breakpoint
CREATE INDEX "published_articles_title" ON "published_articles" USING btree ("title_sort","id","published_at","updated_at");
--> statement-breakpoint
CREATE INDEX "published_articles_published" ON "published_articles" USING btree ("published_at","id","updated_at");
--> statement-breakpoint
INSERT INTO "published_facets" ("article_id", "facet", "published_at", "updated_at", "title_sort")
SELECT a."id", a."section_id", a."published_at", a."updated_at", a."title_sort" FROM "published_articles" a WHERE a."section_id" IS NOT NULL;
--> statement-breakpoint
INSERT INTO "published_facets" ("article_id", "facet", "published_at", "updated_at", "title_sort")
SELECT a."id", a."language", a."published_at", a."updated_at", a."title_sort" FROM "published_articles" a;
--> statement-breakpoint
INSERT INTO "published_facets" ("article_id", "facet", "published_at", "updated_at", "title_sort")
SELECT a."id", o."tag_id", a."published_at", a."updated_at", a."title_sort" FROM "published_article_tags" o JOIN "published_articles" a ON a."id" = o."article_id";
--> statement-breakpoint
INSERT INTO "published_facets" ("article_id", "facet", "published_at", "updated_at", "title_sort")
SELECT a."id", o."author_id", a."published_at", a."updated_at", a."title_sort" FROM "published_article_authors" o JOIN "published_articles" a ON a."id" = o."article_id";
--> statement-breakpoint
CREATE INDEX "published_facets_published" ON "published_facets" USING btree ("facet","published_at","article_id");
--> statement-breakpoint
CREATE INDEX "published_facets_updated" ON "published_facets" USING btree ("facet","updated_at","article_id");
--> statement-breakpoint
CREATE INDEX "published_facets_title" ON "published_facets" USING btree ("facet","title_sort","article_id");
--> statement-breakpoint
INSERT INTO "published_counts" ("facet", "count")
SELECT "facet", count(*) FROM "published_facets" GROUP BY "facet";
--> statement-breakpoint
CREATE TABLE "published_search" (
	"number" bigserial PRIMARY KEY,
	"article_id" text COLLATE "C" NOT NULL UNIQUE REFERENCES "published_articles"("id") ON DELETE CASCADE,
	"scheme" bigint NOT NULL,
	"words" tsvector NOT NULL
);
--> statement-breakpoint
CREATE INDEX "published_search_words" ON "published_search" USING gin ("words");
