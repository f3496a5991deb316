import type Database from 'better-sqlite3'
import type { Migration, MigrationTarget } from './migrate.ts'

interface Row {
  name: string
  hash: string
}

/** Migrations over one SQLite connection. The lock on the file keeps other processes from applying the same. */
export function sqliteMigrations(connection: Database.Database): MigrationTarget {
  function applied(): Row[] {
    const exists = connection
      .prepare("select 1 from sqlite_schema where type = 'table' and name = 'migrations'")
      .get()
    return exists
      ? (connection.prepare('select name, hash from migrations order by name').all() as Row[])
      : []
  }

  return {
    applied: async () => applied(),
    async apply(migration: Migration) {
      // Another process may hold the lock because it migrates too: wait for it here, there is nothing else to do.
      connection.pragma('busy_timeout = 30000')
      connection.exec('BEGIN IMMEDIATE')
      try {
        const done = applied().some((row) => row.name === migration.name)
        if (!done) {
          connection.exec('create table if not exists migrations (name text primary key, hash text not null)')
          for (const statement of migration.statements) connection.exec(statement)
          connection
            .prepare('insert into migrations (name, hash) values (?, ?)')
            .run(migration.name, migration.hash)
        }
        connection.exec('COMMIT')
      } finally {
        if (connection.inTransaction) connection.exec('ROLLBACK')
        connection.pragma('busy_timeout = 0')
      }
    },
  }
}
