import type { Inspection } from './backup.sqlite.ts'
import { DatabaseError } from './engine.ts'

/** How a database is copied while it is in use, and how a copy becomes the database. */
export interface Backups {
  /** Writes the database as it is at one instant to a file; tells how much of how much is copied, in pages. */
  copy(target: string, onProgress: (copied: number, total: number) => void): Promise<void>
  /** Checks a copy, all of it, which is called `name`. Throws DatabaseError saying what is wrong. */
  inspect(file: string, name: string): Promise<Inspection>
  /** Whether there is a database already. */
  exists(): boolean
  /** The folder of the database, where a copy that is to become it must be. */
  readonly folder: string
  /** Makes a copy the database; answers where that which was there is kept, null where there was none. */
  putInPlace(file: string): string | null
}

/** Throws DatabaseError for a database that has tools of its own for this, saying which. */
export async function openBackups(databaseUrl: string): Promise<Backups> {
  if (!databaseUrl.startsWith('file:'))
    throw new DatabaseError(
      'PostgreSQL is backed up and restored by its own tools: `pg_dump --format=custom --file FILE` and `pg_restore --clean --if-exists --single-transaction --dbname DATABASE FILE`; the README says more',
    )
  const { copySqlite, existsAt, folderOf, inspectSqlite, putInPlace } = await import('./backup.sqlite.ts')
  return {
    copy: (target, onProgress) => copySqlite(databaseUrl, target, onProgress),
    inspect: inspectSqlite,
    exists: () => existsAt(databaseUrl),
    folder: folderOf(databaseUrl),
    putInPlace: (file) => putInPlace(databaseUrl, file),
  }
}
