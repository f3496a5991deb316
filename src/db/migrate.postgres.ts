import type { ClientBase } from 'pg'
import { checkHistory, type Migration, type MigrationTarget } from './migrate.ts'
import { advisoryLockKey } from './open.postgres.ts'

type Transact = <T>(work: (client: ClientBase) => Promise<T>) => Promise<T>

/**
 * Migrations over PostgreSQL: each in one transaction that holds the advisory lock, so that of several instances
 * one applies it and the others find it done.
 */
export function postgresMigrations(transact: Transact): MigrationTarget {
  async function appliedBy(client: ClientBase): Promise<{ name: string; hash: string }[]> {
    const { rows } = await client.query<{ exists: boolean }>(
      "select to_regclass('migrations') is not null as exists",
    )
    if (!rows[0]?.exists) return []
    return checkHistory((await client.query<object>('select * from migrations order by 1')).rows)
  }

  return {
    applied: () => transact(appliedBy),
    apply: (migration: Migration) =>
      transact(async (client) => {
        // Another instance may be at it: wait for it, and let a long migration take its time.
        await client.query('set local lock_timeout = 0')
        await client.query('set local statement_timeout = 0')
        await client.query('select pg_advisory_xact_lock($1)', [advisoryLockKey])
        if ((await appliedBy(client)).some((row) => row.name === migration.name)) return false
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
