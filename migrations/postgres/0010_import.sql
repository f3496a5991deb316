CREATE TABLE "imports" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"options" json NOT NULL,
	"counts" json NOT NULL,
	"problems" json NOT NULL,
	"problem_count" bigint NOT NULL,
	"reason" text COLLATE "C",
	"created_by" json NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"finished_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "old_paths" (
	"path" text COLLATE "C" PRIMARY KEY NOT NULL,
	"article_id" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE INDEX "imports_status" ON "imports" USING btree ("status","created_at");--> statement-breakpoint
CREATE INDEX "old_paths_article" ON "old_paths" USING btree ("article_id");