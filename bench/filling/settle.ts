import pg from 'pg'

/** What PostgreSQL does by itself before long: without it the planner knows nothing of what was just written. */
export async function settle(databaseUrl: string): Promise<void> {
  if (databaseUrl.startsWith('file:')) return
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}
