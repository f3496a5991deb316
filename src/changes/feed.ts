import type { ChangeReset, PublicChange } from '../contract/public-change.ts'
import type { Db } from '../store/index.ts'
import { changeEvent } from './event-text.ts'

/** So many of the newest changes are kept for those who come back, and read at once. */
export const keptChanges = 1_000

/** How often to look whether others have written, in milliseconds: to look costs next to nothing. */
const lookMs = 250

/** What is written within so many milliseconds is read at once. */
const gatherMs = 25

interface FeedOptions {
  readonly db: Pick<Db, 'published' | 'publicVersion' | 'onChange'>
  /** Told of the first of several reads that fail one after the other; they are tried again. */
  readonly onFailure: (error: unknown) => void
}

/** Is given the text of events, and how many they are. */
type Listener = (events: Buffer, count: number) => void

/** Where a listener begins. */
export interface Start {
  /** The number of the change that it goes on after. */
  readonly after: number
  /** What it missed, as text and count. */
  readonly missed: { readonly events: Buffer; readonly count: number }
  /** When what it missed cannot be told. */
  readonly reset: ChangeReset | undefined
}

/** One who has joined; `leave` once. */
export interface Follower {
  /** What there was until now; from now on the listener is called. */
  listen(listener: Listener): Start
  leave(): void
}

interface Kept {
  readonly seq: number
  readonly event: Buffer
}

/**
 * The public changes as they come, for any number of listeners: each change is read once and made text once, whoever
 * wrote it. Nothing is read while nobody listens.
 */
export function createChangeFeed({ db, onFailure }: FeedOptions) {
  const listeners = new Set<Listener>()
  /** Who has joined, listening or about to. */
  let users = 0
  /** The newest changes, without gaps. */
  let kept: Kept[] = []
  /** The number of the newest change that was read; undefined before the first read. */
  let newest: number | undefined
  let hasFailed = false
  let stopListening: (() => void) | undefined
  let looking: NodeJS.Timeout | undefined
  let gathering: NodeJS.Timeout | undefined
  let reading: Promise<void> | undefined
  let readingNext: Promise<void> | undefined
  /** The read with which those begin who come after nobody was there. */
  let loading: Promise<void> | undefined

  async function readPage(): Promise<number> {
    const { after, changes } = await db.published(async (published) => {
      const after = newest ?? Math.max(0, (await published.findState()).seq - keptChanges)
      return { after, changes: await published.listChanges({ after, limit: keptChanges }) }
    })
    newest = changes.at(-1)?.seq ?? after
    take(changes)
    return changes.length
  }

  async function readAll(): Promise<void> {
    let count: number
    do count = await readPage()
    while (count === keptChanges)
    hasFailed = false
  }

  function take(changes: readonly PublicChange[]): void {
    if (changes.length === 0) return
    const added = changes.map((change) => ({ seq: change.seq, event: changeEvent(change) }))
    kept = [...kept, ...added].slice(-keptChanges)
    const { events, count } = together(added)
    for (const listener of listeners) listener(events, count)
  }

  /** Reads everything that is there at the moment of the call. Those who call meanwhile share the next read. */
  function readNow(): Promise<void> {
    if (reading === undefined) {
      reading = readAll().finally(() => {
        reading = undefined
      })
      return reading
    }
    readingNext ??= reading
      .catch(() => {})
      .then(() => {
        readingNext = undefined
        return readNow()
      })
    return readingNext
  }

  /** Reads where there is something new, which most writes are not for the public. */
  function look(): void {
    if (db.publicVersion() === newest) return
    readNow().catch((error: unknown) => {
      if (!hasFailed) onFailure(error)
      hasFailed = true
    })
  }

  function lookSoon(): void {
    gathering ??= setTimeout(() => {
      gathering = undefined
      look()
    }, gatherMs).unref()
  }

  function begin(): void {
    if (looking !== undefined) return
    looking = setInterval(look, lookMs).unref()
    stopListening = db.onChange(lookSoon)
  }

  function stop(): void {
    clearInterval(looking)
    clearTimeout(gathering)
    stopListening?.()
    looking = undefined
    gathering = undefined
  }

  function startOf(since: number | undefined): Start {
    const now = newest ?? 0
    const nothing = { events: Buffer.alloc(0), count: 0 }
    if (since === undefined) return { after: now, missed: nothing, reset: undefined }
    const oldest = kept[0]?.seq ?? now + 1
    const reason = since > now ? 'ahead' : since < oldest - 1 ? 'too-old' : undefined
    if (reason) return { after: now, missed: nothing, reset: { reason, newest: now } }
    return { after: since, missed: together(kept.slice(since - oldest + 1)), reset: undefined }
  }

  function release(): void {
    users -= 1
    if (users > 0) return
    stop()
    // It would be far behind for the next one.
    kept = []
    newest = undefined
    loading = undefined
  }

  return {
    /**
     * Joins those who are told every change after the number `since`, of those from now on when it is undefined, once
     * and in order: first what `listen` gives, then what its listener is called with. Rejects when the database cannot
     * be asked.
     */
    async join(since: number | undefined): Promise<Follower> {
      users += 1
      begin()
      let listening: Listener | undefined
      try {
        loading ??= readNow()
        await loading
        if (since !== undefined && since > (newest ?? 0)) {
          // Another instance may have told of a change that this one has not read yet.
          await db.published((published) => published.findState(), { atLeast: since })
          await readNow()
        }
      } catch (error) {
        loading = undefined
        release()
        throw error
      }
      return {
        listen(listener) {
          listening = listener
          listeners.add(listener)
          return startOf(since)
        },
        leave() {
          if (listening) listeners.delete(listening)
          release()
        },
      }
    },

    stop,
  }
}

export type ChangeFeed = ReturnType<typeof createChangeFeed>

function together(all: readonly Kept[]): { events: Buffer; count: number } {
  return { events: Buffer.concat(all.map(({ event }) => event)), count: all.length }
}
