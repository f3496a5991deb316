import { and, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import type { AdPlace, AdPriority, AdScopeType, CreativeFormat } from '../contract/ad.ts'
import type { Query } from '../db/engine.ts'
import { statement } from '../db/statement.ts'

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

/** The columns of a candidate. */
function candidateColumns({ tables: { adPlacements: placements, creatives } }: Query) {
  return {
    id: placements.id,
    slotId: placements.slotId,
    position: placements.position,
    scopeType: placements.scopeType,
    startsAt: placements.startsAt,
    endsAt: placements.endsAt,
    priority: placements.priority,
    weight: placements.weight,
    creative: {
      id: creatives.id,
      title: creatives.title,
      format: creatives.format,
      clickUrl: creatives.clickUrl,
      html: creatives.html,
      sizes: creatives.sizes,
      exclusionLabels: creatives.exclusionLabels,
    },
  }
}

const selectArticleCandidates = statement((query) => {
  const { sql: db, tables: t } = query
  const { adPlacements: placements, publishedArticleTags: tagged } = t
  const scope = (type: AdScopeType, isCovering: SQL) => and(eq(placements.scopeType, type), isCovering)
  const tags = db
    .select({ id: tagged.tagId })
    .from(tagged)
    .where(eq(tagged.articleId, sql.placeholder('articleId')))
  return db
    .select(candidateColumns(query))
    .from(placements)
    .innerJoin(t.creatives, eq(t.creatives.id, placements.creativeId))
    .where(
      and(
        eq(placements.status, 'active'),
        or(
          scope('site', eq(placements.scopeId, '')),
          scope('article', eq(placements.scopeId, sql.placeholder('articleId'))),
          scope('section', eq(placements.scopeId, sql.placeholder('sectionId'))),
          scope('tag', inArray(placements.scopeId, tags)),
        ),
      ),
    )
    .orderBy(placements.id)
})

/** The active placements whose scope covers a published article, whatever their dates. */
export function findArticleAdCandidates(
  query: Query,
  article: { readonly articleId: string; readonly sectionId: string | null },
): Promise<AdCandidate[]> {
  return selectArticleCandidates(query, article)
}

/** The active placements whose scope covers the page, whatever their dates. */
export async function findAdCandidates(query: Query, page: AdPage): Promise<AdCandidate[]> {
  const [candidates = []] = await findAdCandidatesOf(query, [page])
  return candidates
}

/** The same for several pages, in their order and in one query. */
export async function findAdCandidatesOf(query: Query, pages: readonly AdPage[]): Promise<AdCandidate[][]> {
  const { sql: db, tables: t } = query
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
    .select({ ...candidateColumns(query), scopeId: t.adPlacements.scopeId })
    .from(t.adPlacements)
    .innerJoin(t.creatives, eq(t.creatives.id, t.adPlacements.creativeId))
    .where(
      and(
        eq(t.adPlacements.status, 'active'),
        or(scoped('site'), scoped('article'), scoped('section'), scoped('tag')),
      ),
    )
    .orderBy(t.adPlacements.id)
  return pages.map((page) =>
    rows.filter((row) => covers(row, page)).map(({ scopeId: _, ...candidate }) => candidate),
  )
}

function covers(
  { scopeType, scopeId }: { readonly scopeType: AdScopeType; readonly scopeId: string },
  { article, section, tags }: AdPage,
): boolean {
  if (scopeType === 'site') return true
  if (scopeType === 'tag') return tags.includes(scopeId)
  return scopeId === (scopeType === 'article' ? article : section)
}
