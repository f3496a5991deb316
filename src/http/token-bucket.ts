import { LRUCache } from 'lru-cache'

export interface BucketOptions {
  /** How many come back each second; more than 0. */
  readonly perSecond: number
  /** How many there are when none was taken for a while. */
  readonly burst: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

export interface Taken {
  /** False when there were not so many; then none was taken. */
  readonly isTaken: boolean
  readonly remaining: number
  /** Whole seconds, 1 at least: until another one comes back, or when none was taken, until there are enough. */
  readonly nextSeconds: number
}

export interface TokenBuckets {
  /** Takes from the bucket of this key; more than a whole bucket counts as a whole bucket. */
  take(key: string, count?: number): Taken
}

/** The buckets of this many keys are remembered; one that is forgotten is full again. */
const mostKeys = 10_000
/** What adding up fractions may be off by. */
const tolerance = 1e-6

/**
 * Token buckets by key: bursts are allowed, and in the long run no more than `perSecond`. A clock that is set back
 * gives nothing back and takes nothing away; one that is set forward fills the buckets.
 */
export function createBuckets({ perSecond, burst, clock }: BucketOptions): TokenBuckets {
  const buckets = new LRUCache<string, { used: number; at: number }>({
    maxSize: mostKeys,
    sizeCalculation: () => 1,
  })
  return {
    take(key, count = 1) {
      const now = clock()
      const bucket = buckets.get(key) ?? { used: 0, at: now }
      const returned = (Math.max(0, now - bucket.at) / 1_000) * perSecond
      const used = Math.max(0, bucket.used - returned)
      const wanted = Math.min(count, burst)
      const isTaken = used + wanted <= burst + tolerance
      const usedNow = isTaken ? used + wanted : used
      buckets.set(key, { used: usedNow, at: now })
      const missing = isTaken ? 1 : used + wanted - burst
      return {
        isTaken,
        remaining: Math.max(0, Math.floor(burst - usedNow + tolerance)),
        nextSeconds: Math.max(1, Math.ceil(missing / perSecond - tolerance)),
      }
    },
  }
}
