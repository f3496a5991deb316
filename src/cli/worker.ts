import cluster from 'node:cluster'
import process from 'node:process'
import closeWithGrace from 'close-with-grace'
import { readConfig } from '../config.ts'
import type { Engine } from '../db/engine.ts'
import { openDatabase } from '../db/open.ts'
import { createDb } from '../store/index.ts'
import { joinPrimary, type WorkerPart } from '../workers/worker.ts'
import { type CliContext, CommandError } from './context.ts'
import { appOver, drainLimitMs, listen } from './serving.ts'

/** What a terminal or a service manager sends to all processes at once, and the primary to its workers. */
const stopSignals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const

/** `copydesk worker`: serves beside others, started by `serve`. */
export async function workerCommand({ env }: CliContext): Promise<void> {
  if (!cluster.isWorker) throw new CommandError('workers are started by `copydesk serve` with WORKERS set')
  let engine: Engine | undefined
  const part = joinPrimary({ onPublicChange: (seq) => engine?.notePublicChange(seq) })
  try {
    const config = readConfig(env)
    engine = await openDatabase({ ...config, takeTurn: part.takeTurn })
    await serve(engine, config, part)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    part.tellFailed({ reason, isLasting: error instanceof CommandError })
  }
}

async function serve(engine: Engine, config: ReturnType<typeof readConfig>, part: WorkerPart): Promise<void> {
  const { instance, join, tellLeaving, tellReady, toldToStop } = part
  // A file tells every process of every commit by itself.
  const spreadPublicChange = config.databaseUrl.startsWith('file:') ? undefined : part.spreadPublicChange
  const db = createDb(engine, Date.now, { spreadPublicChange })
  const app = await appOver(db, { config, instance })
  let closed: Promise<void> | undefined
  const close = async () => {
    await app.close()
    await engine.close()
  }
  const closing = closeWithGrace(
    { delay: drainLimitMs, logger: app.log, skip: [...stopSignals] },
    async ({ err }) => {
      if (err) app.log.fatal({ err }, 'stopping after an error')
      closed ??= close()
      await closed
    },
  )
  // Who is told to stop leaves it to the primary, which first sends it what connections it still has for it.
  for (const signal of stopSignals) process.on(signal, tellLeaving)
  void toldToStop.then(() => closing.close())
  await join()
  const urls: string[] = []
  await listen(app, config, (url) => {
    urls.push(url)
    return `worker listens at ${url}`
  })
  tellReady(urls)
}
