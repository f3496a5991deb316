import type { Query } from '../../src/db/engine.ts'
import { engineName } from '../support/database.ts'
import type { TestServer } from '../support/server.ts'

interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

interface SqliteClient {
  prepare(text: string): { all(...values: unknown[]): { detail: string }[] }
}
interface PostgresClient {
  query(statement: { text: string } | string, values?: unknown[]): Promise<{ rows: Record<string, string>[] }>
}

/**
 * Runs reads and gives how the database answers the last statement of them: its plan, line by line. What is read
 * must be over so many rows that a plan matters.
 */
export async function planOf(
  server: Pick<TestServer, 'engine'>,
  work: (query: Query) => Promise<unknown>,
): Promise<string[]> {
  const plans = await plansOf(server, work)
  const last = plans.at(-1)
  if (!last) throw new Error('nothing was read')
  return last
}

/** The same of every statement. */
export function plansOf(
  { engine }: Pick<TestServer, 'engine'>,
  work: (query: Query) => Promise<unknown>,
): Promise<string[][]> {
  return engine.snapshot(async (query) => {
    const { $client } = query.sql as unknown as { $client: SqliteClient & PostgresClient }
    const statements: Statement[] = []
    const stop =
      engineName === 'sqlite' ? watchSqlite($client, statements) : watchPostgres($client, statements)
    try {
      await work(query)
    } finally {
      stop()
    }
    const plans: string[][] = []
    for (const statement of statements) plans.push(await explain($client, statement))
    return plans
  })
}

async function explain(
  client: SqliteClient & PostgresClient,
  { text, values }: Statement,
): Promise<string[]> {
  if (engineName === 'sqlite') {
    const unknown = Array((text.match(/\?/g) ?? []).length).fill('x')
    return client
      .prepare(`explain query plan ${text}`)
      .all(...unknown)
      .map((row) => row.detail)
  }
  const { rows } = await client.query(`explain ${text}`, [...values])
  return rows.map((row) => row['QUERY PLAN'] ?? '')
}

function watchSqlite(client: SqliteClient, statements: Statement[]): () => void {
  const { prepare } = client
  client.prepare = (text) => {
    statements.push({ text, values: [] })
    return prepare.call(client, text)
  }
  return () => {
    client.prepare = prepare
  }
}

function watchPostgres(client: PostgresClient, statements: Statement[]): () => void {
  const { query } = client
  client.query = (statement, values = []) => {
    statements.push({ text: typeof statement === 'string' ? statement : statement.text, values })
    return query.call(client, statement, values)
  }
  return () => {
    client.query = query
  }
}
