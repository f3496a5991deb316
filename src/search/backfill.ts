import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../store/index.ts'

/** Other writers wait no longer than this for one batch; a very long article takes what it takes. */
const batchMs = 40
/** What others are left in between. */
const pauseMs = 5
const retryMs = 2_000
const reportMs = 5_000
/** How many articles are looked at in one read, which takes a millisecond or two. */
const step = 1_000

interface BackfillOptions {
  /** The index of the working copies, or of what is public. */
  readonly index: 'searchIndex' | 'publicSearchIndex'
  /** Told from time to time, and at the end when anything was indexed. */
  readonly onProgress: (progress: { readonly indexed: number; readonly isDone: boolean }) => void
  /** Told when the database cannot be used; it is tried again. */
  readonly onFailure: (error: unknown) => void
}

export interface Backfill {
  /** Resolves when every article is indexed, or when it was stopped. */
  readonly done: Promise<void>
  stop(): Promise<void>
}

/**
 * Indexes, in the background, the articles that are not: those that were there before there was an index, or that
 * were indexed by another scheme. In short transactions, each of which is a step that need not be done again; that
 * several instances do the same at once is no harm.
 */
export function startBackfill(db: Pick<Db, 'read' | 'write'>, options: BackfillOptions): Backfill {
  const stopping = new AbortController()
  const done = run(db, options, stopping.signal)
  return {
    done,
    async stop() {
      stopping.abort()
      await done
    },
  }
}

async function run(
  db: Pick<Db, 'read' | 'write'>,
  { index, onProgress, onFailure }: BackfillOptions,
  signal: AbortSignal,
): Promise<void> {
  let after = ''
  let indexed = 0
  let reportedAt = performance.now()
  while (!signal.aborted) {
    try {
      const { missing, last } = await db.read((reader) => reader[index].findUnindexed(after, step))
      for (let rest = missing; rest.length > 0 && !signal.aborted; ) {
        const { seen, added } = await db.write((tx) => tx[index].index(rest, performance.now() + batchMs))
        rest = rest.slice(seen)
        indexed += added
        if (performance.now() - reportedAt > reportMs) {
          onProgress({ indexed, isDone: false })
          reportedAt = performance.now()
        }
        await pause(pauseMs, signal)
      }
      if (last === undefined) break
      after = last
      await pause(pauseMs, signal)
    } catch (error) {
      onFailure(error)
      await pause(retryMs, signal)
    }
  }
  if (indexed > 0) onProgress({ indexed, isDone: !signal.aborted })
}

/** Ends early when it is told to. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
