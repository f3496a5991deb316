CREATE TABLE "ad_placements" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"slot_id" text COLLATE "C" NOT NULL,
	"creative_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"scope_type" text COLLATE "C" NOT NULL,
	"scope_id" text COLLATE "C" NOT NULL,
	"starts_at" timestamp(3) with time zone,
	"ends_at" timestamp(3) with time zone,
	"priority" text COLLATE "C" NOT NULL,
	"weight" bigint NOT NULL,
	"goal" json,
	"status" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ad_slots" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"place" text COLLATE "C" NOT NULL,
	"after_block" bigint,
	"sizes" json NOT NULL,
	"max_placements" bigint NOT NULL,
	"label" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "article_authors" (
	"article_id" text COLLATE "C" NOT NULL,
	"author_id" text COLLATE "C" NOT NULL,
	"role" text COLLATE "C",
	"position" bigint NOT NULL,
	CONSTRAINT "article_authors_article_id_author_id_pk" PRIMARY KEY("article_id","author_id")
);
--> statement-breakpoint
CREATE TABLE "article_bodies" (
	"article_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"body" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "article_tags" (
	"article_id" text COLLATE "C" NOT NULL,
	"tag_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "article_tags_article_id_tag_id_pk" PRIMARY KEY("article_id","tag_id")
);
--> statement-breakpoint
CREATE TABLE "articles" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"published_version" bigint,
	"slug" text COLLATE "C" NOT NULL,
	"title" text COLLATE "C" NOT NULL,
	"title_sort" text COLLATE "C" NOT NULL,
	"subtitle" text COLLATE "C",
	"excerpt" text COLLATE "C",
	"language" text COLLATE "C" NOT NULL,
	"section_id" text COLLATE "C",
	"credit" text COLLATE "C",
	"source" json,
	"external_ids" json NOT NULL,
	"seo" json NOT NULL,
	"embargo_until" timestamp(3) with time zone,
	"ads_allowed" boolean NOT NULL,
	"sensitive" boolean NOT NULL,
	"custom" json NOT NULL,
	"content_hash" text COLLATE "C" NOT NULL,
	"published_hash" text COLLATE "C",
	"first_published_at" timestamp(3) with time zone,
	"published_at" timestamp(3) with time zone,
	"scheduled_at" timestamp(3) with time zone,
	"unpublish_at" timestamp(3) with time zone,
	"trashed_at" timestamp(3) with time zone,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"created_by" json NOT NULL,
	"updated_by" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "authors" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"slug" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"public_seq" bigint,
	"at" timestamp(3) with time zone NOT NULL,
	"type" text COLLATE "C" NOT NULL,
	"subject_type" text COLLATE "C" NOT NULL,
	"subject_id" text COLLATE "C" NOT NULL,
	"subject_slug" text COLLATE "C",
	"actor" json NOT NULL,
	"payload" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "creatives" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"title" text COLLATE "C" NOT NULL,
	"format" text COLLATE "C" NOT NULL,
	"click_url" text COLLATE "C",
	"sizes" json NOT NULL,
	"exclusion_labels" json NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"html" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "gone_articles" (
	"article_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"reason" text COLLATE "C" NOT NULL,
	"public_reason" text COLLATE "C",
	"at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "import_sources" (
	"system" text COLLATE "C" NOT NULL,
	"external_id" text COLLATE "C" NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"source_hash" text COLLATE "C" NOT NULL,
	"placement_ids" json NOT NULL,
	"imported_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "import_sources_system_external_id_pk" PRIMARY KEY("system","external_id")
);
--> statement-breakpoint
CREATE TABLE "published_article_authors" (
	"article_id" text COLLATE "C" NOT NULL,
	"author_id" text COLLATE "C" NOT NULL,
	"role" text COLLATE "C",
	"position" bigint NOT NULL,
	"published_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "published_article_authors_article_id_author_id_pk" PRIMARY KEY("article_id","author_id")
);
--> statement-breakpoint
CREATE TABLE "published_article_tags" (
	"article_id" text COLLATE "C" NOT NULL,
	"tag_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"published_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "published_article_tags_article_id_tag_id_pk" PRIMARY KEY("article_id","tag_id")
);
--> statement-breakpoint
CREATE TABLE "published_articles" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"slug" text COLLATE "C" NOT NULL,
	"title" text COLLATE "C" NOT NULL,
	"title_sort" text COLLATE "C" NOT NULL,
	"subtitle" text COLLATE "C",
	"excerpt" text COLLATE "C" NOT NULL,
	"language" text COLLATE "C" NOT NULL,
	"section_id" text COLLATE "C",
	"credit" text COLLATE "C",
	"source" json,
	"seo" json NOT NULL,
	"custom" json NOT NULL,
	"corrections" json NOT NULL,
	"ads_allowed" boolean NOT NULL,
	"sensitive" boolean NOT NULL,
	"published_at" timestamp(3) with time zone NOT NULL,
	"first_published_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"word_count" bigint NOT NULL,
	"reading_time_minutes" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "published_bodies" (
	"article_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"body" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "published_related_links" (
	"id" text COLLATE "C" NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"title" text COLLATE "C",
	"excerpt" text COLLATE "C",
	"url" text COLLATE "C",
	"target_id" text COLLATE "C",
	CONSTRAINT "published_related_links_article_id_id_pk" PRIMARY KEY("article_id","id")
);
--> statement-breakpoint
CREATE TABLE "related_links" (
	"id" text COLLATE "C" NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"title" text COLLATE "C",
	"excerpt" text COLLATE "C",
	"url" text COLLATE "C",
	"target_id" text COLLATE "C",
	CONSTRAINT "related_links_article_id_id_pk" PRIMARY KEY("article_id","id")
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"article_id" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"created_by" json NOT NULL,
	"snapshot" json NOT NULL,
	CONSTRAINT "revisions_article_id_version_pk" PRIMARY KEY("article_id","version")
);
--> statement-breakpoint
CREATE TABLE "secrets" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"value" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sections" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"slug" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "slug_history" (
	"slug" text COLLATE "C" PRIMARY KEY NOT NULL,
	"article_id" text COLLATE "C" NOT NULL,
	"since" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "slugs" (
	"slug" text COLLATE "C" PRIMARY KEY NOT NULL,
	"article_id" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"slug" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"role" text COLLATE "C",
	"permissions" json NOT NULL,
	"secret_hash" text COLLATE "C" NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"revoked_at" timestamp(3) with time zone,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ad_placements" ADD CONSTRAINT "ad_placements_slot_id_ad_slots_id_fk" FOREIGN KEY ("slot_id") REFERENCES "public"."ad_slots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ad_placements" ADD CONSTRAINT "ad_placements_creative_id_creatives_id_fk" FOREIGN KEY ("creative_id") REFERENCES "public"."creatives"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_authors" ADD CONSTRAINT "article_authors_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_authors" ADD CONSTRAINT "article_authors_author_id_authors_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."authors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_bodies" ADD CONSTRAINT "article_bodies_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_tags" ADD CONSTRAINT "article_tags_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "article_tags" ADD CONSTRAINT "article_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "articles" ADD CONSTRAINT "articles_section_id_sections_id_fk" FOREIGN KEY ("section_id") REFERENCES "public"."sections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_sources" ADD CONSTRAINT "import_sources_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "published_article_authors" ADD CONSTRAINT "published_article_authors_article_id_published_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."published_articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "published_article_authors" ADD CONSTRAINT "published_article_authors_author_id_authors_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."authors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "published_article_tags" ADD CONSTRAINT "published_article_tags_article_id_published_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."published_articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "published_article_tags" ADD CONSTRAINT "published_article_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "published_articles" ADD CONSTRAINT "published_articles_section_id_sections_id_fk" FOREIGN KEY ("section_id") REFERENCES "public"."sections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "published_bodies" ADD CONSTRAINT "published_bodies_article_id_published_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."published_articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "published_related_links" ADD CONSTRAINT "published_related_links_article_id_published_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."published_articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "related_links" ADD CONSTRAINT "related_links_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_article_id_articles_id_fk" FOREIGN KEY ("article_id") REFERENCES "public"."articles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ad_placements_scope" ON "ad_placements" USING btree ("scope_type","scope_id");--> statement-breakpoint
CREATE INDEX "ad_placements_slot" ON "ad_placements" USING btree ("slot_id");--> statement-breakpoint
CREATE INDEX "ad_placements_creative" ON "ad_placements" USING btree ("creative_id");--> statement-breakpoint
CREATE UNIQUE INDEX "ad_slots_key" ON "ad_slots" USING btree ("key");--> statement-breakpoint
CREATE INDEX "article_authors_author" ON "article_authors" USING btree ("author_id");--> statement-breakpoint
CREATE INDEX "article_tags_tag" ON "article_tags" USING btree ("tag_id");--> statement-breakpoint
CREATE INDEX "articles_updated" ON "articles" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "articles_slug" ON "articles" USING btree ("slug");--> statement-breakpoint
CREATE INDEX "articles_section" ON "articles" USING btree ("section_id");--> statement-breakpoint
CREATE UNIQUE INDEX "authors_slug" ON "authors" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "changes_public" ON "changes" USING btree ("public_seq");--> statement-breakpoint
CREATE INDEX "changes_subject" ON "changes" USING btree ("subject_type","subject_id","seq");--> statement-breakpoint
CREATE INDEX "creatives_title" ON "creatives" USING btree ("title","format");--> statement-breakpoint
CREATE INDEX "import_sources_article" ON "import_sources" USING btree ("article_id");--> statement-breakpoint
CREATE INDEX "published_article_authors_author" ON "published_article_authors" USING btree ("author_id","published_at","article_id");--> statement-breakpoint
CREATE INDEX "published_article_tags_tag" ON "published_article_tags" USING btree ("tag_id","published_at","article_id");--> statement-breakpoint
CREATE UNIQUE INDEX "published_articles_slug" ON "published_articles" USING btree ("slug");--> statement-breakpoint
CREATE INDEX "published_articles_published" ON "published_articles" USING btree ("published_at","id");--> statement-breakpoint
CREATE INDEX "published_articles_section" ON "published_articles" USING btree ("section_id","published_at","id");--> statement-breakpoint
CREATE INDEX "published_articles_language" ON "published_articles" USING btree ("language","published_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "published_related_links_position" ON "published_related_links" USING btree ("article_id","position");--> statement-breakpoint
CREATE INDEX "published_related_links_target" ON "published_related_links" USING btree ("target_id");--> statement-breakpoint
CREATE UNIQUE INDEX "related_links_position" ON "related_links" USING btree ("article_id","position");--> statement-breakpoint
CREATE INDEX "related_links_target" ON "related_links" USING btree ("target_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sections_slug" ON "sections" USING btree ("slug");--> statement-breakpoint
CREATE INDEX "slug_history_article" ON "slug_history" USING btree ("article_id");--> statement-breakpoint
CREATE INDEX "slugs_article" ON "slugs" USING btree ("article_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tags_slug" ON "tags" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_secret_hash" ON "tokens" USING btree ("secret_hash");