import cluster from 'node:cluster'
import { createLink } from './link.ts'
import type { AskedOfPrimary, AskedOfWorker, Failure } from './questions.ts'
import type { Member, Services } from './services.ts'

/** How a worker ended. */
interface Fate {
  /** For how long it has served; undefined where it never did. */
  readonly servedMs: number | undefined
  /** What it said itself, or how the system saw it end. */
  readonly reason: string
  /** That another one would end the same way. */
  readonly isLasting: boolean
  readonly isClean: boolean
}

interface Life {
  readonly onReady: (urls: readonly string[]) => void
  /** Told once, never before `startWorker` has returned. */
  readonly onEnd: (fate: Fate) => void
}

/** A worker, from its start to its end. */
export interface Running {
  readonly pid: number | undefined
  /** Gives it no connection any more, and lets it complete what is under way. */
  stop(): void
  /** Ends it at once. */
  kill(): void
}

/** Starts a worker, answers what it asks, and tells how it fares. */
export function startWorker(services: Services, { onReady, onEnd }: Life): Running {
  const worker = cluster.fork()
  let servesSince: number | undefined
  let said: Failure | undefined
  let isLeaving = false

  const kill = () => worker.process.kill('SIGKILL')

  /**
   * No connection is given to it any more: where it was the last one, none is accepted from now on. It is told to stop
   * after those that are on their way to it, because messages keep their order, as signals do not; and before it is
   * told to disconnect, after which it may read nothing.
   */
  function letGo(): void {
    if (isLeaving) return
    isLeaving = true
    void member.ask('stop', undefined).catch(() => {})
    worker.disconnect()
  }

  const member: Member = createLink<AskedOfWorker, AskedOfPrimary>(worker, {
    ...services.answersFor(() => member),
    join: () => services.join(member),
    ready(urls) {
      servesSince = performance.now()
      onReady(urls)
    },
    failed(failure) {
      said = failure
      kill()
    },
    leave: letGo,
  })

  const end = (reason: string, isClean: boolean) => {
    services.leave(member)
    const servedMs = servesSince === undefined ? undefined : performance.now() - servesSince
    onEnd({ servedMs, reason, isLasting: false, isClean, ...said })
  }
  worker.once('disconnect', () => {
    services.release(member)
    member.end()
  })
  worker.once('exit', (code: number | null, signal: string | null) => {
    const reason = code === null ? `ended by ${signal}` : `ended with exit code ${code}`
    const endWith = () => end(reason, code === 0)
    // What it has said may still be on its way, and must not be taken for what a living one says.
    if (worker.isConnected()) worker.once('disconnect', endWith)
    else endWith()
  })
  worker.on('error', (error) => {
    // One that could not even be started has no exit.
    if (worker.process.pid === undefined) end(error.message, false)
  })

  return {
    pid: worker.process.pid,
    // One that is starting ends by the signal, or asks to be let go by itself.
    stop: () => (servesSince === undefined ? worker.process.kill('SIGTERM') : letGo()),
    kill,
  }
}
