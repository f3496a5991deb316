import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { Problem } from '../contract/errors.ts'
import { isConnectionFault } from './constraint.ts'
import { loggingTo, type OpenSnapshot, type Query, type StatementListener } from './engine.ts'
import type { GroupTransaction } from './group-commit.ts'
import { changeChannel } from './listen.postgres.ts'
import { sendTogether } from './packets.postgres.ts'
import * as schema from './schema.postgres.ts'

/** Any number; the same in every instance. */
export const advisoryLockKey = 4_150_918_273

/** A pool, and what is kept for each of its connections: the statements that it has prepared hang on its query. */
export interface ConnectionSource {
  readonly pool: pg.Pool
  readonly queryOf: (client: pg.PoolClient) => Query
}

/** Makes queries on the connections of a pool, one query object a connection. */
export function connectionSource(
  pool: pg.Pool,
  onStatement: StatementListener | undefined,
): ConnectionSource {
  const queries = new WeakMap<pg.PoolClient, Query>()
  return {
    pool,
    queryOf(client) {
      const query = queries.get(client) ?? queryOn(client, onStatement)
      queries.set(client, query)
      return query
    },
  }
}

function queryOn(client: pg.Client | pg.PoolClient, onStatement: StatementListener | undefined): Query {
  sendTogether(client)
  return {
    sql: drizzle(client, loggingTo(onStatement)) as unknown as Query['sql'],
    tables: schema as unknown as Query['tables'],
    dialect: 'postgres',
  }
}

/** A connection of the pool with a transaction in it. */
interface Open {
  readonly client: pg.PoolClient
  readonly query: Query
  /** Ends the transaction and gives the connection back; a second call does nothing. */
  end(command: 'COMMIT' | 'ROLLBACK'): Promise<void>
  /** Gives the connection back; a second call does nothing. */
  giveBack(): void
  /** Puts the deadline at so many milliseconds from now. */
  renew(ms: number): void
  /** True when the connection was lost, or cut because the deadline passed. */
  isLost(): boolean
}

/** Takes a connection until `deadline` at the latest. Throws a Problem `unavailable` when none can be had. */
async function open({ pool, queryOf }: ConnectionSource, deadline: number): Promise<Open> {
  const client = await connect(pool, deadline)
  let isLost = false
  const lose = () => {
    isLost = true
  }
  client.on('error', lose).on('end', lose)
  // A server that hangs keeps no time limit of its own.
  const cutIn = (ms: number) =>
    setTimeout(() => {
      lose()
      cut(client)
    }, ms)
  let timer = cutIn(msUntil(deadline))
  let isEnded = false
  const giveBack = () => {
    if (isEnded) return
    isEnded = true
    clearTimeout(timer)
    client.off('error', lose).off('end', lose)
    client.release(isLost)
  }
  return {
    client,
    query: queryOf(client),
    giveBack,
    renew(ms) {
      if (isEnded || isLost) return
      clearTimeout(timer)
      timer = cutIn(ms)
    },
    isLost: () => isLost,
    async end(command) {
      if (isEnded) return
      try {
        const answer = await client.query(command)
        // What the server says after a statement failed and nobody told.
        if (answer.command !== command) throw new Error('a statement failed, so everything was rolled back')
      } catch (error) {
        lose()
        throw error
      } finally {
        giveBack()
      }
    },
  }
}

/** A pool that is used up makes others wait; nobody waits for longer than their own deadline. */
async function connect(pool: pg.Pool, deadline: number): Promise<pg.PoolClient> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, msUntil(deadline), undefined)
  })
  const connecting = pool.connect()
  try {
    const client = await Promise.race([connecting, tooLate])
    if (client) return client
  } catch (error) {
    throw unavailable(error)
  } finally {
    clearTimeout(timer)
  }
  connecting.then((client) => client.release()).catch(() => {})
  throw unavailable(undefined)
}

/** Runs reads that all see one state of the database. */
export async function snapshot<T>(
  source: ConnectionSource,
  deadline: number,
  work: (query: Query, client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const { client, query, end, isLost } = await open(source, deadline)
  try {
    // Not awaited apart: it travels with the first query.
    const begun = client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const [result] = await Promise.all([work(query, client), begun])
    await end('COMMIT')
    return result
  } catch (error) {
    await end('ROLLBACK').catch(() => {})
    throw isLost() || isConnectionFault(error) ? unavailable(error) : error
  }
}

/** Opens a state of the database on a connection of its own, until it is closed. */
export async function openSnapshot(
  connection: pg.ClientConfig,
  onStatement: StatementListener | undefined,
): Promise<OpenSnapshot> {
  const client = new pg.Client(connection)
  // One that breaks off is told by what is asked next.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  } catch (error) {
    client.end().catch(() => {})
    throw unavailable(error)
  }
  return { query: queryOn(client, onStatement), close: () => client.end().catch(() => {}) }
}

/** Runs a read of one statement, outside any transaction. */
export async function lookUp<T>(
  source: ConnectionSource,
  deadline: number,
  work: (query: Query, client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const { client, query, giveBack, isLost } = await open(source, deadline)
  try {
    return await work(query, client)
  } catch (error) {
    throw isLost() || isConnectionFault(error) ? unavailable(error) : error
  } finally {
    giveBack()
  }
}

/**
 * Begins a transaction that is alone in writing, in this instance and every other. It has until `deadline`, and
 * `renewedMs` from each time that it is given more.
 */
export async function beginWriting(
  source: ConnectionSource,
  deadline: number,
  renewedMs: number,
): Promise<GroupTransaction> {
  const { client, query, end, renew, isLost } = await open(source, deadline)
  const run = async (text: string) => {
    try {
      await client.query(text)
    } catch (error) {
      throw isLost() ? unavailable(error) : error
    }
  }
  const transaction: GroupTransaction = {
    query,
    renew: () => renew(renewedMs),
    savepoint: () => run('SAVEPOINT work'),
    release: () => run('RELEASE work'),
    undo: async () => {
      await Promise.all([run('ROLLBACK TO work'), run('RELEASE work')])
      if (isLost()) throw unavailable(undefined)
    },
    async rollback() {
      try {
        await end('ROLLBACK')
      } catch (error) {
        throw unavailable(error)
      }
    },
    async commit() {
      try {
        await end('COMMIT')
      } catch (error) {
        throw unavailable(error)
      }
    },
    abort: () => end('ROLLBACK').catch(() => {}),
  }
  try {
    // The message is sent when the transaction commits.
    const begun = client.query('BEGIN')
    const lock = client.query({
      name: 'copydesk_lock',
      text: 'select pg_advisory_xact_lock($1), pg_notify($2, $3)',
      values: [advisoryLockKey, changeChannel, ''],
    })
    await Promise.all([begun, lock])
    return transaction
  } catch (error) {
    await transaction.abort()
    throw isLost() || isConnectionFault(error) ? unavailable(error) : error
  }
}

export function msUntil(deadline: number): number {
  return Math.max(1, deadline - performance.now())
}

/** Cuts a connection that does not answer. To end it would wait for what is under way. */
function cut(client: pg.PoolClient): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } }
  connection.stream.destroy()
}

export function unavailable(cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  return new Problem('unavailable', 'The database does not answer in time.', { cause })
}
