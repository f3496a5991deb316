import type Database from 'better-sqlite3'

/**
 * Answers how far the public has come, exactly and at once: the number that SQLite changes with every commit by
 * another connection, of any process, is asked each time, and the change log only where it has moved. The connection
 * must be used for nothing else, because the number stands still within a transaction. Undefined while the file cannot
 * be read, as when another process has it for itself.
 */
export function publicVersionOf(connection: Database.Database): () => number | undefined {
  const dataVersion = connection.prepare<[], number>('PRAGMA data_version').pluck()
  let newest: Database.Statement<[], number | null> | undefined
  let seen: number | undefined
  let known = 0
  return () => {
    try {
      const now = dataVersion.get()
      if (now !== seen) {
        // The table is there once the database is migrated.
        newest ??= connection.prepare<[], number | null>('SELECT max(public_seq) FROM changes').pluck()
        known = newest.get() ?? 0
        seen = now
      }
      return known
    } catch {
      return undefined
    }
  }
}
