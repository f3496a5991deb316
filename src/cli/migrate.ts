import { readConfig } from '../config.ts'
import { openDatabase } from '../db/open.ts'
import type { CliContext } from './context.ts'

/** `copydesk migrate`: brings the database to the newest migration and says what it did. */
export async function migrateCommand({ env, stdout }: CliContext): Promise<void> {
  const engine = await openDatabase(readConfig(env))
  try {
    const { applied } = await engine.migrate()
    for (const name of applied) stdout.write(`applied ${name}\n`)
    if (applied.length === 0) stdout.write('nothing to migrate\n')
  } finally {
    await engine.close()
  }
}
