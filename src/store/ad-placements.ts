import { and, eq, inArray, or } from 'drizzle-orm'
import type { AdPlace, AdPriority, AdScopeType, CreativeFormat } from '../contract/ad.ts'
import type { Query } from '../db/engine.ts'

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

/** A placement that may be shown, with its creative. */
export interface AdCandidate {
  readonly id: string
  readonly slotId: string
  readonly position: number
  readonly scopeType: AdScopeType
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly priority: AdPriority
  readonly weight: number
  readonly creative: StoredCreative
}

/** A page that ads are wanted for: an article, or what is known of another page. */
export interface AdPage {
  readonly article: string | null
  readonly section: string | null
  readonly tags: readonly string[]
}

/** Every slot, by key. */
export async function findSlots({ sql: db, tables: t }: Query): Promise<StoredSlot[]> {
  const rows = await db.select().from(t.adSlots).orderBy(t.adSlots.key)
  return rows.map(({ version: _version, createdAt: _createdAt, updatedAt: _updatedAt, ...slot }) => slot)
}

/** The active placements whose scope covers the page, whatever their dates. */
export async function findAdCandidates({ sql: db, tables: t }: Query, page: AdPage): Promise<AdCandidate[]> {
  const scoped = (type: AdScopeType, ids: readonly string[]) =>
    ids.length === 0
      ? undefined
      : and(eq(t.adPlacements.scopeType, type), inArray(t.adPlacements.scopeId, [...ids]))
  const rows = await db
    .select({ placement: t.adPlacements, creative: t.creatives })
    .from(t.adPlacements)
    .innerJoin(t.creatives, eq(t.creatives.id, t.adPlacements.creativeId))
    .where(
      and(
        eq(t.adPlacements.status, 'active'),
        or(
          scoped('site', ['']),
          scoped('article', page.article === null ? [] : [page.article]),
          scoped('section', page.section === null ? [] : [page.section]),
          scoped('tag', page.tags),
        ),
      ),
    )
    .orderBy(t.adPlacements.id)
  return rows.map(({ placement, creative }) => ({
    id: placement.id,
    slotId: placement.slotId,
    position: placement.position,
    scopeType: placement.scopeType,
    startsAt: placement.startsAt,
    endsAt: placement.endsAt,
    priority: placement.priority,
    weight: placement.weight,
    creative: {
      id: creative.id,
      title: creative.title,
      format: creative.format,
      clickUrl: creative.clickUrl,
      html: creative.html,
      sizes: creative.sizes,
      exclusionLabels: creative.exclusionLabels,
    },
  }))
}
