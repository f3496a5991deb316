import { and, eq, inArray, isNull, lt } from 'drizzle-orm'
import { idempotencyKeptMs } from '../contract/idempotency.ts'
import type { Query } from '../db/engine.ts'

/** A request that is to run once. */
export interface KeyedRequest {
  /** Who sends it: the id of the token, empty for `ADMIN_TOKEN`. Keys of different tokens never meet. */
  readonly tokenId: string
  readonly key: string
  /** Equal for equal requests. */
  readonly fingerprint: string
}

/** The right to run a request, until it is completed or released or another takes it over. */
export interface Claim {
  readonly tokenId: string
  readonly key: string
  readonly startedAt: string
}

/** An answer as it is kept for repetitions of its request. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export type Claimed =
  /** The caller is to run the request. */
  | { readonly state: 'claimed'; readonly claim: Claim }
  /** Somebody else is running it. */
  | { readonly state: 'running' }
  /** The key belongs to another request. */
  | { readonly state: 'reused' }
  /** It has run. */
  | { readonly state: 'answered'; readonly answer: KeptAnswer }

export function idempotencyReader({ sql: db, tables: t }: Query) {
  return {
    /** True when there are records that were begun before `before`. */
    async hasExpired(before: string): Promise<boolean> {
      const found = await db
        .select({ key: t.idempotencyRecords.key })
        .from(t.idempotencyRecords)
        .where(lt(t.idempotencyRecords.startedAt, before))
        .limit(1)
      return found.length > 0
    },
  }
}

export function idempotencyWriter(query: Query, now: string) {
  const { sql: db, tables: t } = query
  const records = t.idempotencyRecords
  const idOf = ({ tokenId, key }: { readonly tokenId: string; readonly key: string }) =>
    and(eq(records.tokenId, tokenId), eq(records.key, key))
  /** The record as long as the claim is good: not completed, and not taken over by another. */
  const held = (claim: Claim) =>
    and(idOf(claim), eq(records.startedAt, claim.startedAt), isNull(records.status))
  const ago = (ms: number) => new Date(Date.parse(now) - ms).toISOString()

  return {
    ...idempotencyReader(query),

    /**
     * Claims the request for the caller, or says what became of it. The primary key decides who of several
     * is first; a record that is too old, or was begun `abandonedAfterMs` ago and never completed, is as if
     * it were not there. Answers in a transaction of its own, so that all others see it at once.
     */
    async claim(request: KeyedRequest, abandonedAfterMs: number): Promise<Claimed> {
      const { tokenId, key, fingerprint } = request
      const claim = { tokenId, key, startedAt: now }
      const made = await db
        .insert(records)
        .values({ ...claim, fingerprint })
        .onConflictDoNothing()
        .returning({ key: records.key })
      if (made.length > 0) return { state: 'claimed', claim }

      const [found] = await db.select().from(records).where(idOf(request))
      // Removed between the two statements: whoever asks again gets it.
      if (!found) return { state: 'running' }
      const isOver = found.startedAt <= ago(idempotencyKeptMs)
      if (isOver || (found.status === null && found.startedAt <= ago(abandonedAfterMs))) {
        const taken = await db
          .update(records)
          .set({ fingerprint, startedAt: now, status: null, headers: null, body: null })
          .where(
            found.status === null
              ? held(found)
              : and(idOf(found), eq(records.startedAt, found.startedAt), eq(records.status, found.status)),
          )
          .returning({ key: records.key })
        // One of several wins.
        return taken.length > 0 ? { state: 'claimed', claim } : { state: 'running' }
      }
      if (found.fingerprint !== fingerprint) return { state: 'reused' }
      if (found.status === null) return { state: 'running' }
      const { status, headers, body } = found
      return { state: 'answered', answer: { status, headers: headers ?? {}, body } }
    },

    /** Keeps the answer, in the transaction of what it is about. False when the claim was lost to another. */
    async complete(claim: Claim, { status, headers, body }: KeptAnswer): Promise<boolean> {
      const completed = await db
        .update(records)
        .set({ status, headers: { ...headers }, body })
        .where(held(claim))
        .returning({ key: records.key })
      return completed.length > 0
    },

    /** Gives a claim back whose request wrote nothing. Without effect when it was completed or lost. */
    async release(claim: Claim): Promise<void> {
      await db.delete(records).where(held(claim))
    },

    /** Deletes records that were begun before `before`, about `limit` of them, the oldest first; says how many. */
    async removeExpired(before: string, limit: number): Promise<number> {
      const isOld = lt(records.startedAt, before)
      const oldest = await db
        .select({ key: records.key })
        .from(records)
        .where(isOld)
        .orderBy(records.startedAt)
        .limit(limit)
      if (oldest.length === 0) return 0
      const keys = oldest.map(({ key }) => key)
      const removed = await db
        .delete(records)
        .where(and(isOld, inArray(records.key, keys)))
        .returning({ key: records.key })
      return removed.length
    },
  }
}
