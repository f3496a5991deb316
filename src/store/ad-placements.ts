import { and, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
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
  const { adPlacements } = query.tables
  const scoped = scopes.map(({ scopeType, scopeId }) =>
    and(sql`${adPlacements.scopeType} = ${scopeType}`, eq(adPlacements.scopeId, scopeId)),
  )
  return candidateRows(query)
    .where(and(isActive(query), or(...scoped), gt(adPlacements.overAt, justBefore(now))))
    .then((rows) => rows)
}

/** Those of several articles, in their order and in one query; pauses of all their ads aside. */
export async function findAdCandidatesOf(
  query: Query,
  pages: readonly AdPage[],
  now: string,
): Promise<AdCandidate[][]> {
  const rows = await candidateRows(query)
    .where(and(isActive(query), coversAny(query, pages, justBefore(now))))
    .orderBy(query.tables.adPlacements.id)
  return pages.map((page) => rows.filter((row) => covers(row, page)))
}

/** All placements whose scope covers the page and that lasted until after `since`, paused or not. */
export function findAllAdCandidates(query: Query, page: AdPage, since: string): Promise<AdCandidate[]> {
  return candidateRows(query)
    .where(coversAny(query, [page], since))
    .orderBy(query.tables.adPlacements.id)
    .then((rows) => rows)
}

function coversAny(
  { tables: { adPlacements } }: Query,
  pages: readonly AdPage[],
  since: string,
): SQL | undefined {
  const scopes = {
    site: new Set(['']),
    article: new Set(pages.flatMap((page) => page.article ?? [])),
    section: new Set(pages.flatMap((page) => page.sections)),
    tag: new Set(pages.flatMap((page) => page.tags)),
  } as const satisfies Record<AdScopeType, unknown>
  const scoped = (type: AdScopeType) =>
    scopes[type].size === 0
      ? undefined
      : and(
          eq(adPlacements.scopeType, type),
          inArray(adPlacements.scopeId, [...scopes[type]]),
          gt(adPlacements.overAt, since),
        )
  return or(scoped('site'), scoped('article'), scoped('section'), scoped('tag'))
}

function covers({ scopeType, scopeId }: PlacedOn, { article, sections, tags }: AdPage): boolean {
  if (scopeType === 'site') return true
  if (scopeType === 'article') return scopeId === article
  return (scopeType === 'tag' ? tags : sections).includes(scopeId)
}
