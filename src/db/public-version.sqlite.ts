import type Database from 'better-sqlite3'

/** So many requests of one turn of the event loop share a look at the file. */
const mostShared = 32

interface PublicVersion {
  /** The number of the newest public change; undefined while the file cannot be read. */
  current(): number | undefined
  /** Makes the next call look. */
  look(): void
}

/**
 * Knows how far the public has come, exactly and at once: the number that SQLite changes with every commit by
 * another connection, of any process, is asked each time, and the change log only where it has moved. The connection
 * must be used for nothing else, because the number stands still within a transaction. Undefined while the file cannot
 * be read, as when another process has it for itself.
 *
 * What is asked within one turn of the event loop is one look: the system had told of all those requests before the
 * first of them was looked at, so that none of them can have been sent because of a commit that came after the look.
 */
export function followPublicVersion(connection: Database.Database): PublicVersion {
  const dataVersion = connection.prepare<[], number>('PRAGMA data_version').pluck()
  let newest: Database.Statement<[], number | null> | undefined
  let seen: number | undefined
  let known = 0
  const read = (): number | undefined => {
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

  let shared = 0
  let latest: number | undefined
  const look = (): void => {
    shared = 0
  }
  return {
    current() {
      if (shared > 0) {
        shared -= 1
        return latest
      }
      latest = read()
      shared = mostShared
      setImmediate(look)
      return latest
    },
    look,
  }
}
