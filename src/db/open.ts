import { existsSync } from 'node:fs'
import type { Engine, StatementListener, TakeTurn } from './engine.ts'
import { pathOf } from './path.sqlite.ts'

interface DatabaseSettings {
  readonly databaseUrl: string
  readonly databasePoolSize: number
  /** Replicas of a PostgreSQL; with another database there must be none. */
  readonly databaseReplicaUrls?: readonly string[]
  /** Told of every statement that is run, but for those that begin and end transactions. */
  readonly onStatement?: StatementListener | undefined
  /** Keeps processes that know each other from trying for the one write lock of SQLite, which knows no queue. */
  readonly takeTurn?: TakeTurn | undefined
}

/** False where the URL names a file that is not there. */
export function databaseExists(databaseUrl: string): boolean {
  return !databaseUrl.startsWith('file:') || existsSync(pathOf(databaseUrl))
}

/** Opens the database that the URL names; only the driver that it needs is loaded. Throws DatabaseError. */
export async function openDatabase({
  databaseUrl,
  databasePoolSize,
  databaseReplicaUrls,
  onStatement,
  takeTurn,
}: DatabaseSettings): Promise<Engine> {
  if (databaseUrl.startsWith('file:'))
    return (await import('./open.sqlite.ts')).openSqlite(databaseUrl, { onStatement, takeTurn })
  const { openPostgres } = await import('./open.postgres.ts')
  return openPostgres(databaseUrl, {
    maxConnections: databasePoolSize,
    replicaUrls: databaseReplicaUrls ?? [],
    onStatement,
  })
}
