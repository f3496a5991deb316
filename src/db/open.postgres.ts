import pg from 'pg'
import { isUnavailable, Problem } from '../contract/errors.ts'
import { packageFile } from '../package.ts'
import { isConnectionFault, isRetriable } from './constraint.ts'
import { DatabaseError, type Engine, type PublicRead, type StatementListener } from './engine.ts'
import { createGroupCommit } from './group-commit.ts'
import { createChangeListener } from './listen.postgres.ts'
import { appliedMigrations, postgresMigrations } from './migrate.postgres.ts'
import { migrate, pendingMigrations, readMigrations } from './migrate.ts'
import { databaseName } from './name.postgres.ts'
import { refuseNesting } from './nesting.ts'
import { createReplicatedReads } from './public-reads.postgres.ts'
import { followPublicVersion } from './public-version.postgres.ts'
import {
  beginWriting,
  connectionSource,
  lookUp,
  openSnapshot,
  snapshot,
  unavailable,
} from './transactions.postgres.ts'
import { historyOf } from './watch.postgres.ts'

/**
 * PostgreSQL over a pool of connections, for several instances. Every write transaction first takes one advisory
 * lock, so that the order of the change log's numbers is the order of commits, and what was read stays as it is.
 */

/** Milliseconds. What cannot be had in these times is answered as unavailable, and not waited for. */
const limits = {
  /** For everything that one caller waits for: a connection, locks, statements and tries. */
  whole: 2_000,
  connect: 1_500,
  lock: 1_500,
  /** Kept by the server, for connections whose other end is gone. */
  statement: 10_000,
  idleInTransaction: 10_000,
  /** Between the statements of a snapshot that is read at leisure, and for each of them. */
  openSnapshot: 60_000,
  idleConnection: 30_000,
} as const

const migrations = readMigrations(packageFile('migrations/postgres/'))

export interface PostgresOptions {
  /** To each database. */
  readonly maxConnections: number
  /** Streaming replicas, for reads of what is public. */
  readonly replicaUrls?: readonly string[]
  readonly onStatement?: StatementListener | undefined
}

/** Opens a pool to `postgres://…`, and one to each replica. Nothing is connected before it is needed. */
export function openPostgres(
  databaseUrl: string,
  { maxConnections, replicaUrls = [], onStatement }: PostgresOptions,
): Engine {
  const connectionTo = (url: string) => ({
    connectionString: url,
    application_name: 'copydesk',
    connectionTimeoutMillis: limits.connect,
    keepAlive: true,
    // What is asked together travels together: a write of several tables is few round trips.
    pipeline: true,
    // As the columns of instants are read; a server or a role may have other settings.
    options: '-c TimeZone=UTC -c DateStyle=ISO',
  })
  const poolTo = (url: string) => ({
    ...connectionTo(url),
    max: maxConnections,
    idleTimeoutMillis: limits.idleConnection,
    lock_timeout: limits.lock,
    statement_timeout: limits.statement,
    idle_in_transaction_session_timeout: limits.idleInTransaction,
  })
  const openSource = (url: string) => {
    const pool = new pg.Pool(poolTo(url))
    // A connection that breaks while nobody uses it is dropped; the next request opens another.
    pool.on('error', () => {})
    return connectionSource(pool, onStatement)
  }
  const connection = connectionTo(databaseUrl)
  const source = openSource(databaseUrl)
  const { pool } = source
  const changes = createChangeListener(connection)
  const replicated =
    replicaUrls.length === 0
      ? undefined
      : createReplicatedReads({
          databaseUrl,
          replicaUrls,
          connectionTo: poolTo,
          openSource,
          primary: source,
          history: historyOf(migrations),
          known: () => publicVersion.current(),
          note: (seq) => publicVersion.note(seq),
        })
  const publicVersion = followPublicVersion({
    async look() {
      if (replicated) return replicated.lookAtPrimary()
      const { rows } = await pool.query<{ newest: number | null }>(
        'select max(public_seq)::int as newest from changes',
      )
      return rows[0]?.newest ?? 0
    },
    onChange: (listener) => changes.on(listener),
  })
  const unnestedWrite = refuseNesting('write transaction')
  const unnestedSnapshot = refuseNesting('snapshot')

  const group = createGroupCommit({
    begin: (deadline) => beginWriting(source, deadline, limits.whole),
    translate: (error) => (isConnectionFault(error) || isRetriable(error) ? unavailable(error) : undefined),
    waitMs: limits.whole,
  })

  const publicSnapshot = <T>(work: PublicRead<T>, atLeast: number): Promise<T> => {
    if (replicated) return replicated.published(work, atLeast)
    const deadline = performance.now() + limits.whole
    return snapshot(source, deadline, (query) => work(query, publicVersion.note))
  }

  return {
    snapshot: (work) => unnestedSnapshot(() => snapshot(source, performance.now() + limits.whole, work)),
    published: (work, { atLeast = 0 } = {}) => unnestedSnapshot(() => publicSnapshot(work, atLeast)),
    openSnapshot: () =>
      openSnapshot(
        {
          ...connectionTo(databaseUrl),
          statement_timeout: limits.openSnapshot,
          idle_in_transaction_session_timeout: limits.openSnapshot,
        },
        onStatement,
      ),
    replicas: replicated?.replicas,
    lookUp: (work) => lookUp(source, performance.now() + limits.whole, work),
    write: (work) => unnestedWrite(() => group.write(work)),
    onChange: (listener) => changes.on(listener),
    publicVersion: () => publicVersion.current(),
    notePublicChange: (seq) => publicVersion.note(seq),
    async migrate() {
      try {
        return await migrate(postgresMigrations(connection), migrations)
      } catch (error) {
        throw new DatabaseError(openingFault(databaseUrl, error), { cause: error })
      }
    },
    async check() {
      const deadline = performance.now() + limits.whole
      const applied = await snapshot(source, deadline, (_query, client) => appliedMigrations(client)).catch(
        (error: unknown) => {
          const isServed = replicated?.replicas.states().some(({ isUp }) => isUp)
          // What is public is served all the same.
          if (isServed && isUnavailable(error)) return undefined
          throw error
        },
      )
      if (!applied) return
      const pending = pendingMigrations(migrations, applied)
      if (pending.length > 0) throw new DatabaseError(`migration ${pending[0]?.name} is still to be applied`)
    },
    async close() {
      await group.idle()
      publicVersion.stop()
      await Promise.all([changes.close(), replicated?.close()])
      await pool.end()
    },
  }
}

/** One line for the operator: which server, and why; never the password. */
function openingFault(databaseUrl: string, error: unknown): string {
  const cause = error instanceof Problem ? error.cause : error
  const { message, code } = cause as NodeJS.ErrnoException
  const reason = (message || code || 'unknown reason').split('\n', 1)[0]
  return `cannot use the database ${databaseName(databaseUrl)}: ${reason}`
}
