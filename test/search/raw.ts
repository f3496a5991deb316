import Database from 'better-sqlite3'
import pg from 'pg'
import type { Engine } from '../../src/db/engine.ts'
import { postgresMigrations } from '../../src/db/migrate.postgres.ts'
import { sqliteMigrations } from '../../src/db/migrate.sqlite.ts'
import { migrate, readMigrations } from '../../src/db/migrate.ts'
import { folderOf } from '../db/migrations.ts'
import { engineName } from '../support/database.ts'

interface Client {
  exec(statement: string): unknown
  query(statement: string): Promise<unknown>
}

/** Runs a statement that both databases understand, as somebody does who knows nothing of the program. */
export function execute(engine: Engine, statement: string): Promise<unknown> {
  return engine.write(async ({ sql }) => {
    const { $client } = sql as unknown as { $client: Client }
    return engineName === 'sqlite' ? $client.exec(statement) : $client.query(statement)
  })
}

/** Brings a new database to the first `count` migrations, and runs a statement on it. */
export async function makeOld(databaseUrl: string, count: number, statement: string): Promise<void> {
  const migrations = readMigrations(folderOf(engineName)).slice(0, count)
  if (engineName === 'sqlite') {
    const connection = new Database(databaseUrl.slice('file:'.length))
    await migrate(sqliteMigrations(connection), migrations)
    connection.exec(statement)
    connection.close()
    return
  }
  const connection = { connectionString: databaseUrl }
  await migrate(postgresMigrations(connection), migrations)
  const client = new pg.Client(connection)
  await client.connect()
  await client.query(statement)
  await client.end()
}
