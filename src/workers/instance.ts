import { type BucketOptions, createBuckets, type Taken } from '../http/token-bucket.ts'
import type { MetricsOfProcess } from './questions.ts'

/** What the processes share that serve one address together: one process, or several workers. */
export interface Instance {
  /** False where connections go to other processes when this one closes. */
  readonly isAlone: boolean
  /** Resolves when this process is the one that does what is done in the background. */
  readonly onDuty: Promise<void>
  /** Buckets of which there is one for each policy and key, however many processes there are. */
  buckets(policy: string, options: BucketOptions): (key: string) => Taken | Promise<Taken>
  /** Tells all that everything public is indexed for searches. */
  tellIndexed(): void
  isIndexed(): boolean
  /** Gives to all what `readOwn` reads of this process. Answers how to read the metrics of all, as text. */
  shareMetrics(readOwn: () => Promise<MetricsOfProcess>): (() => Promise<string>) | undefined
}

/** One process that has nobody to share with. */
export function oneProcess(): Instance {
  let isIndexed = false
  return {
    isAlone: true,
    onDuty: Promise.resolve(),
    buckets: (_policy, options) => createBuckets(options).take,
    tellIndexed() {
      isIndexed = true
    },
    isIndexed: () => isIndexed,
    shareMetrics: () => undefined,
  }
}
