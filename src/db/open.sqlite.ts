import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import pLimit from 'p-limit'
import { Problem } from '../contract/errors.ts'
import { errorCode, isBusy, isStorageFault } from './constraint.ts'
import { DatabaseError, type Engine, type Query } from './engine.ts'
import { sqliteMigrations } from './migrate.sqlite.ts'
import { migrate, pendingMigrations, readMigrations } from './migrate.ts'
import { refuseNesting } from './nesting.ts'
import * as schema from './schema.sqlite.ts'
import { keepStatements } from './statements.sqlite.ts'

/**
 * SQLite in a file: one connection writes, others read and never wait for it (WAL). The driver is synchronous,
 * so a busy database must not make it wait: waiting would hold the whole process. It fails at once instead,
 * and the write is tried again later.
 */

const busyLimitMs = 2000
const migrations = readMigrations(new URL('../../migrations/sqlite/', import.meta.url))

/** Opens (and makes, with its folder) the database at `file:<path>`. Throws DatabaseError with one clear line. */
export function openSqlite(databaseUrl: string): Engine {
  const path = pathOf(databaseUrl)
  const connections: Database.Database[] = []
  const connect = (options: Database.Options) => {
    const connection = new Database(path, { timeout: 0, ...options })
    connections.push(connection)
    connection.pragma('foreign_keys = ON')
    keepStatements(connection)
    return connection
  }
  try {
    makeFolder(dirname(path))
    const writer = connect({})
    prepareWriter(writer)
    return engineOf(path, writer, connect({ readonly: true }), () => {
      for (const connection of connections.reverse()) connection.close()
    })
  } catch (error) {
    for (const connection of connections) connection.close()
    throw new DatabaseError(`cannot open the database ${path}: ${reasonOf(error)}`, { cause: error })
  }
}

function pathOf(databaseUrl: string): string {
  const path = databaseUrl.slice('file:'.length)
  return path.startsWith('//') ? fileURLToPath(databaseUrl) : path
}

/** Folder by folder: Node's own `recursive` never returns where a file system refuses new folders as absent. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

function prepareWriter(writer: Database.Database): void {
  // Another process may be doing the same at this moment, and the change of journal mode needs the file alone.
  writer.pragma('busy_timeout = 5000')
  writer.pragma('journal_mode = WAL')
  // The driver's own default for WAL is NORMAL, which can lose an acknowledged write when the power fails.
  writer.pragma('synchronous = FULL')
  writer.pragma('journal_size_limit = 67108864')
  writer.pragma('busy_timeout = 0')
}

function reasonOf(error: unknown): string {
  const { message } = error as Error
  const code = errorCode(error)
  if (code === 'SQLITE_NOTADB') return 'the file is not an SQLite database'
  if (code === 'SQLITE_CORRUPT') return 'the file is damaged; restore a backup'
  if (code === 'SQLITE_CANTOPEN' || code === 'EISDIR')
    return 'the path cannot be opened as a file; check it and its permissions'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code?.startsWith('SQLITE_READONLY'))
    return 'the folder or file cannot be written; check its permissions'
  if (code === 'ENOENT') return 'its folder cannot be made'
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a part of the path is a file, not a folder'
  return message.split('\n', 1)[0] ?? 'unknown reason'
}

function engineOf(
  path: string,
  writer: Database.Database,
  reader: Database.Database,
  close: () => void,
): Engine {
  const writing = queryOf(writer)
  const reading = queryOf(reader)
  const oneWrite = pLimit(1)
  const oneSnapshot = pLimit(1)
  const unnestedWrite = refuseNesting('write transaction')
  const unnestedSnapshot = refuseNesting('snapshot')
  const listeners = new Set<() => void>()

  async function write<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const deadline = performance.now() + busyLimitMs
    const result = await unnestedWrite(() => oneWrite(() => transact(writer, deadline, () => work(writing))))
    for (const listener of listeners) listener()
    return result
  }

  return {
    write,
    snapshot: (work) =>
      unnestedSnapshot(() =>
        oneSnapshot(async () => {
          try {
            reader.exec('BEGIN')
            return await work(reading)
          } catch (error) {
            throw unavailable(error) ?? error
          } finally {
            if (reader.inTransaction) reader.exec('COMMIT')
          }
        }),
      ),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async migrate() {
      try {
        return await oneWrite(() => migrate(sqliteMigrations(writer), migrations))
      } catch (error) {
        throw new DatabaseError(`cannot use the database ${path}: ${reasonOf(error)}`, { cause: error })
      }
    },
    async check() {
      const applied = await sqliteMigrations(reader).applied()
      const pending = pendingMigrations(migrations, applied)
      if (pending.length > 0) throw new DatabaseError(`migration ${pending[0]?.name} is still to be applied`)
    },
    async close() {
      await oneWrite(async () => undefined)
      close()
    },
  }
}

function queryOf(connection: Database.Database): Query {
  // The driver is synchronous and Drizzle's builders can be awaited all the same; the rest of the program
  // awaits them, so that it is the same over a database that answers later.
  return {
    sql: drizzle(connection) as unknown as Query['sql'],
    tables: schema,
    dialect: 'sqlite',
    // A write transaction holds the lock on the file from its beginning.
    lockWrites: async () => undefined,
  }
}

/** One transaction, begun before `deadline`: those that came before may have taken too long. */
async function transact<T>(writer: Database.Database, deadline: number, work: () => Promise<T>): Promise<T> {
  try {
    await begin(writer, deadline)
    const result = await work()
    writer.exec('COMMIT')
    return result
  } catch (error) {
    // After some faults, a full disk among them, SQLite has rolled back already.
    if (writer.inTransaction) writer.exec('ROLLBACK')
    throw unavailable(error) ?? error
  }
}

/** The problem that callers are told of when the file is locked, full or cannot be written. */
function unavailable(cause: unknown): Problem | undefined {
  if (isBusy(cause))
    return new Problem('unavailable', 'The database is locked by another process.', { cause })
  if (isStorageFault(cause)) return new Problem('unavailable', 'The database cannot be written.', { cause })
  return undefined
}

/** Takes the write lock, trying again without holding the process until the deadline. */
async function begin(writer: Database.Database, deadline: number): Promise<void> {
  for (;;) {
    if (performance.now() > deadline)
      throw new Problem(
        'unavailable',
        'The database is busy with other writes, or locked by another process.',
      )
    try {
      writer.exec('BEGIN IMMEDIATE')
      return
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    // Short and uneven, so that of several processes each finds its gap.
    await sleep(1 + Math.random() * 4)
  }
}
