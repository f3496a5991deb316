import { and, eq, inArray, or, sql } from 'drizzle-orm'
import { byRank } from '../contract/ad-order.ts'
import type { Query } from '../db/engine.ts'
import { statement } from '../db/statement.ts'
import {
  type AdCandidate,
  type AdPage,
  findScopeCandidates,
  findSlots,
  inScopes,
  type StoredSlot,
  scopesOf,
} from './ad-placements.ts'
import { allSlots, type Scope } from './ad-revisions.ts'
import { groupBy } from './group-by.ts'

/**
 * What pages choose their ads from, kept in memory by the revisions of its scopes: to read many candidates takes many
 * times longer than all else of an article. An article asks for the few revisions that concern it, in the snapshot that
 * it is read from, and reads the rows of those alone that it does not know. A revision never comes twice, so what is
 * kept under one is right for whoever finds that revision, in whatever snapshot, transaction or replica.
 */

/** So much is kept, as `weightOf` counts it: some 30 MiB. What was not asked for the longest goes first. */
const mostWeight = 20_000

/** A scope counts as one, a candidate as one more, and as one more for each 500 characters of HTML. */
function weightOf({ content }: Kept<AdCandidate>): number {
  return content.reduce((sum, { creative }) => sum + 1 + (creative.html?.length ?? 0) / 500, 1)
}

const selectRevisions = statement(({ sql: db, tables: { adRevisions: t, publishedArticleTags: tagged } }) => {
  const articleId = sql.placeholder('articleId')
  const tags = db.select({ id: tagged.tagId }).from(tagged).where(eq(tagged.articleId, articleId))
  return db
    .select()
    .from(t)
    .where(
      or(
        and(inArray(t.scopeType, ['site', 'slots']), eq(t.scopeId, '')),
        and(eq(t.scopeType, 'article'), eq(t.scopeId, articleId)),
        and(eq(t.scopeType, 'section'), eq(t.scopeId, sql.placeholder('sectionId'))),
        and(eq(t.scopeType, 'tag'), inArray(t.scopeId, tags)),
      ),
    )
})

interface Kept<Item> {
  readonly revision: string
  readonly content: readonly Item[]
}

type Revision = Scope & { readonly revision: string }

interface Content {
  readonly slots: readonly StoredSlot[]
  /** By `keyOf` their scope. */
  readonly candidates: ReadonlyMap<string, readonly AdCandidate[]>
}

export interface ShelvedAds {
  /** Of all that follows: where it is the same, that is the same. */
  readonly revision: string
  readonly slots: readonly StoredSlot[]
  /** By scope, in the order of their rank. */
  readonly adCandidates: readonly (readonly AdCandidate[])[]
}

/** What ads are read with. */
export interface AdReading {
  readonly shelf: ReturnType<typeof createAdShelf>
  /** The instant of the reading. */
  readonly now: string
}

export function createAdShelf() {
  let slots: Kept<StoredSlot> | undefined
  const scopes = new Map<string, Kept<AdCandidate>>()
  let weight = 0

  function known(key: string, revision: string): readonly AdCandidate[] | undefined {
    const kept = scopes.get(key)
    if (kept?.revision !== revision) return undefined
    // To the end, as what was asked for last.
    scopes.delete(key)
    scopes.set(key, kept)
    return kept.content
  }

  function keep(key: string, kept: Kept<AdCandidate>): void {
    drop(key)
    scopes.set(key, kept)
    weight += weightOf(kept)
    for (const oldest of scopes.keys()) {
      if (weight <= mostWeight) break
      drop(oldest)
    }
  }

  function drop(key: string): void {
    const kept = scopes.get(key)
    if (kept) weight -= weightOf(kept)
    scopes.delete(key)
  }

  async function slotsOf(query: Query, revision: string | undefined): Promise<readonly StoredSlot[]> {
    if (revision === undefined) return []
    if (slots?.revision !== revision) slots = { revision, content: await findSlots(query) }
    return slots.content
  }

  /** What is kept under these revisions, or is now. */
  async function contentOf(query: Query, revisions: readonly Revision[], now: string): Promise<Content> {
    const isSlots = ({ scopeType }: Scope) => scopeType === allSlots.scopeType
    const wanted = revisions.filter((row) => !isSlots(row))
    const candidates = new Map<string, readonly AdCandidate[]>()
    const missing = wanted.filter((row) => {
      const found = known(keyOf(row), row.revision)
      if (found) candidates.set(keyOf(row), found)
      return found === undefined
    })
    const rows = missing.length === 0 ? [] : await findScopeCandidates(query, missing, now)
    const read = groupBy(rows, keyOf, (row) => row)
    for (const scope of missing) {
      // The choice puts them in order; what is in order already takes it less time.
      const own = (read.get(keyOf(scope)) ?? []).sort(byRank)
      keep(keyOf(scope), { revision: scope.revision, content: own })
      candidates.set(keyOf(scope), own)
    }
    return { slots: await slotsOf(query, revisions.find(isSlots)?.revision), candidates }
  }

  return {
    /** The slots, and the placements that nobody paused and that are not over of a published article. */
    async find(
      query: Query,
      article: { readonly articleId: string; readonly sectionId: string | null },
      now: string,
    ): Promise<ShelvedAds> {
      const revisions = await selectRevisions(query, article)
      const { slots, candidates } = await contentOf(query, revisions, now)
      return { revision: revisionOf(revisions), slots, adCandidates: [...candidates.values()] }
    },

    /** The same of several pages, in their order. */
    async findAll(query: Query, pages: readonly AdPage[], now: string): Promise<ShelvedAds[]> {
      const revisions = await findRevisions(query, pages)
      const { slots, candidates } = await contentOf(query, revisions, now)
      const byScope = new Map(revisions.map((row) => [keyOf(row), row]))
      return pages.map((page) => {
        const scopes = scopesOf(page)
        return {
          revision: revisionOf([allSlots, ...scopes].flatMap((scope) => byScope.get(keyOf(scope)) ?? [])),
          slots,
          adCandidates: scopes.flatMap((scope) => {
            const own = candidates.get(keyOf(scope))
            return own ? [own] : []
          }),
        }
      })
    },
  }
}

/** The revisions of all scopes that cover one of the pages, and of the slots. */
function findRevisions(query: Query, pages: readonly AdPage[]): Promise<Revision[]> {
  const { adRevisions: t } = query.tables
  return query.sql
    .select()
    .from(t)
    .where(inScopes(t, [allSlots, ...pages.flatMap(scopesOf)]))
    .then((rows) => rows)
}

function revisionOf(revisions: readonly Revision[]): string {
  return revisions.map((row) => `${keyOf(row)} ${row.revision}`).join()
}

function keyOf({ scopeType, scopeId }: Scope): string {
  return `${scopeType} ${scopeId}`
}
