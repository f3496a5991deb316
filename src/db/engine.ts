import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'
import type { Tables } from './tables.ts'

/**
 * A connection to either database with the tables as it knows them. Queries are typed as Drizzle's async
 * SQLite database and use what both have: await the builder, never `.get`, `.all` or `.run`.
 */
export interface Query {
  readonly sql: BaseSQLiteDatabase<'async', unknown>
  readonly tables: Tables
  /** For `search/` alone: full text is the one thing that the two have in common in nothing but its idea. */
  readonly dialect: 'sqlite' | 'postgres'
  /** Answers that are known in the current snapshot, where several readers share one; see `oncePerSnapshot`. */
  readonly known?: Map<unknown, Promise<unknown>>
}

/** Is told of every statement that is run, but for those that begin and end transactions. */
export type StatementListener = (sql: string) => void

/** Drizzle's options for a connection that tells the listener. */
export function loggingTo(listener: StatementListener | undefined) {
  return listener === undefined ? {} : { logger: { logQuery: listener } }
}

/** Gives an open transaction the time that one has which begins now. */
export type Renew = () => void

/** A write that runs. */
export interface Turn {
  readonly renew: Renew
  /** How often it ran before, and was undone. */
  readonly tries: number
}

/** Reads of what is public; `note` is told the number of each public change that they come across. It may run again. */
export type PublicRead<T> = (query: Query, note: (seq: number) => void) => Promise<T>

/** How many reads a replica was chosen for. */
export interface ReplicaReads {
  /** Answered with everything that this process knows to be public. */
  current: number
  /** Answered with less than that, because the primary is down. */
  stale: number
  /** Not answered, or with less, so that the primary was asked as well. */
  refused: number
}

/** A copy of the database that public reads may go to. */
export interface ReplicaState {
  /** Host and port. */
  readonly name: string
  /** False while it is left out: it does not answer, or is no copy of this database. */
  readonly isUp: boolean
  /** Public changes that it does not have yet, as far as is known. */
  readonly changesBehind: number
  /** Milliseconds since it was last seen to have everything; 0 while it does. */
  readonly lagMs: number
  readonly reads: ReplicaReads
}

/** The copies of a database. */
export interface Replicas {
  /** In the order of the configuration. */
  states(): readonly ReplicaState[]
  /** False while the database itself is down, so that its copies are read alone. */
  isPrimaryUp(): boolean
  /** Calls the listener when a replica is left out, and when it is taken back. */
  onTurn(listener: (state: ReplicaState) => void): void
}

/**
 * Waits for the turn to write of this process among others, until `deadline` (as `performance.now()` counts). Answers
 * how to end the turn; undefined when it did not come in time.
 */
export type TakeTurn = (deadline: number) => Promise<(() => void) | undefined>

/** What is known of reads before they run. */
export interface ReadOptions {
  /**
   * True where the time grows with the number of articles, as that of a search or a count does: such reads hold up no
   * others.
   */
  readonly mayTakeLong?: boolean | undefined
}

export interface PublicReadOptions extends ReadOptions {
  /** The number of a public change that must be seen if there is such a one. */
  readonly atLeast?: number | undefined
}

/** One state of the database, for as long as it is open. */
export interface OpenSnapshot {
  /** For reads. What is asked after a minute in which nothing was asked fails as `unavailable`. */
  readonly query: Query
  close(): Promise<void>
}

/** One open database, whichever it is. */
export interface Engine {
  /** Runs reads that all see one state of the database; cannot write. */
  snapshot<T>(work: (query: Query) => Promise<T>, options?: ReadOptions): Promise<T>
  /**
   * Runs reads of what is public, that all see one state of the database or of a copy of it: one that has everything
   * that `publicVersion` counted when they began, and the change `atLeast` if there is such a one. Where the database
   * is down, copies may answer with less than that, unless `atLeast` is given.
   */
  published<T>(work: PublicRead<T>, options?: PublicReadOptions): Promise<T>
  /** Undefined where there are none. */
  readonly replicas: Replicas | undefined
  /**
   * Opens a state of the database to be read at leisure, on a connection of its own: nobody waits for it. Throws the
   * problem `unavailable`.
   */
  openSnapshot(): Promise<OpenSnapshot>
  /**
   * Runs a read of one statement, outside any transaction: it waits for no snapshot, and sees everything that was
   * committed by anybody before it began.
   */
  lookUp<T>(work: (query: Query) => Promise<T>): Promise<T>
  /**
   * Runs `work` in a write transaction: committed when it returns, rolled back when it throws. One runs at a time,
   * whichever instance it is of, so what is read in it stays as it is until its end. Transactions do not nest, and
   * `work` may run again when it lost a conflict with another. Throws a Problem `unavailable`
   * when the database is locked, full or cannot be reached, or does not answer in time; `renew` counts that time
   * from now on, for `work` that is several writes and may take as long as they would.
   */
  write<T>(work: (query: Query, turn: Turn) => Promise<T>): Promise<T>
  /**
   * Calls the listener soon after a write was committed: by this process on SQLite, by any instance on
   * PostgreSQL. A call may be missed or come without need. Answers a function that stops it.
   */
  onChange(listener: () => void): () => void
  /**
   * The number of the newest public change, known at once: on SQLite exactly, whichever process wrote it; on
   * PostgreSQL exactly for what this process was told of by `notePublicChange`, and within a second for the rest.
   * Undefined where it is not known yet.
   */
  publicVersion(): number | undefined
  /** Tells of the number of a public change that this process has committed, or found committed. */
  notePublicChange(seq: number): void
  /** Brings the tables to the newest migration; several processes may call it at once. */
  migrate(): Promise<MigrationReport>
  /** Resolves when the database answers and its tables are those that this program knows. */
  check(): Promise<void>
  close(): Promise<void>
}

export interface MigrationReport {
  /** Names of the migrations that were applied now. */
  readonly applied: readonly string[]
}

/** A database that cannot be opened or migrated; the message is one line for the operator. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
}
