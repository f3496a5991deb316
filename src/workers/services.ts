import { createBuckets, type TokenBuckets } from '../http/token-bucket.ts'
import type { Link } from './link.ts'
import { createMetricsSum } from './metrics-sum.ts'
import type { AskedOfWorker, SharedBucket } from './questions.ts'
import { createTurns } from './turns.ts'

/** How long to wait for workers that are too busy to answer, in milliseconds. */
const answerMs = 1_000

/** A worker that serves or is about to. */
export type Member = Link<AskedOfWorker>

/** What the primary does for the workers: what there must be one of, however many they are. */
export function createServices() {
  const members = new Set<Member>()
  const turns = createTurns<Member>()
  const metrics = createMetricsSum<Member>()
  const policies = new Map<string, TokenBuckets>()
  /** The one that does what is done in the background. */
  let onDuty: Member | undefined
  let isIndexed = false

  function giveDuty(): void {
    if (onDuty !== undefined) return
    ;[onDuty] = members
    void onDuty?.ask('takeDuty', undefined).catch(() => {})
  }

  function release(member: Member): void {
    members.delete(member)
    turns.end(member)
  }

  function takeFromBucket({ policy, key, options }: SharedBucket) {
    const buckets = policies.get(policy) ?? createBuckets({ ...options, clock: Date.now })
    policies.set(policy, buckets)
    return buckets.take(key)
  }

  async function askAll(but: Member | undefined, ask: (member: Member) => Promise<void>): Promise<void> {
    const asked = [...members].filter((member) => member !== but).map((member) => ask(member).catch(() => {}))
    await Promise.race([Promise.all(asked), passed(answerMs)])
  }

  return {
    /** Counts in a worker that is about to serve. */
    join(member: Member): void {
      members.add(member)
      if (isIndexed) void member.ask('noteIndexed', undefined).catch(() => {})
      giveDuty()
    },

    /** Counts on a worker no more that cannot be asked any more, and cannot tell that its turn is over. */
    release,

    /** Counts out a worker that has ended. */
    leave(member: Member): void {
      release(member)
      metrics.drop(member)
      if (onDuty === member) onDuty = undefined
      giveDuty()
    },

    /** The answers to what this worker asks. */
    answersFor: (member: () => Member) => ({
      takeFromBucket,
      takeTurn: () => turns.take(member()),
      endTurn: () => turns.end(member()),
      async readMetrics() {
        await askAll(undefined, async (one) => metrics.note(one, await one.ask('readMetrics', undefined)))
        return metrics.text()
      },
      spreadPublicChange: (seq: number) => askAll(member(), (one) => one.ask('notePublicChange', seq)),
      async indexed() {
        isIndexed = true
        await askAll(member(), (one) => one.ask('noteIndexed', undefined))
      },
    }),
  }
}

export type Services = ReturnType<typeof createServices>

async function passed(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, ms).unref()
  await promise
}
