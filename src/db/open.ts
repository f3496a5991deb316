import type { Engine } from './engine.ts'

interface DatabaseSettings {
  readonly databaseUrl: string
  readonly databasePoolSize: number
}

/** Opens the database that the URL names; only the driver that it needs is loaded. Throws DatabaseError. */
export async function openDatabase({ databaseUrl, databasePoolSize }: DatabaseSettings): Promise<Engine> {
  if (databaseUrl.startsWith('file:')) return (await import('./open.sqlite.ts')).openSqlite(databaseUrl)
  const { openPostgres } = await import('./open.postgres.ts')
  return openPostgres(databaseUrl, { maxConnections: databasePoolSize })
}
