import type Database from 'better-sqlite3'
import { DatabaseError } from './engine.ts'
import { checkHistory, type Migration, type MigrationTarget } from './migrate.ts'

/** While another process migrates there is nothing to do but to wait for it. */
const lockWaitMs = 30_000

/** Migrations over one SQLite connection. The lock on the file keeps other processes from applying the same. */
export function sqliteMigrations(connection: Database.Database): MigrationTarget {
  function applied() {
    const exists = connection
      .prepare("select 1 from sqlite_schema where type = 'table' and name = 'migrations'")
      .get()
    // All columns, so that a table of another program is told from ours.
    return exists
      ? checkHistory(connection.prepare('select * from migrations order by 1').all() as object[])
      : []
  }

  function run(migration: Migration): boolean {
    if (applied().some((row) => row.name === migration.name)) return false
    connection.exec('create table if not exists migrations (name text primary key, hash text not null)')
    for (const statement of migration.statements) connection.exec(statement)
    connection
      .prepare('insert into migrations (name, hash) values (?, ?)')
      .run(migration.name, migration.hash)
    const orphans = connection.pragma('foreign_key_check') as { table: string }[]
    if (orphans.length > 0)
      throw new DatabaseError(`migration ${migration.name} would leave orphans in ${orphans[0]?.table}`)
    return true
  }

  return {
    applied: async () => applied(),
    async apply(migration) {
      connection.pragma(`busy_timeout = ${lockWaitMs}`)
      // Changing a column makes its table anew, and dropping the old one must not delete what refers to it. The
      // setting has no effect inside a transaction, where the migration's own statements stand.
      connection.pragma('foreign_keys = OFF')
      try {
        connection.exec('BEGIN IMMEDIATE')
        const isNew = run(migration)
        connection.exec('COMMIT')
        return isNew
      } catch (error) {
        if (error instanceof DatabaseError) throw error
        const reason = error instanceof Error ? error.message : String(error)
        throw new DatabaseError(`migration ${migration.name} failed: ${reason}`, { cause: error })
      } finally {
        if (connection.inTransaction) connection.exec('ROLLBACK')
        connection.pragma('foreign_keys = ON')
        connection.pragma('busy_timeout = 0')
      }
    },
  }
}
