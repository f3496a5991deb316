import pg from 'pg'
import { checkHistory, type MigrationTarget } from './migrate.ts'
import { advisoryLockKey } from './transactions.postgres.ts'

/** Names and hashes of the migrations that the database has. */
export async function appliedMigrations(client: pg.ClientBase): Promise<{ name: string; hash: string }[]> {
  const { rows } = await client.query<{ exists: boolean }>(
    "select to_regclass('migrations') is not null as exists",
  )
  if (!rows[0]?.exists) return []
  return checkHistory((await client.query<object>('select * from migrations order by 1')).rows)
}

/**
 * Migrations over PostgreSQL: each on a connection of its own without time limits, in one transaction that holds
 * the advisory lock, so that of several instances one applies it and the others find it done.
 */
export function postgresMigrations(connection: pg.ClientConfig): MigrationTarget {
  async function transact<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const client = new pg.Client(connection)
    // What is under way fails by itself; without a listener the event would end the process.
    client.on('error', () => {})
    await client.connect()
    try {
      await client.query('BEGIN')
      const result = await work(client)
      await client.query('COMMIT')
      return result
    } finally {
      // Rolls back what was not committed.
      await client.end()
    }
  }

  return {
    applied: () => transact(appliedMigrations),
    apply: (migration) =>
      transact(async (client) => {
        await client.query('select pg_advisory_xact_lock($1)', [advisoryLockKey])
        if ((await appliedMigrations(client)).some((row) => row.name === migration.name)) return false
        await client.query(
          'create table if not exists migrations (name text primary key, hash text not null)',
        )
        for (const statement of migration.statements) await client.query(statement)
        await client.query('insert into migrations (name, hash) values ($1, $2)', [
          migration.name,
          migration.hash,
        ])
        return true
      }),
  }
}
