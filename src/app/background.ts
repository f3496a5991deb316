import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { Config } from '../config.ts'
import { startMaintenance } from '../maintenance/runner.ts'
import { maintenanceTasks } from '../maintenance/tasks.ts'
import { scheduleMetrics } from '../schedule/metrics.ts'
import { startSchedule } from '../schedule/runner.ts'
import { startBackfill } from '../search/backfill.ts'
import type { Db } from '../store/index.ts'
import type { Instance } from '../workers/instance.ts'

interface BackgroundParts {
  readonly config: Config
  readonly db: Db
  readonly clock: () => number
  readonly registry: Registry
  readonly instance: Instance
}

/** Something that goes on until it is told to stop. */
interface Underway {
  stop(): Promise<void>
}

/**
 * Carries out what is planned, tidies up and indexes what was there before the indexes, from the moment that the
 * server listens until it closes; of several processes that serve one address, one does.
 */
export function installBackground(app: FastifyInstance, parts: BackgroundParts): void {
  const { instance, registry } = parts
  const metrics = scheduleMetrics(registry)
  let underway: Underway[] = []
  let isClosing = false
  app.addHook('onListen', async () => {
    void instance.onDuty.then(() => {
      if (isClosing) return
      const indexing = startIndexing(app, parts)
      underway = [startScheduleOf(app, parts, metrics), startMaintenanceOf(app, parts), ...indexing]
      void indexing[0].done.then(() => {
        if (!isClosing) instance.tellIndexed()
      })
    })
  })
  app.addHook('onClose', async () => {
    isClosing = true
    await Promise.all(underway.map((one) => one.stop()))
  })
}

/** Indexes what is public and what is being written. */
function startIndexing(app: FastifyInstance, { db }: BackgroundParts) {
  const start = (index: 'publicSearchIndex' | 'searchIndex') =>
    startBackfill(db, {
      index,
      onProgress: (progress) => app.log.info({ index, ...progress }, 'indexing articles for search'),
      onFailure: (err) => app.log.warn({ err, index }, 'cannot index articles for search'),
    })
  return [start('publicSearchIndex'), start('searchIndex')] as const
}

function startScheduleOf(
  app: FastifyInstance,
  { db, clock }: BackgroundParts,
  metrics: ReturnType<typeof scheduleMetrics>,
): Underway {
  return startSchedule({
    db,
    clock,
    onDone(done) {
      metrics.done(done)
      app.log.info(done, 'scheduled change made')
    },
    onFailure(err, subject) {
      metrics.failed()
      app.log.error({ err, ...subject }, 'a scheduled change could not be made; it is tried again')
    },
  })
}

function startMaintenanceOf(app: FastifyInstance, { config, db, clock }: BackgroundParts): Underway {
  return startMaintenance({
    tasks: maintenanceTasks({ db, clock, config }),
    clock,
    onDone: (done) => app.log.info(done, 'maintenance done'),
    onFailure: (err, details) => app.log.error({ err, ...details }, 'maintenance failed; it is tried again'),
  })
}
