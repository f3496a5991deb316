import cluster from 'node:cluster'
import { availableParallelism } from 'node:os'
import closeWithGrace from 'close-with-grace'
import { type Config, readConfig } from '../config.ts'
import { makeFirstToken } from '../editorial/tokens.ts'
import { createLogger } from '../http/logging.ts'
import { startWorkers } from '../workers/primary.ts'
import { type CliContext, CommandError } from './context.ts'
import { type Database, openMigrated } from './database.ts'
import { seedEmpty } from './seed.ts'

/** How long the workers have to end, in milliseconds: more than each gives itself. */
const endLimitMs = 11_000

interface ServeOptions {
  readonly seed: boolean
}

/** `copydesk serve`: migrates, seeds when asked, listens until it is told to stop, and drains then. */
export async function serveCommand(context: CliContext, options: ServeOptions): Promise<void> {
  const config = readConfig(context.env)
  const count = config.workers === 'auto' ? availableParallelism() : config.workers
  const database = await openPrepared(config, context, options)
  // What serves is loaded where it does: the primary of workers needs none of it.
  if (count === 1) return (await import('./serve-alone.ts')).serveAlone(config, database)
  await database.engine.close()
  await serveByWorkers(config, count)
}

/** Does what is done once, however many processes serve then. */
async function openPrepared(
  config: Config,
  { stderr }: CliContext,
  { seed }: ServeOptions,
): Promise<Database> {
  const database = await openMigrated(config)
  const { db, engine } = database
  try {
    if (seed) await seedEmpty(db, config.siteLanguage)
    if (config.adminToken === undefined) {
      const secret = await db.write(makeFirstToken)
      if (secret !== undefined) stderr.write(`admin token (shown this once): ${secret}\n`)
    }
    return database
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** Serves by so many processes. This one holds no requests and no database. */
async function serveByWorkers(config: Config, count: number): Promise<void> {
  if (cluster.isWorker)
    throw new CommandError('WORKERS must be 1 where another program starts several processes of this one')
  const log = createLogger(config.logLevel)
  const workers = startWorkers({
    count,
    args: ['worker'],
    onEnded: ({ isClean, ...ended }) =>
      log[isClean ? 'info' : 'error'](ended, 'a worker ended; another one takes its place'),
  })
  const cut = (why: string) => {
    log.error(`${why}: the workers are cut`)
    workers.kill()
  }
  const limits = {
    delay: endLimitMs,
    onTimeout: (ms: number) => cut(`not done after ${ms} ms`),
    onSecondSignal: (signal: string) => cut(`second ${signal}`),
  }
  const closing = closeWithGrace({ ...limits, logger: log }, async ({ err }) => {
    if (err) log.fatal({ err }, 'stopping after an error')
    await workers.stop()
  })
  try {
    for (const address of await workers.started)
      log.info(`listening on ${address} with ${count} workers; API docs at ${address}/docs`)
  } catch (error) {
    closing.uninstall()
    throw new CommandError(error instanceof Error ? error.message : String(error))
  }
}
