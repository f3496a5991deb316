import type { Config } from '../config.ts'
import type { Engine } from '../db/engine.ts'
import { openDatabase } from '../db/open.ts'
import { createDb, type Db } from '../store/index.ts'

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
