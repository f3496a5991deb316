import { LRUCache } from 'lru-cache'
import type { Problem } from '../contract/errors.ts'
import type { Representation } from '../http/representation.ts'

/** What a public address answers, before the conditions of a request are looked at. */
export type Outcome =
  | {
      readonly kind: 'content'
      readonly representation: Representation
      /** The pattern of the route that it is an answer of. */
      readonly route: string
    }
  | { readonly kind: 'moved'; readonly slug: string }
  | { readonly kind: 'problem'; readonly problem: Problem }

/** An outcome, and how long it holds. */
export interface Computed {
  readonly outcome: Outcome
  /** The number of the newest public change in the snapshot that it was read from. */
  readonly version: number
  /** Where the clock changes the answer: when it was made, and until when it is right. Milliseconds since 1970. */
  readonly validity?: { readonly fromMs: number; readonly untilMs: number } | undefined
}

/** What the cache did, in the words of RFC 9211. */
export type CacheStatus = 'hit' | 'fwd=uri-miss' | 'fwd=stale' | 'fwd=bypass' | 'hit; detail=unavailable'

/** The header that says so. */
export function cacheStatusHeader(status: CacheStatus): { 'cache-status': string } {
  return { 'cache-status': `Copydesk; ${status}` }
}

export interface Answered {
  readonly outcome: Outcome
  readonly status: CacheStatus
}

interface Options {
  /** Bytes that the answers may take, their keys included; 0 for no cache. */
  readonly maxBytes: number
  /** The number of the newest public change; undefined where it is not known. */
  readonly version: () => number | undefined
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** True for an error that says that the database cannot be asked now. */
  readonly isUnavailable: (error: unknown) => boolean
}

/** What an entry takes besides its bytes and its key, roughly. */
const overheadBytes = 1_024

/**
 * Answers of delivery by address. An answer is right as long as nothing public has changed since the snapshot that it
 * was read from, so the number of the newest public change decides and no time to live. What is asked by several at
 * once is computed once. Where the database cannot be asked, the last known answer is given.
 */
export function createResponseCache({ maxBytes, version, clock, isUnavailable }: Options) {
  const entries = new LRUCache<string, Computed>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: sizeOf,
  })
  const underway = new Map<string, Promise<Computed>>()

  function isValid(entry: Computed, current: number): boolean {
    if (entry.version !== current) return false
    if (!entry.validity) return true
    const now = clock()
    return entry.validity.fromMs <= now && now < entry.validity.untilMs
  }

  async function computeOnce(
    key: string,
    current: number,
    compute: () => Promise<Computed>,
  ): Promise<Computed> {
    const turn = `${current} ${key}`
    const known = underway.get(turn)
    if (known) return known
    const computing = compute()
    underway.set(turn, computing)
    try {
      const computed = await computing
      const kept = entries.get(key)
      // Snapshots of replicas may be behind: what is newer stays.
      if (maxBytes > 0 && (kept === undefined || kept.version <= computed.version)) entries.set(key, computed)
      return computed
    } finally {
      underway.delete(turn)
    }
  }

  return {
    /** The content at an address that is right now; undefined when it has to be computed, or is none. */
    find(key: string): Extract<Outcome, { kind: 'content' }> | undefined {
      const entry = entries.get(key)
      if (entry?.outcome.kind !== 'content') return undefined
      const current = version()
      return current !== undefined && isValid(entry, current) ? entry.outcome : undefined
    },

    /** The answer of an address, computed when it is not known. Rejects as `compute` does. */
    async answer(key: string, compute: () => Promise<Computed>): Promise<Answered> {
      const current = version()
      if (current === undefined) return { outcome: (await compute()).outcome, status: 'fwd=bypass' }
      const entry = entries.get(key)
      if (entry && isValid(entry, current)) return { outcome: entry.outcome, status: 'hit' }
      try {
        const { outcome } = await computeOnce(key, current, compute)
        return { outcome, status: entry ? 'fwd=stale' : 'fwd=uri-miss' }
      } catch (error) {
        if (entry?.outcome.kind !== 'content' || !isUnavailable(error)) throw error
        return { outcome: entry.outcome, status: 'hit; detail=unavailable' }
      }
    },

    /** Bytes that are taken. */
    bytes: () => entries.calculatedSize,
  }
}

export type ResponseCache = ReturnType<typeof createResponseCache>

function sizeOf({ outcome }: Computed, key: string): number {
  // Compressed forms are kept with the bytes, and are seldom more than these in all.
  const bytes = outcome.kind === 'content' ? 2 * outcome.representation.content.bytes.length : 0
  return overheadBytes + 2 * key.length + bytes
}

/** The address that a URL stands for: the order of its parameters makes no difference. */
export function addressOf(url: string): string {
  const start = url.indexOf('?')
  if (start < 0) return url
  const query = url.slice(start + 1)
  return query.includes('&') ? `${url.slice(0, start)}?${query.split('&').sort().join('&')}` : url
}
