import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { packageFile } from '../package.ts'
import { DatabaseError, type Query } from './engine.ts'
import { appliedMigrations, postgresMigrations } from './migrate.postgres.ts'
import { migrate, readMigrations, requireNewest } from './migrate.ts'
import type { MoveEnd, MoveTargetParts } from './move-end.ts'
import { databaseName } from './name.postgres.ts'
import * as schema from './schema.postgres.ts'
import { advisoryLockKey } from './transactions.postgres.ts'

/** How long the end of what others write is waited for. */
const lockWait = '5s'

const migrations = readMigrations(packageFile('migrations/postgres/'))

/** The database to move away from: others read on and cannot write, because every writer takes this lock. */
export function openPostgresSource(databaseUrl: string): Promise<MoveEnd> {
  return open(databaseUrl, async (client) => {
    await lock(client)
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    requireNewest(databaseName(databaseUrl), migrations, await appliedMigrations(client))
    return endOf(databaseUrl, client)
  })
}

/** The database to move into: nobody else writes to it. */
export function openPostgresTarget(databaseUrl: string): Promise<MoveTargetParts> {
  return open(databaseUrl, async (client) => {
    await lock(client)
    return {
      ...endOf(databaseUrl, client),
      async tableNames() {
        const { rows } = await client.query<{ name: string }>(
          'select tablename as name from pg_tables where schemaname = current_schema()',
        )
        return rows.map(({ name }) => name)
      },
      async migrate() {
        // Migrations take the same lock on connections of their own.
        await client.query('select pg_advisory_unlock($1)', [advisoryLockKey])
        await migrate(postgresMigrations(connectionTo(databaseUrl)), migrations)
        await lock(client)
      },
      history: async () => (await client.query<object>('select * from migrations')).rows,
      run: (statement) => client.query(statement),
      async setLastNumber(seq) {
        if (seq > 0) await client.query("select setval(pg_get_serial_sequence('changes', 'seq'), $1)", [seq])
      },
      settle: async () => void (await client.query('analyze')),
    }
  })
}

function connectionTo(databaseUrl: string): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: 'copydesk move',
    keepAlive: true,
    pipeline: true,
    options: `-c TimeZone=UTC -c DateStyle=ISO -c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c idle_session_timeout=0 -c lock_timeout=${lockWait}`,
  }
}

/** Throws DatabaseError where others do not let go of it in time. */
async function lock(client: pg.Client): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [advisoryLockKey])
}

async function open<T>(databaseUrl: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionTo(databaseUrl))
  // What is under way fails by itself; without a listener the event would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    return await use(client)
  } catch (error) {
    await client.end().catch(() => {})
    if (error instanceof DatabaseError) throw error
    const { message, code } = error as NodeJS.ErrnoException
    const reason =
      code === lockNotAvailable ? 'others write to it, or another move is under way' : message || code
    throw new DatabaseError(`cannot use the database ${databaseName(databaseUrl)}: ${reason}`, {
      cause: error,
    })
  }
}

const lockNotAvailable = '55P03'

function endOf(databaseUrl: string, client: pg.Client): MoveEnd {
  return {
    name: databaseName(databaseUrl),
    query: {
      sql: drizzle(client) as unknown as Query['sql'],
      tables: schema as unknown as Query['tables'],
      dialect: 'postgres',
    },
    async transact(work) {
      await client.query('BEGIN')
      try {
        const result = await work()
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {})
        throw error
      }
    },
    async lastNumber() {
      const { rows } = await client.query<{ name: string }>(
        "select pg_get_serial_sequence('changes', 'seq') as name",
      )
      const { rows: found } = await client.query<{ last: string }>(
        `select case when is_called then last_value else 0 end as last from ${rows[0]?.name}`,
      )
      return Number(found[0]?.last)
    },
    close: () => client.end(),
  }
}
