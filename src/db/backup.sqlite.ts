import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { packageFile } from '../package.ts'
import { errorCode, isBusy } from './constraint.ts'
import { DatabaseError } from './engine.ts'
import { sqliteMigrations } from './migrate.sqlite.ts'
import { pendingMigrations, readMigrations } from './migrate.ts'
import { pathOf } from './path.sqlite.ts'

/** Copies of the whole database at one instant, and the way back from one. */

const migrations = readMigrations(packageFile('migrations/sqlite/'))

export const existsAt = (databaseUrl: string) => existsSync(pathOf(databaseUrl))
export const folderOf = (databaseUrl: string) => dirname(resolve(pathOf(databaseUrl)))

/** Copied between two looks at the event loop: some 4 MB. */
const pagesAtOnce = 1_000

/**
 * Writes the database at `file:<path>` as it is at one instant to a new file, while servers write to it. `onProgress`
 * is told how many of how many pages are copied. Throws DatabaseError where there is no database.
 */
export async function copySqlite(
  databaseUrl: string,
  target: string,
  onProgress: (copied: number, total: number) => void,
): Promise<void> {
  const path = pathOf(databaseUrl)
  if (!existsSync(path)) throw new DatabaseError(`there is no database at ${path}`)
  const source = new Database(path, { readonly: true, timeout: 5_000 })
  try {
    // In a snapshot that is kept open: a copy starts anew whenever somebody writes otherwise, and may never end.
    source.exec('begin')
    source.prepare('select count(*) from sqlite_schema').get()
    await source.backup(target, {
      progress({ totalPages, remainingPages }) {
        onProgress(totalPages - remainingPages, totalPages)
        return pagesAtOnce
      },
    })
  } finally {
    source.close()
  }
  // One file that needs no other beside it.
  const copy = new Database(target)
  copy.pragma('journal_mode = DELETE')
  copy.close()
}

/** What a file holds. */
export interface Inspection {
  /** Of the newest change; 0 for none. */
  readonly lastChange: number
  /** RFC 3339; null for none. */
  readonly changedAt: string | null
}

/**
 * Reads the whole file, which is called `name`, and checks it: its structure, its references, and that this program can read it. Throws
 * DatabaseError saying what is wrong.
 */
export async function inspectSqlite(path: string, name: string): Promise<Inspection> {
  const refuse = (reason: string, cause?: unknown) =>
    new DatabaseError(`${name} is not a backup that can be used: ${reason}`, { cause })
  let file: Database.Database | undefined
  try {
    file = new Database(path, { readonly: true, fileMustExist: true })
    const faults = file.pragma('integrity_check(1)', { simple: true })
    if (faults !== 'ok') throw refuse(`it is damaged: ${String(faults).split('\n').at(-1)}`)
    const [orphan] = file.pragma('foreign_key_check') as { table: string }[]
    if (orphan) throw refuse(`a row of ${orphan.table} refers to one that is not there`)
    const applied = await sqliteMigrations(file).applied()
    if (applied.length === 0) throw refuse('it is no database of Copydesk')
    pendingMigrations(migrations, applied)
    const newest = 'select seq as lastChange, at as changedAt from changes order by seq desc limit 1'
    return (file.prepare(newest).get() as Inspection | undefined) ?? { lastChange: 0, changedAt: null }
  } catch (error) {
    if (error instanceof DatabaseError) throw error
    const code = errorCode(error)
    if (code === 'SQLITE_NOTADB') throw refuse('it is not an SQLite database', error)
    if (code?.startsWith('SQLITE_CORRUPT')) throw refuse('it is damaged', error)
    throw refuse((error as Error).message, error)
  } finally {
    file?.close()
  }
}

/**
 * Puts a file that was inspected, in the same folder, in the place of the database. What was there is kept under
 * another name, which is answered; null where there was nothing. Throws DatabaseError while anybody has it open.
 */
export function putInPlace(databaseUrl: string, file: string): string | null {
  const path = pathOf(databaseUrl)
  const kept = existsSync(path) ? `${path}.before-${new Date().toISOString().replace(/[:.]/g, '-')}` : null
  if (kept !== null) {
    takeAlone(path)
    renameSync(path, kept)
  }
  renameSync(file, path)
  syncFolder(dirname(path))
  return kept
}

/** Leaves a single file, which only whoever is alone with the database can do. */
function takeAlone(path: string): void {
  const database = new Database(path, { timeout: 0 })
  try {
    database.pragma('journal_mode = DELETE')
  } catch (error) {
    if (!isBusy(error)) throw error
    throw new DatabaseError(`${path} is in use: stop every server that has it open, and try again`)
  } finally {
    database.close()
  }
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
}

/** A new name in a folder is on disk only once the folder is. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
