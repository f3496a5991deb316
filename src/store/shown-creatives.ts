import { and, eq, gt, isNull, lte, or } from 'drizzle-orm'
import type { AdPriority } from '../contract/ad.ts'
import type { Query } from '../db/engine.ts'
import { candidateRows, isActive, type StoredCreative } from './ad-placements.ts'
import { placementsReader } from './placements.ts'

interface ShownCreative {
  readonly creative: StoredCreative
  /** When the placement is over. */
  readonly endsAt: string | null
}

/** The creative of a placement that may be shown at `now` on a page that readers know; undefined when there is none. */
export async function findShownCreative(
  query: Query,
  placementId: string,
  now: string,
): Promise<ShownCreative | undefined> {
  const { adPlacements: placements } = query.tables
  const [row] = await candidateRows(query).where(
    and(
      eq(placements.id, placementId),
      isActive(query),
      or(isNull(placements.startsAt), lte(placements.startsAt, now)),
      gt(placements.overAt, now),
    ),
  )
  if (!row) return undefined
  const mayBeShown =
    row.scopeType === 'article'
      ? await isAllowed(query, row.scopeId, row.priority)
      : await placementsReader(query).areSeen({ id: placementId })
  return mayBeShown ? { creative: row.creative, endsAt: row.endsAt } : undefined
}

/** Whether an article is public and shows ads of this priority. */
async function isAllowed(
  { sql: db, tables: { publishedArticles: article, adPauses: pauses } }: Query,
  articleId: string,
  priority: AdPriority,
): Promise<boolean> {
  const [row] = await db
    .select({ adsAllowed: article.adsAllowed, sensitive: article.sensitive, pausedId: pauses.articleId })
    .from(article)
    .leftJoin(pauses, eq(pauses.articleId, article.id))
    .where(eq(article.id, articleId))
  if (!row?.adsAllowed || row.pausedId !== null) return false
  return !row.sensitive || priority === 'house'
}
