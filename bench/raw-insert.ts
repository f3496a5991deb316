import Database from 'better-sqlite3'
import pg from 'pg'

/** How long each raw driver inserts, in milliseconds. */
const durationMs = 3_000

/**
 * The most that a driver can do on this disk: rows of so many bytes, one commit each, by one prepared statement.
 * Answers rows a second.
 */
export async function rawInsertRate(databaseUrl: string, bytes: number): Promise<number> {
  const text = 'x'.repeat(bytes)
  return databaseUrl.startsWith('file:')
    ? rawSqlite(databaseUrl.slice('file:'.length), text)
    : rawPostgres(databaseUrl, text)
}

function rawSqlite(path: string, text: string): number {
  const connection = new Database(path)
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.exec('create table raw_rows (id text primary key, body text not null)')
  const insert = connection.prepare('insert into raw_rows values (?, ?)')
  const start = performance.now()
  let rows = 0
  while (performance.now() - start < durationMs) {
    rows += 1
    insert.run(`row-${rows}`, text)
  }
  const rate = (rows * 1_000) / (performance.now() - start)
  connection.exec('drop table raw_rows')
  connection.close()
  return rate
}

async function rawPostgres(url: string, text: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table raw_rows (id text primary key, body text not null)')
  const start = performance.now()
  let rows = 0
  while (performance.now() - start < durationMs) {
    rows += 1
    await client.query({
      name: 'raw',
      text: 'insert into raw_rows values ($1, $2)',
      values: [`row-${rows}`, text],
    })
  }
  const rate = (rows * 1_000) / (performance.now() - start)
  await client.query('drop table raw_rows')
  await client.end()
  return rate
}
