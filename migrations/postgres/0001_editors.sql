CREATE TABLE "collection_items" (
	"collection_id" text COLLATE "C" NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "collection_items_collection_id_article_id_pk" PRIMARY KEY("collection_id","article_id")
);
--> statement-breakpoint
CREATE TABLE "collections" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_records" (
	"token_id" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"fingerprint" text COLLATE "C" NOT NULL,
	"started_at" timestamp(3) with time zone NOT NULL,
	"status" bigint,
	"headers" json,
	"body" json,
	CONSTRAINT "idempotency_records_token_id_key_pk" PRIMARY KEY("token_id","key")
);
--> statement-breakpoint
DROP INDEX "articles_slug";--> statement-breakpoint
DROP INDEX "articles_section";--> statement-breakpoint
ALTER TABLE "articles" ADD COLUMN "created_by_token_id" text COLLATE "C";--> statement-breakpoint
UPDATE "articles" SET "created_by_token_id" = "created_by"->>'tokenId';--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "type" text COLLATE "C" DEFAULT 'article.updated' NOT NULL;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "pinned" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "previous_secret_hash" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "previous_expires_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "last_used_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "collection_items" ADD CONSTRAINT "collection_items_collection_id_collections_id_fk" FOREIGN KEY ("collection_id") REFERENCES "public"."collections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection_items" ADD CONSTRAINT "collection_items_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "collection_items_article" ON "collection_items" USING btree ("article_id");--> statement-breakpoint
CREATE UNIQUE INDEX "collections_key" ON "collections" USING btree ("key");--> statement-breakpoint
CREATE INDEX "idempotency_records_started" ON "idempotency_records" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "articles_status" ON "articles" USING btree ("status","updated_at","id");--> statement-breakpoint
CREATE INDEX "articles_creator" ON "articles" USING btree ("created_by_token_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "articles_trashed" ON "articles" USING btree ("trashed_at","id");--> statement-breakpoint
CREATE INDEX "revisions_created" ON "revisions" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_previous_secret_hash" ON "tokens" USING btree ("previous_secret_hash");--> statement-breakpoint
CREATE INDEX "articles_section" ON "articles" USING btree ("section_id","updated_at","id");