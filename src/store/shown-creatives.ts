import { and, eq, gt, isNull, lte, or } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { candidateRows, isActive, type StoredCreative } from './ad-placements.ts'
import { placementsReader } from './placements.ts'

/** The creative of a placement that may be shown at `now` on a page that readers know; undefined when there is none. */
export async function findShownCreative(
  query: Query,
  placementId: string,
  now: string,
): Promise<StoredCreative | undefined> {
  const { adPlacements: placements } = query.tables
  const [row] = await candidateRows(query).where(
    and(
      eq(placements.id, placementId),
      isActive(query),
      or(isNull(placements.startsAt), lte(placements.startsAt, now)),
      gt(placements.overAt, now),
    ),
  )
  if (!row || !(await placementsReader(query).areSeen({ id: placementId }))) return undefined
  return row.creative
}
