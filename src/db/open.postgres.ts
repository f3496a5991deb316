import { setTimeout as sleep } from 'node:timers/promises'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { Problem } from '../contract/errors.ts'
import { isConnectionFault, isRetriable } from './constraint.ts'
import { DatabaseError, type Engine, type Query } from './engine.ts'
import { changeChannel, createChangeListener } from './listen.postgres.ts'
import { appliedMigrations, postgresMigrations } from './migrate.postgres.ts'
import { migrate, pendingMigrations, readMigrations } from './migrate.ts'
import { refuseNesting } from './nesting.ts'
import * as schema from './schema.postgres.ts'

/**
 * PostgreSQL over a pool of connections, for several instances. Every transaction that appends to the change
 * log first takes one advisory lock, so that the order of its numbers is the order of commits.
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
  idleConnection: 30_000,
} as const

/** How often a transaction is tried that lost a conflict with another. */
const mostTries = 5

/** Any number; the same in every instance. */
export const advisoryLockKey = 4_150_918_273

const migrations = readMigrations(new URL('../../migrations/postgres/', import.meta.url))

export interface PostgresOptions {
  readonly maxConnections: number
}

/** Opens a pool to `postgres://…`. Nothing is connected before it is needed. */
export function openPostgres(databaseUrl: string, { maxConnections }: PostgresOptions): Engine {
  const connection = {
    connectionString: databaseUrl,
    application_name: 'copydesk',
    connectionTimeoutMillis: limits.connect,
    keepAlive: true,
    // As the columns of instants are read; a server or a role may have other settings.
    options: '-c TimeZone=UTC -c DateStyle=ISO',
  }
  const pool = new pg.Pool({
    ...connection,
    max: maxConnections,
    idleTimeoutMillis: limits.idleConnection,
    lock_timeout: limits.lock,
    statement_timeout: limits.statement,
    idle_in_transaction_session_timeout: limits.idleInTransaction,
  })
  const changes = createChangeListener(connection)
  // A connection that breaks while nobody uses it is dropped; the next request opens another.
  pool.on('error', () => {})
  const unnestedWrite = refuseNesting('write transaction')
  const unnestedSnapshot = refuseNesting('snapshot')

  /** Runs `work` on a connection of its own between `begin` and COMMIT, until `deadline` at the latest. */
  async function transact<T>(
    begin: string,
    deadline: number,
    work: (query: Query, client: pg.PoolClient) => Promise<T>,
  ): Promise<T> {
    const client = await connect(pool)
    let isLost = false
    const lose = () => {
      isLost = true
    }
    client.on('error', lose).on('end', lose)
    // A server that hangs keeps no time limit of its own. Ending a busy connection cuts it.
    const timer = setTimeout(() => {
      lose()
      client.end()
    }, deadline - performance.now())
    try {
      await client.query(begin)
      const result = await work(queryOf(client), client)
      await client.query('COMMIT')
      return result
    } catch (error) {
      isLost ||= !(await isRolledBack(client))
      throw isLost || isConnectionFault(error) ? unavailable(error) : error
    } finally {
      clearTimeout(timer)
      client.off('error', lose).off('end', lose)
      client.release(isLost)
    }
  }

  return {
    snapshot: (work) =>
      unnestedSnapshot(() => transact('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', soon(), work)),
    write: (work) =>
      unnestedWrite(() => {
        const deadline = soon()
        return retried(deadline, () => transact('BEGIN', deadline, work))
      }),
    onChange: (listener) => changes.on(listener),
    async migrate() {
      try {
        return await migrate(postgresMigrations(connection), migrations)
      } catch (error) {
        throw new DatabaseError(openingFault(databaseUrl, error), { cause: error })
      }
    },
    async check() {
      const applied = await transact('BEGIN READ ONLY', soon(), (_query, client) => appliedMigrations(client))
      const pending = pendingMigrations(migrations, applied)
      if (pending.length > 0) throw new DatabaseError(`migration ${pending[0]?.name} is still to be applied`)
    },
    async close() {
      await changes.close()
      await pool.end()
    },
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw unavailable(error)
  }
}

function queryOf(client: pg.PoolClient): Query {
  return {
    sql: drizzle(client) as unknown as Query['sql'],
    tables: schema as unknown as Query['tables'],
    dialect: 'postgres',
    async lockWrites() {
      // The message is sent when the transaction commits.
      await client.query('select pg_advisory_xact_lock($1), pg_notify($2, $3)', [
        advisoryLockKey,
        changeChannel,
        '',
      ])
    },
  }
}

/** False when the connection cannot be used any more. */
async function isRolledBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK')
    return true
  } catch {
    return false
  }
}

/** When a caller that asks now has waited long enough. */
function soon(): number {
  return performance.now() + limits.whole
}

/** Tries again what lost a conflict with another transaction: nothing of it was written. */
async function retried<T>(deadline: number, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!isRetriable(error)) throw error
      if (tries === mostTries || performance.now() > deadline) throw unavailable(error)
      await sleep(Math.random() * 10 * tries)
    }
  }
}

function unavailable(cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  return new Problem('unavailable', 'The database does not answer in time.', { cause })
}

/** One line for the operator: which server, and why; never the password. */
function openingFault(databaseUrl: string, error: unknown): string {
  const { hostname, port, pathname } = new URL(databaseUrl)
  const cause = error instanceof Problem ? error.cause : error
  const { message, code } = cause as NodeJS.ErrnoException
  const reason = (message || code || 'unknown reason').split('\n', 1)[0]
  return `cannot use the database ${hostname}:${port || 5432}${pathname}: ${reason}`
}
