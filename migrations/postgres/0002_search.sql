DROP INDEX "articles_trashed";--> statement-breakpoint
CREATE INDEX "articles_language" ON "articles" USING btree ("language","updated_at","id");--> statement-breakpoint
CREATE INDEX "articles_trash_updated" ON "articles" USING btree ("updated_at","id") WHERE trashed_at is not null;--> statement-breakpoint
CREATE INDEX "articles_changed" ON "articles" USING btree ("updated_at","id") WHERE published_version is not null and content_hash <> published_hash;--> statement-breakpoint
CREATE INDEX "articles_trashed" ON "articles" USING btree ("trashed_at","id") WHERE trashed_at is not null;--> statement-breakpoint
CREATE TABLE "article_search" (
	"number" bigserial PRIMARY KEY,
	"article_id" text COLLATE "C" NOT NULL UNIQUE REFERENCES "articles"("id") ON DELETE CASCADE,
	"scheme" bigint NOT NULL,
	"words" tsvector NOT NULL
);
--> statement-breakpoint
CREATE INDEX "article_search_words" ON "article_search" USING gin ("words");
