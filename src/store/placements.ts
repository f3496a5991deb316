import { and, eq, exists, inArray, or, type SQL, sql } from 'drizzle-orm'
import type { AdPriority, AdScopeType, AdStatus } from '../contract/ad.ts'
import type { Query } from '../db/engine.ts'
import { type AdResourcePage, resourceReader, resourceWriter } from './ad-resources.ts'
import { touchScopes } from './ad-revisions.ts'

/** A placement as it is kept. */
export type StoredPlacement = Query['tables']['adPlacements']['$inferSelect']

interface PlacementFilter {
  readonly slotIds?: readonly string[] | undefined
  readonly creativeIds?: readonly string[] | undefined
  readonly advertiserIds?: readonly string[] | undefined
  /** `site`, or ids of sections, tags and articles. */
  readonly scopes?: readonly string[] | undefined
  readonly status?: readonly AdStatus[] | undefined
  readonly priority?: readonly AdPriority[] | undefined
}

/** What placements may be looked for by. */
export type PlacementsOf =
  | { readonly id: string }
  | { readonly slotId: string }
  | { readonly creativeId: string }
  | { readonly advertiserId: string }
  | { readonly scopeType: AdScopeType; readonly scopeId: string }

/** So many usages are named. */
const mostUsages = 20

const scopeTypesWithId = ['section', 'tag', 'article'] as const

export function placementsReader(query: Query) {
  const { sql: db, tables } = query
  const { adPlacements: t, creatives, publishedArticles, publishedArticleTags } = tables
  const { find, get, listNewest, count, usages } = resourceReader(query, t, 'ad placement')

  const ofAdvertisers = (ids: readonly string[]): SQL =>
    inArray(
      t.creativeId,
      db
        .select({ id: creatives.id })
        .from(creatives)
        .where(inArray(creatives.advertiserId, [...ids])),
    )

  const matching = (filter: PlacementFilter): SQL | undefined =>
    and(
      filter.slotIds && inArray(t.slotId, [...filter.slotIds]),
      filter.creativeIds && inArray(t.creativeId, [...filter.creativeIds]),
      filter.advertiserIds && ofAdvertisers(filter.advertiserIds),
      filter.scopes && inScopes(filter.scopes),
      filter.status && inArray(t.status, [...filter.status]),
      filter.priority && inArray(t.priority, [...filter.priority]),
    )

  function inScopes(scopes: readonly string[]): SQL | undefined {
    const ids = scopes.filter((scope) => scope !== 'site')
    return or(
      scopes.includes('site') ? and(eq(t.scopeType, 'site'), eq(t.scopeId, '')) : undefined,
      ids.length > 0 ? and(inArray(t.scopeType, [...scopeTypesWithId]), inArray(t.scopeId, ids)) : undefined,
    )
  }

  function conditionOf(placements: PlacementsOf): SQL | undefined {
    if ('id' in placements) return eq(t.id, placements.id)
    if ('slotId' in placements) return eq(t.slotId, placements.slotId)
    if ('creativeId' in placements) return eq(t.creativeId, placements.creativeId)
    if ('advertiserId' in placements) return ofAdvertisers([placements.advertiserId])
    return and(eq(t.scopeType, placements.scopeType), eq(t.scopeId, placements.scopeId))
  }

  return {
    find,
    get,
    /** The newest first. */
    list: (filter: PlacementFilter & AdResourcePage) => listNewest(matching(filter), filter),
    count: (filter: PlacementFilter) => count(matching(filter)),
    /** How many there are, and some of them. */
    async usagesOf(placements: PlacementsOf): Promise<{ count: number; rows: { id: string }[] }> {
      const { count, rows } = await usages(conditionOf(placements) ?? sql`false`, mostUsages)
      return { count, rows: rows.map(({ id }) => ({ id })) }
    },

    /** Whether one of them is for pages that the public can see: what it is then makes a difference to readers. */
    async areSeen(placements: PlacementsOf): Promise<boolean> {
      // Looked up one by one: for `in` a database may read all that is public.
      const article = db
        .select({ id: publishedArticles.id })
        .from(publishedArticles)
        .where(eq(publishedArticles.id, t.scopeId))
      const tagged = db
        .select({ id: publishedArticleTags.tagId })
        .from(publishedArticleTags)
        .where(eq(publishedArticleTags.tagId, t.scopeId))
      const isPublic = or(
        inArray(t.scopeType, ['site', 'section']),
        and(eq(t.scopeType, 'article'), exists(article)),
        and(eq(t.scopeType, 'tag'), exists(tagged)),
      )
      const rows = await db
        .select({ id: t.id })
        .from(t)
        .where(and(conditionOf(placements), isPublic))
        .limit(1)
      return rows.length > 0
    },
  }
}

export function placementsWriter(query: Query) {
  const { sql: db, tables } = query
  const { adPlacements: t } = tables
  return {
    ...placementsReader(query),
    ...resourceWriter(query, t, (...rows) => touchScopes(query, rows)),

    /** Says until when it is held back, and when it next opens or closes. It is no other version for that. */
    async setHold(
      placement: StoredPlacement,
      hold: Pick<StoredPlacement, 'heldUntil' | 'nextEdgeAt'>,
    ): Promise<void> {
      await db.update(t).set(hold).where(eq(t.id, placement.id))
      await touchScopes(query, [placement])
    },

    /** Says when its dates next open or close it, after what happened until now was told. */
    async setNextEdge(placement: StoredPlacement, nextEdgeAt: string | null): Promise<void> {
      await db.update(t).set({ nextEdgeAt }).where(eq(t.id, placement.id))
      // What is over need not be kept by those who know the others.
      await touchScopes(query, [placement])
    },
  }
}
