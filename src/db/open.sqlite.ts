import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { packageFile } from '../package.ts'
import { errorCode, isBusy } from './constraint.ts'
import {
  DatabaseError,
  type Engine,
  loggingTo,
  type Query,
  type StatementListener,
  type TakeTurn,
} from './engine.ts'
import { createGroupCommit } from './group-commit.ts'
import { type LongReads, openLongReads } from './long-reads.sqlite.ts'
import { sqliteMigrations } from './migrate.sqlite.ts'
import { migrate, pendingMigrations, readMigrations } from './migrate.ts'
import { refuseNesting } from './nesting.ts'
import { pathOf } from './path.sqlite.ts'
import { followPublicVersion } from './public-version.sqlite.ts'
import * as schema from './schema.sqlite.ts'
import { shareSnapshots } from './shared-snapshots.sqlite.ts'
import { keepStatements } from './statements.sqlite.ts'
import { insideTransactions, sqliteTransactions, unavailable } from './writer.sqlite.ts'

/**
 * SQLite in a file: one connection writes, others read and never wait for it (WAL). The driver is synchronous,
 * so a busy database must not make it wait: waiting would hold the whole process. It fails at once instead,
 * and the write is tried again later.
 */

const busyLimitMs = 2000
/** What lists of a large newsroom need to be read without asking the system for each page; 2 MiB is SQLite's own. */
const readCacheKib = 16_384
/** How long a start waits for other processes that start. */
const startWaitMs = 5000
const migrations = readMigrations(packageFile('migrations/sqlite/'))

interface SqliteOptions {
  readonly onStatement?: StatementListener | undefined
  readonly takeTurn?: TakeTurn | undefined
}

/** Opens (and makes, with its folder) the database at `file:<path>`. Throws DatabaseError with one clear line. */
export function openSqlite(databaseUrl: string, { onStatement, takeTurn }: SqliteOptions = {}): Engine {
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
    const reader = connect({ readonly: true })
    reader.pragma(`cache_size = -${readCacheKib}`)
    const queries = {
      writing: queryOf(writer, insideTransactions(writer, onStatement)),
      reading: { ...queryOf(reader, onStatement), known: new Map() },
      looking: queryOf(connect({ readonly: true }), onStatement),
    }
    const publicVersion = followPublicVersion(connect({ readonly: true }))
    const longReads = openLongReads(path, onStatement)
    return engineOf({ path, writer, reader, publicVersion, longReads, takeTurn, ...queries }, async () => {
      await longReads.close()
      for (const connection of connections.reverse()) connection.close()
    })
  } catch (error) {
    for (const connection of connections) connection.close()
    throw new DatabaseError(`cannot open the database ${path}: ${reasonOf(error)}`, { cause: error })
  }
}

/** Folder by folder: Node's own `recursive` never returns where a file system refuses new folders as absent. */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

function prepareWriter(writer: Database.Database): void {
  // Another process may be doing the same at this moment, and the change of journal mode needs the file alone.
  writer.pragma(`busy_timeout = ${startWaitMs}`)
  useWriteAheadLog(writer)
  // The driver's own default for WAL is NORMAL, which can lose an acknowledged write when the power fails.
  writer.pragma('synchronous = FULL')
  writer.pragma('journal_size_limit = 67108864')
  writer.pragma('busy_timeout = 0')
}

/** Changing the journal of a new file fails at once while another process does the same, whatever the time limit. */
function useWriteAheadLog(writer: Database.Database): void {
  const end = performance.now() + startWaitMs
  for (;;) {
    try {
      writer.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() > end) throw error
    }
    // Nothing is served yet, so the process may be held.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
  }
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

interface Connections {
  readonly path: string
  readonly writer: Database.Database
  /** For snapshots: within one, it sees nothing of what is committed meanwhile. */
  readonly reader: Database.Database
  readonly writing: Query
  readonly reading: Query
  /** For single statements, on a connection of their own. */
  readonly looking: Query
  /** For snapshots that may take long, on connections of their own. */
  readonly longReads: LongReads
  /** Asks a connection of its own. */
  readonly publicVersion: ReturnType<typeof followPublicVersion>
  readonly takeTurn: TakeTurn | undefined
}

function engineOf(
  { path, writer, reader, writing, reading, looking, longReads, publicVersion, takeTurn }: Connections,
  close: () => Promise<void>,
): Engine {
  const shared = shareSnapshots(reader, () => reading.known?.clear())
  const unnestedWrite = refuseNesting('write transaction')
  const unnestedSnapshot = refuseNesting('snapshot')
  const listeners = new Set<() => void>()
  const transactions = sqliteTransactions(writer, writing, takeTurn)
  let migrating: Promise<unknown> = Promise.resolve()

  const group = createGroupCommit({
    async begin(deadline) {
      await migrating
      return transactions.begin(deadline)
    },
    translate: unavailable,
    waitMs: busyLimitMs,
    onCommit() {
      shared.renew()
      for (const listener of listeners) listener()
    },
  })

  const snapshot: Engine['snapshot'] = (work, { mayTakeLong = false } = {}) =>
    unnestedSnapshot(async () => {
      try {
        return await (mayTakeLong ? longReads.snapshot(work) : shared.run(() => work(reading)))
      } catch (error) {
        throw unavailable(error) ?? error
      }
    })

  return {
    write: (work) => unnestedWrite(() => group.write(work)),
    snapshot,
    // The file itself tells of every commit.
    published: (work, options) => snapshot((query) => work(query, publicVersion.look), options),
    replicas: undefined,
    async openSnapshot() {
      try {
        return await longReads.open()
      } catch (error) {
        throw unavailable(error) ?? error
      }
    },
    async lookUp(work) {
      try {
        return await work(looking)
      } catch (error) {
        throw unavailable(error) ?? error
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    publicVersion: () => publicVersion.current(),
    // The file itself tells of every commit.
    notePublicChange: () => publicVersion.look(),
    async migrate() {
      try {
        await group.idle()
        const report = migrate(sqliteMigrations(writer), migrations)
        migrating = report.catch(() => {})
        return await report
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
      await group.idle()
      await close()
    },
  }
}

function queryOf(connection: Database.Database, onStatement?: StatementListener): Query {
  // The driver is synchronous and Drizzle's builders can be awaited all the same; the rest of the program
  // awaits them, so that it is the same over a database that answers later.
  return {
    sql: drizzle(connection, loggingTo(onStatement)) as unknown as Query['sql'],
    tables: schema,
    dialect: 'sqlite',
  }
}
