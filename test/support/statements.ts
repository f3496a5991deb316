import { setTimeout as sleep } from 'node:timers/promises'
import type { TestServer } from './server.ts'

/** Looking for changes, and for what is to be indexed or tidied up, which the server does by itself at any moment. */
const looking = [
  /^select "public_seq", "at" from "changes"/,
  /^select "(scheduled_at|unpublish_at)" from "articles"/,
  /^select "id", "(scheduled_at|unpublish_at)" from "articles"/,
  /^select ("id", )?"next_edge_at" from "ad_placements"/,
  /^select max\("id"\) from \(select "id" from "(published_)?articles"/,
  / s on s\.article_id = .*s\.scheme is null/,
  /^select "key" from "(idempotency_records|ad_events_seen)" where .* limit /,
  /^select "id" from "imports" where /,
  /^select "trashed_at", "id" from "articles" where /,
  /^select "id", "version", "published_version" from "articles" order by /,
]

/** How many statements the server runs while `work` is under way, whichever the database. */
export async function countStatements(
  { statements }: TestServer,
  work: () => PromiseLike<unknown>,
): Promise<number> {
  const before = statements.length
  await work()
  return statements.slice(before).filter((sql) => !looking.some((pattern) => pattern.test(sql))).length
}

/** Waits until what a server does by itself when it starts is done. */
export async function untilQuiet({ statements }: TestServer): Promise<void> {
  for (let before = -1; before !== statements.length; ) {
    before = statements.length
    await sleep(400)
  }
}
