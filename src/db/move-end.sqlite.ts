import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { packageFile } from '../package.ts'
import { isBusy } from './constraint.ts'
import { DatabaseError, type Query } from './engine.ts'
import { sqliteMigrations } from './migrate.sqlite.ts'
import { migrate, readMigrations, requireNewest } from './migrate.ts'
import type { MoveEnd, MoveTargetParts } from './move-end.ts'
import { makeFolder } from './open.sqlite.ts'
import { pathOf } from './path.sqlite.ts'
import * as schema from './schema.sqlite.ts'

/** How long the end of what others write is waited for, in milliseconds. */
const lockWaitMs = 5_000

const migrations = readMigrations(packageFile('migrations/sqlite/'))

/** The file to move away from: others read on and cannot write. */
export async function openSqliteSource(databaseUrl: string): Promise<MoveEnd> {
  const path = pathOf(databaseUrl)
  if (!existsSync(path)) throw new DatabaseError(`there is no database at ${path}`)
  return open(path, async (connection) => {
    connection.exec('BEGIN IMMEDIATE')
    requireNewest(path, migrations, await sqliteMigrations(connection).applied())
    return endOf(path, connection)
  })
}

/** The file to move into, made with its folder where there is none: nobody else opens it. */
export async function openSqliteTarget(databaseUrl: string): Promise<MoveTargetParts> {
  const path = pathOf(databaseUrl)
  makeFolder(dirname(path))
  return open(path, async (connection) => {
    connection.pragma('locking_mode = EXCLUSIVE')
    connection.pragma('journal_mode = WAL')
    connection.pragma('synchronous = FULL')
    connection.pragma('foreign_keys = ON')
    // The lock is taken by the first write.
    connection.exec('BEGIN IMMEDIATE; COMMIT')
    return {
      ...endOf(path, connection),
      tableNames: async () =>
        connection.prepare("select name from sqlite_schema where type = 'table'").pluck().all() as string[],
      migrate: () => migrate(sqliteMigrations(connection), migrations),
      history: async () => connection.prepare('select * from migrations').all() as object[],
      run: async (statement) => connection.exec(statement),
      async setLastNumber(seq) {
        connection.prepare("delete from sqlite_sequence where name = 'changes'").run()
        connection.prepare("insert into sqlite_sequence (name, seq) values ('changes', ?)").run(seq)
      },
      settle: async () => {},
    }
  })
}

async function open<T>(path: string, use: (connection: Database.Database) => Promise<T>): Promise<T> {
  let connection: Database.Database | undefined
  try {
    connection = new Database(path, { timeout: lockWaitMs })
    return await use(connection)
  } catch (error) {
    connection?.close()
    if (error instanceof DatabaseError) throw error
    const reason = isBusy(error)
      ? 'it is in use; stop every server that has it open'
      : (error as Error).message
    throw new DatabaseError(`cannot use the database ${path}: ${reason}`, { cause: error })
  }
}

function endOf(path: string, connection: Database.Database): MoveEnd {
  return {
    name: path,
    query: {
      sql: drizzle(connection) as unknown as Query['sql'],
      tables: schema,
      dialect: 'sqlite',
    },
    async transact(work) {
      connection.exec('BEGIN IMMEDIATE')
      try {
        const result = await work()
        connection.exec('COMMIT')
        return result
      } finally {
        if (connection.inTransaction) connection.exec('ROLLBACK')
      }
    },
    async lastNumber() {
      const found = connection.prepare("select seq from sqlite_sequence where name = 'changes'").pluck().get()
      return (found as number | undefined) ?? 0
    },
    close: async () => void connection.close(),
  }
}
