import type { Config } from '../config.ts'
import { DatabaseError, type Engine } from '../db/engine.ts'
import { databaseExists, openDatabase } from '../db/open.ts'
import { createDb, type Db } from '../store/index.ts'
import { CommandError } from './context.ts'

/** An open database and what is done with it. */
export interface Database {
  readonly db: Db
  readonly engine: Engine
}

/** Opens the database of the configuration and brings it to the newest migration. */
export async function openMigrated(config: Config): Promise<Database> {
  const engine = await openDatabase(config)
  try {
    await engine.migrate()
    return { db: createDb(engine), engine }
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** Throws where there is no database that could be looked at. */
export function requireDatabase({ databaseUrl }: Pick<Config, 'databaseUrl'>): void {
  if (!databaseExists(databaseUrl)) throw new CommandError('there is no database at DATABASE_URL yet')
}

/** Opens the database of the configuration, which must be there and have all migrations: nothing of it is changed. */
export async function openAsItIs(config: Config): Promise<Database> {
  requireDatabase(config)
  const engine = await openDatabase(config)
  try {
    await engine.check()
    return { db: createDb(engine), engine }
  } catch (error) {
    await engine.close()
    if (error instanceof DatabaseError) throw new CommandError(`${error.message}; run: copydesk migrate`)
    throw error
  }
}
