import { readConfig } from '../config.ts'
import { DatabaseError, type Engine } from '../db/engine.ts'
import { findDamage } from '../db/integrity.ts'
import { openDatabase } from '../db/open.ts'
import type { Trouble } from '../doctor/check.ts'
import { contentChecks } from '../doctor/checks.ts'
import { createDb, type Db, type Snapshot } from '../store/index.ts'
import { type CliContext, CommandError } from './context.ts'
import { requireDatabase } from './database.ts'
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
  requireDatabase(config)
  const examination = createExamination(context, options)
  await examination.check('database', () => findDamage(databaseUrl))
  const engine = await openOrTell(examination, () => openDatabase(config))
  if (engine !== undefined) {
    try {
      const db = createDb(engine)
      const { left } = await examination.check('migrations', () => findPending(engine), db)
      if (left === 0) await checkContent(examination, db, databaseUrl)
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

/** All checks see one state of the database, until something was mended. */
async function checkContent(examination: Examination, db: Db, databaseUrl: string): Promise<void> {
  let snapshot: Snapshot | undefined
  try {
    for (const { name, find } of contentChecks) {
      snapshot ??= await db.openSnapshot()
      const inspected = { db, reader: snapshot.reader, databaseUrl, now: new Date().toISOString() }
      const { mended, left } = await examination.check(name, () => find(inspected), db)
      if (mended + left === 0) continue
      await snapshot.close()
      snapshot = undefined
    }
  } finally {
    await snapshot?.close()
  }
}
