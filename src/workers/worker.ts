import process from 'node:process'
import type { Instance } from './instance.ts'
import { createLink } from './link.ts'
import type { AskedOfPrimary, AskedOfWorker, Failure, MetricsOfProcess } from './questions.ts'

/** The part of the program that is this worker, and what it has of the others. */
export interface WorkerPart {
  readonly instance: Instance
  /** Tells the primary that this worker is about to listen: nothing that all are told is missed from then on. */
  join(): Promise<void>
  /** Tells the primary that this worker serves at these URLs. */
  tellReady(urls: readonly string[]): void
  /** Tells the primary why this worker cannot serve, upon which it is ended. */
  tellFailed(failure: Failure): void
  /** Tells the primary that this worker was sent a signal to stop; `toldToStop` follows. */
  tellLeaving(): void
  /** Resolves when no connection comes any more, and the process is to end when all is answered. */
  readonly toldToStop: Promise<void>
  /**
   * Waits for this worker's turn to write, until `deadline` (as `performance.now()` counts). Answers how to end the
   * turn; undefined when it did not come in time.
   */
  takeTurn(deadline: number): Promise<(() => void) | undefined>
  /** Resolves when all other workers know of a public change, but for those that are too busy to say so. */
  spreadPublicChange(seq: number): Promise<void>
}

interface WorkerOptions {
  /** Told of public changes that other workers have made. */
  readonly onPublicChange: (seq: number) => void
}

/** Joins the primary that started this process. */
export function joinPrimary({ onPublicChange }: WorkerOptions): WorkerPart {
  const { promise: onDuty, resolve: takeDuty } = Promise.withResolvers<void>()
  const { promise: toldToStop, resolve: stop } = Promise.withResolvers<void>()
  let isIndexed = false
  let readOwn: () => Promise<MetricsOfProcess> = async () => []
  const primary = createLink<AskedOfPrimary, AskedOfWorker>(process, {
    takeDuty: () => takeDuty(),
    readMetrics: () => readOwn() as Promise<never>,
    notePublicChange: onPublicChange,
    noteIndexed() {
      isIndexed = true
    },
    stop: () => stop(),
  })
  process.once('disconnect', () => {
    primary.end()
    stop()
  })
  /** For what the primary need not know once it has let go of this worker. */
  const tell: typeof primary.ask = (name, input) => primary.ask(name, input).catch(() => undefined as never)

  return {
    instance: {
      isAlone: false,
      onDuty,
      buckets: (policy, { perSecond, burst }) => {
        const options = { perSecond, burst }
        return (key) => primary.ask('takeFromBucket', { policy, key, options })
      },
      tellIndexed: () => void tell('indexed', undefined),
      isIndexed: () => isIndexed,
      shareMetrics(read) {
        readOwn = read
        return () => primary.ask('readMetrics', undefined)
      },
    },
    join: () => tell('join', undefined),
    tellReady: (urls) => void tell('ready', urls),
    tellFailed: (failure) => void tell('failed', failure),
    tellLeaving: () => void tell('leave', undefined),
    toldToStop,
    async takeTurn(deadline) {
      const endTurn = () => void tell('endTurn', undefined)
      const timer = setTimeout(endTurn, deadline - performance.now())
      // Once the primary has let go of this worker, it writes as others do that know no queue: by trying.
      const isGranted = await primary.ask('takeTurn', undefined).catch(() => true)
      clearTimeout(timer)
      return isGranted ? endTurn : undefined
    },
    spreadPublicChange: (seq) => tell('spreadPublicChange', seq),
  }
}
