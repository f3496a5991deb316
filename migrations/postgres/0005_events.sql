DROP INDEX "changes_subject";--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "actor_token_id" text COLLATE "C";--> statement-breakpoint
UPDATE "changes" SET "actor_token_id" = "actor"->>'tokenId';--> statement-breakpoint
CREATE INDEX "changes_at" ON "changes" USING btree ("at","seq");--> statement-breakpoint
CREATE INDEX "changes_type" ON "changes" USING btree ("type","at","seq");--> statement-breakpoint
CREATE INDEX "changes_actor" ON "changes" USING btree ("actor_token_id","at","seq");--> statement-breakpoint
CREATE INDEX "changes_subject" ON "changes" USING btree ("subject_id","at","seq");