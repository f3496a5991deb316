import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { articleIndex } from '../search/open-index.ts'
import type { SearchQuery } from '../search/query.ts'
import { type ArticleFilter, type Conditions, conditionsOf } from './article-filter.ts'
import { type ArticlePage, type ArticleRow, all } from './article-lists.ts'

/** An article that was found, and where it stands in the list. */
export interface RankedRow {
  readonly row: ArticleRow
  readonly place: Place
}

/** A rank of 0 is that of the articles which come after the ranked ones; among equals the newest goes first. */
interface Place {
  readonly rank: number
  readonly number: number
}

/** The sort key of a list by relevance, as a cursor holds it. */
export function placeKey({ rank, number }: Place): string {
  return `${rank}:${number}`
}

/** Up to `limit` rows of what is searched for, the most relevant first. */
export async function findBest(
  query: Query,
  filter: ArticleFilter & ArticlePage,
  search: SearchQuery,
): Promise<RankedRow[]> {
  const conditions = await conditionsOf(query, filter)
  if (!conditions) return []
  const index = articleIndex(query)
  await index.prepare()
  const after = filter.after && placeOf(filter.after[0])
  const { limit } = filter
  const isPastRanked = after?.rank === 0
  const best = isPastRanked ? [] : await findRanked(query, index.ranked(search), conditions, { after, limit })
  if (best.length === limit) return best
  const before = isPastRanked ? after.number : await index.lastRanked(search)
  if (before === undefined) return best
  const rest = await findEarlier(query, index.found(search, before), conditions, limit - best.length)
  return [...best, ...rest]
}

function placeOf(key: string): Place {
  const [rank, number] = key.split(':').map(Number)
  return { rank: rank ?? 0, number: number ?? 0 }
}

interface RankedPage {
  readonly after: Place | undefined
  readonly limit: number
}

async function findRanked(
  { sql: db, tables: { articles } }: Query,
  ranked: SQL,
  conditions: Conditions,
  { after, limit }: RankedPage,
): Promise<RankedRow[]> {
  const isAfter = after && sql`(found.rank, found.number) < (${after.rank}, ${after.number})`
  const rows = await db
    .select({ row: getTableColumns(articles), rank: sql`found.rank`, number: sql`found.number` })
    .from(sql`${ranked} found`)
    .crossJoin(articles)
    .where(and(eq(articles.id, sql`found.article_id`), isAfter, ...all(conditions)))
    .orderBy(sql`found.rank desc, found.number desc`)
    .limit(limit)
  return rows.map(({ row, rank, number }) => ({ row, place: { rank: Number(rank), number: Number(number) } }))
}

async function findEarlier(
  { sql: db, tables: { articles } }: Query,
  found: SQL,
  conditions: Conditions,
  limit: number,
): Promise<RankedRow[]> {
  const rows = await db
    .select({ row: getTableColumns(articles), number: sql`found.number` })
    .from(sql`${found} found`)
    .crossJoin(articles)
    .where(and(eq(articles.id, sql`found.article_id`), ...all(conditions)))
    .orderBy(sql`found.number desc`)
    .limit(limit)
  return rows.map(({ row, number }) => ({ row, place: { rank: 0, number: Number(number) } }))
}
