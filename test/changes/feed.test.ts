import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { createChangeFeed, keptChanges } from '../../src/changes/feed.ts'
import type { PublicChange } from '../../src/contract/public-change.ts'
import type { Db, PublicReader } from '../../src/store/index.ts'

/** A log of changes that can be slow, out of order with what is known of it, or away. */
function startLog() {
  let [newest, reads, known] = [0, 0, true]
  let failure: Error | undefined
  let delayMs = 0
  const listeners = new Set<() => void>()
  const change = (seq: number): PublicChange => ({
    seq,
    type: 'section.created',
    at: '2024-01-09T08:00:00.000Z',
    subject: { type: 'section', id: '018ced2a-4000-7000-8000-00000000b001', slug: `s-${seq}` },
  })
  const reader = {
    findState: async () => ({ seq: newest, changedAt: null }),
    listChanges: async ({ after, limit }: { after: number; limit: number }) =>
      Array.from({ length: Math.min(limit, newest - after) }, (_, index) => change(after + 1 + index)),
  } as unknown as PublicReader
  const db: Pick<Db, 'published' | 'publicVersion' | 'onChange'> = {
    async published(work) {
      reads += 1
      const result = work(reader)
      await result
      await sleep(delayMs)
      if (failure) throw failure
      return result
    },
    publicVersion: () => (known ? newest : undefined),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const failures: unknown[] = []
  const feed = createChangeFeed({ db, onFailure: (error) => failures.push(error) })
  onTestFinished(() => feed.stop())
  return {
    feed,
    failures,
    reads: () => reads,
    listening: () => listeners.size,
    write(count: number) {
      newest += count
      for (const listener of listeners) listener()
    },
    fail(error: Error | undefined) {
      failure = error
    },
    slow(ms: number) {
      delayMs = ms
    },
    forget() {
      known = false
    },
  }
}

type Log = ReturnType<typeof startLog>

const seqsOf = (events: Buffer) =>
  [...events.toString().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

async function follow({ feed }: Log, since?: number) {
  const follower = await feed.join(since)
  const seqs: number[] = []
  const start = follower.listen((events, count) => {
    expect(seqsOf(events)).toHaveLength(count)
    seqs.push(...seqsOf(events))
  })
  seqs.unshift(...seqsOf(start.missed.events))
  return { seqs, start, leave: () => follower.leave() }
}

it('gives every change once and in order, whenever somebody joins', async () => {
  const log = startLog()
  log.write(10)
  log.slow(3)
  const all: Awaited<ReturnType<typeof follow>>[] = []
  for (let round = 0; round < 40; round += 1) {
    log.write(round % 7)
    const since = round % 3 === 0 ? 5 : undefined
    void follow(log, since).then((one) => all.push(one))
    await sleep(round % 5)
  }
  const end = 10 + range(0, 39).reduce((sum, round) => sum + (round % 7), 0)
  await expect
    .poll(() => all.map(({ seqs, start }) => seqs.at(-1) ?? start.after))
    .toEqual(Array(40).fill(end))
  for (const { seqs, start } of all) expect(seqs).toEqual(range(start.after + 1, end))
  expect(log.reads()).toBeLessThan(60)
})

it('starts anew for the first who comes after all have left, even while it was reading', async () => {
  const log = startLog()
  log.write(3)
  const one = await follow(log, 0)
  log.slow(20)
  log.write(1)
  await sleep(30)
  one.leave()
  expect(log.listening()).toBe(0)
  log.write(5 * keptChanges)
  const newest = 4 + 5 * keptChanges
  const [now, old] = await Promise.all([follow(log), follow(log, 4)])
  expect([now.start.after, now.seqs]).toEqual([newest, []])
  expect(old.start.reset).toEqual({ reason: 'too-old', newest })
  log.write(2)
  await expect.poll(() => now.seqs).toEqual([newest + 1, newest + 2])
})

it('gives all of a burst that is more than it keeps', async () => {
  const log = startLog()
  const one = await follow(log, 0)
  log.write(3 * keptChanges + 7)
  await expect.poll(() => one.seqs.length).toBe(3 * keptChanges + 7)
  expect(one.seqs).toEqual(range(1, 3 * keptChanges + 7))
})

it('refuses who joins while the database is away, and lets them in afterwards', async () => {
  const log = startLog()
  log.write(2)
  log.fail(new Error('away'))
  await expect(follow(log)).rejects.toThrow('away')
  expect(log.listening()).toBe(0)
  log.fail(undefined)
  expect((await follow(log, 0)).seqs).toEqual([1, 2])
})

it('tells once that it cannot read, and catches up', async () => {
  const log = startLog()
  const one = await follow(log)
  for (let outage = 1; outage <= 2; outage += 1) {
    log.fail(new Error('away'))
    log.write(4)
    await sleep(700)
    expect(log.failures).toHaveLength(outage)
    log.fail(undefined)
    await expect.poll(() => one.seqs).toEqual(range(1, 4 * outage))
  }
})

it('reads nothing for writes that are not public', async () => {
  const log = startLog()
  await follow(log)
  const before = log.reads()
  for (let count = 0; count < 20; count += 1) {
    log.write(0)
    await sleep(10)
  }
  expect(log.reads()).toBe(before)
})

it('reads where it is not known how far the public has come', async () => {
  const log = startLog()
  const one = await follow(log)
  log.forget()
  log.write(1)
  await expect.poll(() => one.seqs).toEqual([1])
})
