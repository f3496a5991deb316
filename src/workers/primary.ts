import cluster from 'node:cluster'
import { createPacing } from './pacing.ts'
import { type Running, startWorker } from './running.ts'
import { createServices } from './services.ts'

/**
 * So many workers that end one after the other before they serve end the start; where it would not help to try again,
 * one does.
 */
const mostFailedStarts = 3

/** How a worker ended while the others serve. */
export interface Ended {
  readonly workerPid: number | undefined
  /** What it said itself, or how the system saw it end. */
  readonly reason: string
  /** That it had completed all that was under way, because it was told to stop. */
  readonly isClean: boolean
  /** How long until another one is started. */
  readonly pauseMs: number
}

interface PrimaryOptions {
  /** How many workers serve. */
  readonly count: number
  /** The arguments of the program that start a worker. */
  readonly args: readonly string[]
  /** Told of each worker that ended while the others serve. */
  readonly onEnded: (ended: Ended) => void
}

export interface Workers {
  /** Resolves with their URLs when all serve. When they cannot, it rejects with the reason, and all have ended. */
  readonly started: Promise<readonly string[]>
  /** Lets all workers complete what is under way. Resolves when they have ended; rejects when one had to be cut. */
  stop(): Promise<void>
  /** Ends all workers at once. */
  kill(): void
}

/**
 * Starts workers, which share one address, and another one where one ends. Connections are given to them in turn, and
 * only to one that has taken the last that it was given: so they are spread evenly, few ones too, and none waits for a
 * worker that is busy or gone. Workers end with this process, however it ends.
 */
export function startWorkers({ count, args, onEnded }: PrimaryOptions): Workers {
  cluster.schedulingPolicy = cluster.SCHED_RR
  cluster.setupPrimary({ args: [...args] })
  const services = createServices()
  const pacing = createPacing()
  const running = new Set<Running>()
  const started = Promise.withResolvers<readonly string[]>()
  const allEnded = Promise.withResolvers<void>()
  let serving = 0
  let haveAllServed = false
  let failedStarts = 0
  let isStopping = false
  let wasCut = false

  function start(): void {
    if (isStopping) return
    const one = startWorker(services, {
      onReady(urls) {
        serving += 1
        failedStarts = 0
        haveAllServed ||= serving === count
        if (haveAllServed) started.resolve(urls)
      },
      onEnd({ servedMs, reason, isLasting, isClean }) {
        running.delete(one)
        if (servedMs === undefined) failedStarts += 1
        else serving -= 1
        if (isStopping) {
          wasCut ||= servedMs !== undefined && !isClean
          if (running.size === 0) allEnded.resolve()
        } else if (!haveAllServed && (isLasting || failedStarts >= mostFailedStarts)) {
          const refuse = () =>
            started.reject(new Error(isLasting ? reason : `the workers do not start: ${reason}`))
          void stop().then(refuse, refuse)
        } else {
          const pauseMs = pacing.pauseAfter(servedMs)
          onEnded({ workerPid: one.pid, reason, isClean, pauseMs })
          setTimeout(start, pauseMs)
        }
      },
    })
    running.add(one)
  }

  async function stop(): Promise<void> {
    isStopping = true
    if (running.size === 0) allEnded.resolve()
    for (const one of running) one.stop()
    await allEnded.promise
    if (wasCut) throw new Error('a worker did not end in time or by itself')
  }

  for (let index = 0; index < count; index += 1) start()
  return {
    started: started.promise,
    stop,
    kill() {
      for (const one of running) one.kill()
    },
  }
}
