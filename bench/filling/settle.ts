import { sql } from 'drizzle-orm'
import pg from 'pg'
import type { Engine } from '../../src/db/engine.ts'

/** What lists words in PostgreSQL: to make it at the end takes a fraction of the time that it takes row by row. */
const wordIndexes = ['article_search_words', 'published_search_words']

/**
 * Runs `work`, which writes much, without PostgreSQL's indexes of words, and makes those again afterwards. A run that
 * is killed leaves a database without them.
 */
export async function withoutWordIndexes(databaseUrl: string, work: () => Promise<void>): Promise<void> {
  if (databaseUrl.startsWith('file:')) return work()
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ indexname: string; indexdef: string }>(
      'select indexname, indexdef from pg_indexes where schemaname = current_schema and indexname = any($1)',
      [wordIndexes],
    )
    for (const { indexname } of rows) await client.query(`drop index ${indexname}`)
    try {
      await work()
    } finally {
      for (const { indexdef } of rows) await client.query(indexdef)
    }
  })
}

/**
 * Lets SQLite keep in memory what the indexes of a large newsroom are found in, 1 GB of it, and take its log into the
 * file rarely: it would otherwise read and write most of the pages of an index for each transaction.
 */
export async function withRoomToWrite(engine: Engine): Promise<void> {
  await engine.write(async ({ sql: db, dialect }) => {
    if (dialect !== 'sqlite') return
    await db.run(sql`pragma cache_size = -1000000`)
    await db.all(sql`pragma wal_autocheckpoint = 50000`)
  })
}

/** What PostgreSQL does by itself before long: without it the planner knows nothing of what was just written. */
export async function settle(databaseUrl: string): Promise<void> {
  if (databaseUrl.startsWith('file:')) return
  await withClient(databaseUrl, (client) => client.query('vacuum analyze'))
}

async function withClient(databaseUrl: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
