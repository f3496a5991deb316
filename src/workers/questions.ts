import type { MetricObjectWithValues, MetricValue } from 'prom-client'
import type { BucketOptions, Taken } from '../http/token-bucket.ts'

/** The metrics of one process, as its registry gives them. */
export type MetricsOfProcess = MetricObjectWithValues<MetricValue<string>>[]

/** What a worker asks of the primary, or tells it. */
export type AskedOfPrimary = {
  /** It is about to serve, and is told from now on what all are told. */
  readonly join: (input: undefined) => void
  /** It serves, at these URLs. */
  readonly ready: (urls: readonly string[]) => void
  /** It cannot serve. It waits to be ended. */
  readonly failed: (failure: Failure) => void
  /** It was told to stop, and waits for `stop`. */
  readonly leave: (input: undefined) => void
  /** Takes from a bucket that all workers share. */
  readonly takeFromBucket: (input: SharedBucket) => Taken
  /** Answers when it is this worker's turn to write; false when the worker gave it up before. */
  readonly takeTurn: (input: undefined) => boolean
  /** Ends its turn to write, or no longer waits for it. */
  readonly endTurn: (input: undefined) => void
  /** The metrics of all workers, as text. */
  readonly readMetrics: (input: undefined) => string
  /** Answers when all other workers know of a public change. */
  readonly spreadPublicChange: (seq: number) => void
  /** All that is public is indexed for searches. */
  readonly indexed: (input: undefined) => void
}

/** What the primary asks of a worker, or tells it. */
export type AskedOfWorker = {
  /** From now on it does what is done in the background. */
  readonly takeDuty: (input: undefined) => void
  readonly readMetrics: (input: undefined) => MetricsOfProcess
  readonly notePublicChange: (seq: number) => void
  readonly noteIndexed: (input: undefined) => void
  /** It is given no connection any more, and is to end when it has answered what is under way. */
  readonly stop: (input: undefined) => void
}

/** Why a worker cannot serve. */
export interface Failure {
  /** One line for the operator. */
  readonly reason: string
  /** That another one could not either, before the operator does something. */
  readonly isLasting: boolean
}

/** A key in the buckets of a policy. */
export interface SharedBucket {
  readonly policy: string
  readonly key: string
  readonly options: Omit<BucketOptions, 'clock'>
}
