import { LRUCache } from 'lru-cache'
import type { Registry } from 'prom-client'
import { type AdTokenKey, verifyAdToken } from '../ads/token.ts'
import type { AdEvent, AdEventsAnswer, IgnoredReason } from '../contract/ad-event.ts'
import { countAdEvents } from '../editorial/ad-counting.ts'
import type { NewAdEvent } from '../store/ad-counts.ts'
import type { Db } from '../store/index.ts'
import { type AdEventOutcome, countingMetrics } from './metrics.ts'
import { repetitionKey, type Sender } from './sender.ts'

/** So long after it came, in milliseconds, an event is written: with the write it is less than a second. */
const flushMs = 500
/** After a write that failed. */
const retryMs = 1_000
/** So many are written in one transaction, which takes some 20 ms. */
const batchSize = 500
/** So many wait at most, some 40 MB, which is a minute and more of a rush; what comes then is dropped. */
const mostWaiting = 100_000
/** So many are recognised without asking the database: those that came last. */
const mostRecent = 50_000

interface CounterOptions {
  readonly db: Db
  readonly adTokenKey: AdTokenKey
  readonly registry: Registry
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** For so many milliseconds the same event of the same reader is not counted again. */
  readonly repeatMs: number
  /** Told of a write that failed; it is repeated. */
  readonly onFailure: (error: unknown) => void
  /** Told of events that could not be written before the process ends. */
  readonly onLoss: (events: number) => void
}

/** What was told, and of which placement it must be where that is known. */
interface ToldEvent extends AdEvent {
  readonly placementId?: string
}

const outcomes = {
  invalidToken: 'invalid-token',
  repeated: 'repeated',
  bot: 'bot',
  prefetch: 'prefetch',
  overload: 'overload',
} as const satisfies Record<IgnoredReason, AdEventOutcome>

export type AdCounter = ReturnType<typeof createAdCounter>

/**
 * Counts what readers see and click of ads. Events wait in memory, and are written twice a second: `kill -9` loses
 * those of the last second. Each is written down with what it is recognised by, in the transaction that counts it: so
 * instances count nothing twice, and neither does a write that is repeated because nobody knows whether it happened.
 * No count is a change that anybody is told of, but for a placement that is held back because of it.
 */
export function createAdCounter({
  db,
  adTokenKey,
  registry,
  clock,
  repeatMs,
  onFailure,
  onLoss,
}: CounterOptions) {
  const waiting = new Map<string, NewAdEvent>()
  /** When events came last, by their keys. */
  const recent = new LRUCache<string, number>({ maxSize: mostRecent, sizeCalculation: () => 1 })
  const metrics = countingMetrics(registry, () => waiting.size)
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let isStopped = false

  /** Why it is not counted; undefined where it waits to be from now on. */
  function take({ token, type, placementId }: ToldEvent, sender: Sender): IgnoredReason | undefined {
    if (sender.excludedAs !== undefined) return sender.excludedAs
    const nowMs = clock()
    const claims = verifyAdToken(adTokenKey, token, nowMs)
    if (!claims || (placementId !== undefined && claims.placementId !== placementId)) return 'invalidToken'
    const key = repetitionKey(adTokenKey.secret, { type, ...claims }, sender)
    const last = recent.get(key)
    if (waiting.has(key) || (last !== undefined && nowMs - last < repeatMs)) return 'repeated'
    if (waiting.size >= mostWaiting || isStopped) return 'overload'
    const at = new Date(nowMs).toISOString()
    waiting.set(key, { key, type, ...claims, at, repeatsUntil: new Date(nowMs + repeatMs).toISOString() })
    recent.set(key, nowMs)
    return undefined
  }

  function writeAfter(ms: number): void {
    if (timer !== undefined || writing !== undefined || isStopped) return
    timer = setTimeout(() => {
      timer = undefined
      writing = writeAll()
        .then(() => flushMs, failed)
        .then((pauseMs) => {
          writing = undefined
          if (waiting.size > 0) writeAfter(pauseMs)
        })
    }, ms)
    timer.unref()
  }

  function failed(error: unknown): number {
    metrics.failed()
    onFailure(error)
    return retryMs
  }

  /** Writes what waits now. Throws when that fails; what was not written goes on waiting. */
  async function writeAll(): Promise<void> {
    for (let left = waiting.size; left > 0; left -= batchSize) {
      const batch = firstOf(waiting.values(), Math.min(left, batchSize))
      const { counted, repeated, gone } = await db.write((tx) => countAdEvents(tx, batch))
      for (const { key } of batch) waiting.delete(key)
      for (const { type } of counted) metrics.note(type, 'counted')
      for (const { type } of repeated) metrics.note(type, 'repeated')
      for (const { type } of gone) metrics.note(type, 'placement-gone')
    }
  }

  return {
    /** Takes events to be counted, and answers how many and why the others are not. */
    count(events: readonly ToldEvent[], sender: Sender): AdEventsAnswer {
      let accepted = 0
      const ignored = { invalidToken: 0, repeated: 0, bot: 0, prefetch: 0, overload: 0 }
      for (const event of events) {
        const reason = take(event, sender)
        if (reason === undefined) accepted += 1
        else {
          ignored[reason] += 1
          metrics.note(event.type, outcomes[reason])
        }
      }
      if (accepted > 0) writeAfter(flushMs)
      return { accepted, ignored }
    },

    /** Writes what waits, and takes nothing any more. Called when no request comes any more. */
    async stop(): Promise<void> {
      isStopped = true
      clearTimeout(timer)
      await writing
      try {
        await writeAll()
      } catch (error) {
        failed(error)
      }
      if (waiting.size > 0) onLoss(waiting.size)
    },
  }
}

function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const first: Item[] = []
  for (const item of items) {
    if (first.length >= count) break
    first.push(item)
  }
  return first
}
