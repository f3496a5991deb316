import { and, eq, inArray, type SQL } from 'drizzle-orm'
import type { CreativeFormat } from '../contract/ad.ts'
import type { Query } from '../db/engine.ts'
import { type AdResourcePage, resourceReader, resourceWriter } from './ad-resources.ts'
import { touchScopesOf } from './ad-revisions.ts'

/** A creative as it is kept. */
export type CreativeRow = Query['tables']['creatives']['$inferSelect']

interface CreativeFilter {
  readonly advertiserIds?: readonly string[] | undefined
  readonly formats?: readonly CreativeFormat[] | undefined
}

/** So many usages are named. */
const mostUsages = 20

export function creativesReader(query: Query) {
  const { creatives: t } = query.tables
  const { find, get, listNewest, count, usages } = resourceReader(query, t, 'creative')
  const matching = ({ advertiserIds, formats }: CreativeFilter): SQL | undefined =>
    and(
      advertiserIds && inArray(t.advertiserId, [...advertiserIds]),
      formats && inArray(t.format, [...formats]),
    )
  return {
    find,
    get,
    /** The newest first. */
    list: (filter: CreativeFilter & AdResourcePage) => listNewest(matching(filter), filter),
    count: (filter: CreativeFilter) => count(matching(filter)),
    /** How many are of an advertiser, and some of them. */
    async usagesOf(advertiserId: string): Promise<{ count: number; rows: { id: string; title: string }[] }> {
      const { count, rows } = await usages(eq(t.advertiserId, advertiserId), mostUsages)
      return { count, rows: rows.map(({ id, title }) => ({ id, title })) }
    },
  }
}

export function creativesWriter(query: Query) {
  const { adPlacements, creatives } = query.tables
  const touch = ({ id }: CreativeRow) => touchScopesOf(query, eq(adPlacements.creativeId, id))
  return { ...creativesReader(query), ...resourceWriter(query, creatives, touch) }
}
