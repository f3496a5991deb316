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
export async function findAdCandidates(query: Query, page: AdPage): Promise<AdCandidate[]> {
  const [candidates = []] = await findAdCandidatesOf(query, [page])
  return candidates
}

/** The same for several pages, in their order and in one query. */
export async function findAdCandidatesOf(
  { sql: db, tables: t }: Query,
  pages: readonly AdPage[],
): Promise<AdCandidate[][]> {
  const scopes = {
    site: new Set(['']),
    article: new Set(pages.flatMap((page) => page.article ?? [])),
    section: new Set(pages.flatMap((page) => page.section ?? [])),
    tag: new Set(pages.flatMap((page) => page.tags)),
  } as const satisfies Record<AdScopeType, unknown>
  const scoped = (type: AdScopeType) =>
    scopes[type].size === 0
      ? undefined
      : and(eq(t.adPlacements.scopeType, type), inArray(t.adPlacements.scopeId, [...scopes[type]]))
  const rows = await db
    .select({ placement: t.adPlacements, creative: t.creatives })
    .from(t.adPlacements)
    .innerJoin(t.creatives, eq(t.creatives.id, t.adPlacements.creativeId))
    .where(
      and(
        eq(t.adPlacements.status, 'active'),
        or(scoped('site'), scoped('article'), scoped('section'), scoped('tag')),
      ),
    )
    .orderBy(t.adPlacements.id)
  return pages.map((page) => rows.filter(({ placement }) => covers(placement, page)).map(candidateOf))
}

function covers(
  { scopeType, scopeId }: { readonly scopeType: AdScopeType; readonly scopeId: string },
  { article, section, tags }: AdPage,
): boolean {
  if (scopeType === 'site') return true
  if (scopeType === 'tag') return tags.includes(scopeId)
  return scopeId === (scopeType === 'article' ? article : section)
}

interface PlacementRow {
  readonly placement: Query['tables']['adPlacements']['$inferSelect']
  readonly creative: Query['tables']['creatives']['$inferSelect']
}

function candidateOf({ placement, creative }: PlacementRow): AdCandidate {
  return {
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
  }
}
