import { eq, inArray, type SQL } from 'drizzle-orm'
import type { AdStatus } from '../contract/ad.ts'
import type { Query } from '../db/engine.ts'
import { type AdResourcePage, resourceReader, resourceWriter } from './ad-resources.ts'
import { touchScopesOf } from './ad-revisions.ts'

export type StoredAdvertiser = Query['tables']['advertisers']['$inferSelect']

interface AdvertiserFilter {
  readonly status?: readonly AdStatus[] | undefined
}

export function advertisersReader(query: Query) {
  const { advertisers: t } = query.tables
  const { find, get, listNewest, count } = resourceReader(query, t, 'advertiser')
  const matching = ({ status }: AdvertiserFilter): SQL | undefined => status && inArray(t.status, [...status])
  return {
    find,
    get,
    /** The newest first. */
    list: (filter: AdvertiserFilter & AdResourcePage) => listNewest(matching(filter), filter),
    count: (filter: AdvertiserFilter) => count(matching(filter)),
  }
}

export function advertisersWriter(query: Query) {
  const { adPlacements, advertisers, creatives } = query.tables
  const touch = ({ id }: StoredAdvertiser) => {
    const own = query.sql.select({ id: creatives.id }).from(creatives).where(eq(creatives.advertiserId, id))
    return touchScopesOf(query, inArray(adPlacements.creativeId, own))
  }
  return { ...advertisersReader(query), ...resourceWriter(query, advertisers, touch) }
}
