import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { postgresMigrations } from '../../src/db/migrate.postgres.ts'
import { readMigrations } from '../../src/db/migrate.ts'
import { openPostgres } from '../../src/db/open.postgres.ts'
import { temporaryDatabase } from '../support/database.ts'
import { startProgram } from '../support/process.ts'

const migrations = readMigrations(new URL('../../migrations/postgres/', import.meta.url))

/** A table of the first migration, one of a migration in the middle and one of the last that makes tables. */
const places: readonly (readonly [table: string, migration: string])[] = [
  ['tokens', '0000_first'],
  ['article_search', '0002_search'],
  ['published_facets', '0004_public_lists'],
]

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end().catch(() => {}))
  return client
}

it('a migration whose process is killed within it is done by the next start, as if nothing had been', async () => {
  const databaseUrl = await temporaryDatabase({ empty: true })
  const other = await connect(databaseUrl)
  const waiting = async () => {
    const { rows } = await other.query(
      "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    return rows.length
  }
  for (const [table, migration] of places) {
    // Whoever makes a table of that name too waits for the end of this transaction.
    const holder = await connect(databaseUrl)
    await holder.query('begin')
    await holder.query(`create table ${table} (id text)`)
    const program = startProgram(['migrate'], { DATABASE_URL: databaseUrl })
    await expect.poll(waiting, { timeout: 20_000, interval: 10 }).toBe(1)
    expect((await program.stop('SIGKILL')).signal).toBe('SIGKILL')
    await holder.query('rollback')
    const applied = async () => {
      const names = await postgresMigrations({ connectionString: databaseUrl }).applied()
      return names.map(({ name }) => name)
    }
    const before = migrations.map(({ name }) => name).filter((name) => name < migration)
    expect(await applied()).toEqual(before)
    const { rows } = await other.query(`select to_regclass('${table}') as found`)
    expect(rows[0].found, 'nothing is left of it').toBeNull()
  }
  const engine = openPostgres(databaseUrl, { maxConnections: 2 })
  onTestFinished(() => engine.close())
  const { applied } = await engine.migrate()
  expect(applied).toEqual(migrations.map(({ name }) => name).filter((name) => name >= '0004'))
  await engine.check()
}, 60_000)
