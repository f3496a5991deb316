/** Damage of the database itself, apart from what it holds. */
export interface Damage {
  /** What is wrong, as a sentence without its stop. */
  readonly what: string
  /** Mends it, and answers what was done; undefined where nothing can be done here. */
  readonly mend: (() => Promise<string>) | undefined
  /** True where nothing is wrong. */
  readonly isAdvice?: boolean
}

/** Looks through all of a database for damage. */
export async function* findDamage(databaseUrl: string): AsyncGenerator<Damage> {
  if (databaseUrl.startsWith('file:'))
    yield* (await import('./integrity.sqlite.ts')).findSqliteDamage(databaseUrl)
  else yield* (await import('./integrity.postgres.ts')).findPostgresDamage(databaseUrl)
}

/** The version of the server, such as 18; undefined for a database without one. */
export async function serverVersion(databaseUrl: string): Promise<number | undefined> {
  if (databaseUrl.startsWith('file:')) return undefined
  return (await import('./integrity.postgres.ts')).postgresVersion(databaseUrl)
}
