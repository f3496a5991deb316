import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { articleIndex } from '../search/open-index.ts'
import type { SearchQuery } from '../search/query.ts'
import { type ArticleFilter, type Conditions, conditionsOf } from './article-filter.ts'
import { type ArticlePage, type ArticleRow, all, findNewest } from './article-lists.ts'

/** An article that was found, and the sort key that a list by relevance has it by. */
export interface FoundRow {
  readonly row: ArticleRow
  readonly sortKey: string
}

/** Where a page begins: after one of the articles that are ranked, or after one of those that follow them. */
interface Place {
  readonly ranked?: { readonly rank: number; readonly number: number }
  readonly unranked?: readonly [updatedAt: string, id: string]
}

/**
 * Up to `limit` rows of what is searched for, the most relevant first, of equals the newest. Where so many are found
 * that not all are ranked, the others follow, the newest change first.
 */
export async function findBest(
  query: Query,
  filter: ArticleFilter & ArticlePage,
  search: SearchQuery,
): Promise<FoundRow[]> {
  const conditions = await conditionsOf(query, filter)
  if (!conditions) return []
  const index = articleIndex(query)
  await index.prepare()
  const { limit } = filter
  const place = filter.after ? placeOf(filter.after) : {}
  const best = place.unranked ? [] : await findRanked(query, index.ranked(search), conditions, place, limit)
  if (best.length === limit) return best
  const before = await index.lastRanked(search)
  if (before === undefined) return best
  const page = { after: place.unranked, limit: limit - best.length }
  const others = await findNewest(query, { ...filter, ...page }, before)
  return [...best, ...others.map((row) => ({ row, sortKey: `0:${row.updatedAt}` }))]
}

/** Sort keys are `<rank>:<number>`, with ranks from 1, and `0:<updatedAt>`. */
function placeOf([sortKey, id]: readonly [string, string]): Place {
  const colon = sortKey.indexOf(':')
  const [rank, rest] = [Number(sortKey.slice(0, colon)), sortKey.slice(colon + 1)]
  return rank === 0 ? { unranked: [rest, id] } : { ranked: { rank, number: Number(rest) } }
}

async function findRanked(
  { sql: db, tables: { articles } }: Query,
  found: SQL,
  conditions: Conditions,
  { ranked }: Place,
  limit: number,
): Promise<FoundRow[]> {
  const isAfter = ranked && sql`(found.rank, found.number) < (${ranked.rank}, ${ranked.number})`
  const rows = await db
    .select({
      row: getTableColumns(articles),
      rank: sql<number | string>`found.rank`,
      number: sql<number | string>`found.number`,
    })
    .from(sql`${found} found`)
    .crossJoin(articles)
    .where(and(eq(articles.id, sql`found.article_id`), isAfter, ...all(conditions)))
    .orderBy(sql`found.rank desc, found.number desc`)
    .limit(limit)
  return rows.map(({ row, rank, number }) => ({ row, sortKey: `${rank}:${number}` }))
}
