import { and, eq, gt, isNull, lte, or } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import type { StoredCreative } from './ad-placements.ts'
import { placementsReader } from './placements.ts'

/** The creative of a placement that may be shown at `now` on a page that readers know; undefined when there is none. */
export async function findShownCreative(
  query: Query,
  placementId: string,
  now: string,
): Promise<StoredCreative | undefined> {
  const { sql: db, tables: t } = query
  const { adPlacements: placements, creatives, advertisers } = t
  const [row] = await db
    .select({
      id: creatives.id,
      title: creatives.title,
      format: creatives.format,
      clickUrl: creatives.clickUrl,
      html: creatives.html,
      sizes: creatives.sizes,
      exclusionLabels: creatives.exclusionLabels,
    })
    .from(placements)
    .innerJoin(creatives, eq(creatives.id, placements.creativeId))
    .leftJoin(advertisers, eq(advertisers.id, creatives.advertiserId))
    .where(
      and(
        eq(placements.id, placementId),
        eq(placements.status, 'active'),
        or(isNull(advertisers.status), eq(advertisers.status, 'active')),
        or(isNull(placements.startsAt), lte(placements.startsAt, now)),
        gt(placements.overAt, now),
      ),
    )
  if (!row || !(await placementsReader(query).areSeen({ id: placementId }))) return undefined
  return row
}
