import { and, eq, gt, inArray, isNull, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { AdPlace, AdPriority, AdScopeType, AdStatus, CreativeFormat } from '../contract/ad.ts'
import type { Query } from '../db/engine.ts'
import { statement } from '../db/statement.ts'
import type { Scope } from './ad-revisions.ts'

export interface StoredSlot {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly place: AdPlace
  readonly afterBlock: number | null
  readonly sizes: readonly string[]
  readonly maxPlacements: number
  readonly label: string
}

export interface StoredCreative {
  readonly id: string
  readonly title: string
  readonly format: CreativeFormat
  readonly clickUrl: string | null
  readonly html: string | null
  readonly sizes: readonly string[]
  readonly exclusionLabels: readonly string[]
}

/** A placement whose scope covers a page, with its creative. */
export interface AdCandidate {
  readonly id: string
  readonly slotId: string
  readonly position: number
  readonly startsAt: string | null
  readonly endsAt: string | null
  /** Not shown before then, because it is ahead of its goal. */
  readonly heldUntil: string | null
  readonly priority: AdPriority
  readonly weight: number
  readonly status: AdStatus
  /** Null where the creative is nobody's. */
  readonly advertiserStatus: AdStatus | null
  readonly creative: StoredCreative
}

/** What a placement is for. */
export interface PlacedOn {
  readonly scopeType: AdScopeType
  readonly scopeId: string
}

/** A page that ads are wanted for: an article, or what is known of another page. */
export interface AdPage {
  readonly article: string | null
  readonly sections: readonly string[]
  readonly tags: readonly string[]
}

const selectSlots = statement(({ sql: db, tables: { adSlots: slots } }) =>
  db
    .select({
      id: slots.id,
      key: slots.key,
      name: slots.name,
      place: slots.place,
      afterBlock: slots.afterBlock,
      sizes: slots.sizes,
      maxPlacements: slots.maxPlacements,
      label: slots.label,
    })
    .from(slots)
    .orderBy(slots.key),
)

/** Every slot, by key. */
export function findSlots(query: Query): Promise<StoredSlot[]> {
  return selectSlots(query)
}

/** Candidates with the columns that they have. */
export function candidateRows({ sql: db, tables: t }: Query) {
  const { adPlacements: placements, creatives, advertisers } = t
  return db
    .select({
      id: placements.id,
      slotId: placements.slotId,
      position: placements.position,
      startsAt: placements.startsAt,
      endsAt: placements.endsAt,
      heldUntil: placements.heldUntil,
      priority: placements.priority,
      weight: placements.weight,
      status: placements.status,
      advertiserStatus: advertisers.status,
      scopeType: placements.scopeType,
      scopeId: placements.scopeId,
      creative: {
        id: creatives.id,
        title: creatives.title,
        format: creatives.format,
        clickUrl: creatives.clickUrl,
        html: creatives.html,
        sizes: creatives.sizes,
        exclusionLabels: creatives.exclusionLabels,
      },
    })
    .from(placements)
    .innerJoin(creatives, eq(creatives.id, placements.creativeId))
    .leftJoin(advertisers, eq(advertisers.id, creatives.advertiserId))
}

/** What nobody has paused. */
export function isActive({ tables: { adPlacements, advertisers } }: Query): SQL | undefined {
  return and(
    eq(adPlacements.status, 'active'),
    or(isNull(advertisers.status), eq(advertisers.status, 'active')),
  )
}

/** So long ago, in milliseconds, may have ended what pages are told of: when they last changed, they say. */
const justOverMs = 60_000

/** From when on placements must last to be of any concern to a page at `now`. */
function justBefore(now: string): string {
  return new Date(Date.parse(now) - justOverMs).toISOString()
}

/** The placements of some scopes that nobody paused and that are not over, with what they are placed on. */
export function findScopeCandidates(
  query: Query,
  scopes: readonly Scope[],
  now: string,
): Promise<(AdCandidate & PlacedOn)[]> {
  const { adPlacements: t } = query.tables
  return candidateRows(query)
    .where(and(isActive(query), inScopes(t, scopes, gt(t.overAt, justBefore(now)))))
    .then((rows) => rows)
}

/** All placements whose scope covers the page and that lasted until after `since`, paused or not. */
export function findAllAdCandidates(query: Query, page: AdPage, since: string): Promise<AdCandidate[]> {
  const { adPlacements: t } = query.tables
  return candidateRows(query)
    .where(inScopes(t, scopesOf(page), gt(t.overAt, since)))
    .orderBy(t.id)
    .then((rows) => rows)
}

/** The scopes that cover a page. */
export function scopesOf({ article, sections, tags }: AdPage): PlacedOn[] {
  return [
    { scopeType: 'site', scopeId: '' },
    ...(article === null ? [] : [{ scopeType: 'article', scopeId: article } as const]),
    ...sections.map((scopeId) => ({ scopeType: 'section', scopeId }) as const),
    ...tags.map((scopeId) => ({ scopeType: 'tag', scopeId }) as const),
  ]
}

interface ScopeColumns {
  readonly scopeType: SQLWrapper
  readonly scopeId: SQLWrapper
}

/** Rows of these scopes that fulfil a condition, which is said of each type so that an index answers all of it. */
export function inScopes(t: ScopeColumns, scopes: readonly Scope[], condition?: SQL): SQL | undefined {
  const types = [...new Set(scopes.map(({ scopeType }) => scopeType))]
  const ofTypes = types.map((type) => {
    const ids = scopes.filter(({ scopeType }) => scopeType === type).map(({ scopeId }) => scopeId)
    return and(sql`${t.scopeType} = ${type}`, inArray(t.scopeId, [...new Set(ids)]), condition)
  })
  return or(...ofTypes)
}
