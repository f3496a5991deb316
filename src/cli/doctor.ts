import { readConfig } from '../config.ts'
import { DatabaseError, type Engine } from '../db/engine.ts'
import { findDamage } from '../db/integrity.ts'
import { databaseExists, openDatabase } from '../db/open.ts'
import type { Inspected, Trouble } from '../doctor/check.ts'
import { contentChecks } from '../doctor/checks.ts'
import { createDb, type Db } from '../store/index.ts'
import { type CliContext, CommandError } from './context.ts'
import { createExamination, type Examination } from './examination.ts'
import { findToolFaults } from './postgres-tools.ts'

export interface DoctorOptions {
  readonly repair?: boolean
  readonly json?: boolean
}

/**
 * `copydesk doctor`: looks through the database for what is not as it should be, while servers go on, and mends it where
 * that is asked for. Throws CommandError when something is wrong and left.
 */
export async function doctorCommand(context: CliContext, options: DoctorOptions): Promise<void> {
  const config = readConfig(context.env)
  const { databaseUrl } = config
  if (!databaseExists(databaseUrl)) throw new CommandError('there is no database at DATABASE_URL yet')
  const examination = createExamination(context, options)
  await examination.check('database', () => findDamage(databaseUrl))
  const engine = await openOrTell(examination, () => openDatabase(config))
  if (engine !== undefined) {
    try {
      const db = createDb(engine)
      if (await examination.check('migrations', () => findPending(engine), db))
        for (const { name, find } of contentChecks)
          await examination.check(name, () => overSnapshot(db, databaseUrl, find), db)
    } finally {
      await engine.close()
    }
  }
  await examination.check('tools', () => findToolFaults(databaseUrl))
  const { left, mendable } = examination.end()
  if (left === 0) return
  const hint =
    mendable > 0 ? `; --repair mends ${mendable === left ? 'all of it' : `${mendable} of them`}` : ''
  throw new CommandError(`${left} ${left === 1 ? 'thing is' : 'things are'} wrong${hint}`)
}

/** A database that is damaged badly enough cannot be opened. */
async function openOrTell(
  examination: Examination,
  open: () => Promise<Engine>,
): Promise<Engine | undefined> {
  try {
    return await open()
  } catch (error) {
    await examination.check('opening', async function* () {
      yield { what: (error as Error).message }
    })
    return undefined
  }
}

async function* findPending(engine: Engine): AsyncGenerator<Trouble> {
  try {
    await engine.check()
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    yield {
      what: error.message,
      mend: async () => {
        const { applied } = await engine.migrate()
        return `applied ${applied.length} migrations`
      },
    }
  }
}

/** Each check sees one state of the database, with what was mended before it. */
async function* overSnapshot(
  db: Db,
  databaseUrl: string,
  find: (inspected: Inspected) => AsyncGenerator<Trouble>,
): AsyncGenerator<Trouble> {
  const { reader, close } = await db.openSnapshot()
  try {
    yield* find({ db, reader, databaseUrl, now: new Date().toISOString() })
  } finally {
    await close()
  }
}
