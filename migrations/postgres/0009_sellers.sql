CREATE TABLE "sellers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"ads_txt_key" text COLLATE "C",
	"app_ads_txt_key" text COLLATE "C",
	"sellers_json_key" text COLLATE "C",
	"domain" text COLLATE "C",
	"entry" json NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "sellers_ads_txt" ON "sellers" USING btree ("ads_txt_key");--> statement-breakpoint
CREATE UNIQUE INDEX "sellers_app_ads_txt" ON "sellers" USING btree ("app_ads_txt_key");--> statement-breakpoint
CREATE UNIQUE INDEX "sellers_json" ON "sellers" USING btree ("sellers_json_key");--> statement-breakpoint
CREATE INDEX "sellers_domain" ON "sellers" USING btree ("domain");