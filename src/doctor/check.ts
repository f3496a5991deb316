import type { Db, Reader } from '../store/index.ts'

/** Something that is not as it should be. */
export interface Trouble {
  /** A sentence without its stop. */
  readonly what: string
  /** True where nothing is wrong with the database itself: it is told, and is no failure. */
  readonly isAdvice?: boolean
  /**
   * Mends it, looking again first, and answers what was done; undefined where it was in order by then. Absent where
   * somebody must decide.
   */
  readonly mend?: ((db: Db) => Promise<string | undefined>) | undefined
}

/** What a check looks at: one state of the database. */
export interface Inspected {
  readonly db: Db
  readonly reader: Reader
  readonly databaseUrl: string
  /** Now. */
  readonly now: string
}

/** One of the things that are looked at. */
export interface Check {
  readonly name: string
  /** What it looks for, one by one; what was read is old by the time that much of it was mended. */
  find(inspected: Inspected): AsyncGenerator<Trouble>
}
