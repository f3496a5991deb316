import { type SQL, sql } from 'drizzle-orm'
import type { Paged } from '../contract/list.ts'
import type { Query } from '../db/engine.ts'
import { cutPage, tested } from '../db/page.ts'
import { publishedIndex } from '../search/open-index.ts'
import type { SearchQuery } from '../search/query.ts'
import { cardsOf, type PublishedCard } from './published-cards.ts'
import type { Wanted } from './published-filter.ts'
import { type ListedRow, lookFor, readRows } from './published-rows.ts'
import { articleRows, testsOf } from './published-tests.ts'
import { inOrder, type Place, walk } from './published-walk.ts'

/**
 * Where a page begins: after an article of this rank, instant and id. Those that are not ranked have rank 0. `since`
 * is the number from which on the index ranked when the first page was read: it stays as it is for the whole walk, so
 * that no article changes sides.
 */
interface RankedPlace {
  readonly rank: number
  readonly since: number
  readonly publishedAt: string
  readonly id: string
}

/**
 * What is searched for, the most relevant first, of equals the newest. Where so many are found that not all are
 * ranked, the others follow, the newest first.
 */
export async function listBest(
  query: Query,
  wanted: Wanted,
  search: SearchQuery,
  { after, limit }: { after: Place | undefined; limit: number },
): Promise<Paged<PublishedCard>> {
  const index = publishedIndex(query)
  await index.prepare()
  const place = after && placeOf(after)
  const since = place ? place.since : ((await index.lastRanked(search)) ?? 0)
  const isPastRanked = place?.rank === 0
  const best = isPastRanked
    ? []
    : await readRanked(query, wanted, index.rankedAlone(search, since), place, limit + 1)
  const rest = limit + 1 - best.length
  const others =
    since > 0 && rest > 0 ? await readUnranked(query, wanted, search, { since, place, limit: rest }) : []
  const ranked = best.map((row) => ({ ...row, rank: Number(row.sortKey) }))
  const { items, last } = cutPage([...ranked, ...others.map((row) => ({ ...row, rank: 0 }))], limit)
  return {
    items: await cardsOf(query, items),
    next: last ? [`${last.rank}:${since}:${last.publishedAt}`, last.id] : null,
  }
}

function placeOf([sortKey, id]: Place): RankedPlace {
  const [rank = '0', since = '0', ...instant] = sortKey.split(':')
  return { rank: Number(rank), since: Number(since), publishedAt: instant.join(':'), id }
}

function readRanked(
  query: Query,
  wanted: Wanted,
  ranked: SQL,
  place: RankedPlace | undefined,
  limit: number,
): Promise<ListedRow[]> {
  const rows = articleRows(query)
  const isAfter =
    place &&
    sql`(f.rank, ${rows.publishedAt}, ${rows.id}) < (${place.rank}, ${place.publishedAt}, ${place.id})`
  const conditions = [
    sql`${rows.id} = f.article_id`,
    ...testsOf(query, rows, wanted),
    ...(isAfter ? [tested(isAfter)] : []),
  ]
  const page = sql`select ${rows.id} as id, f.rank as sort_key from ${ranked} f cross join ${rows.table} w
    where ${sql.join(conditions, sql` and `)}
    order by f.rank desc, ${rows.publishedAt} desc, ${rows.id} desc limit ${limit}`
  const { publishedAt } = query.tables.publishedArticles
  return readRows(query, page, sql`page.sort_key desc, ${publishedAt} desc, page.id desc`)
}

async function readUnranked(
  query: Query,
  wanted: Wanted,
  search: SearchQuery,
  { since, place, limit }: { since: number; place: RankedPlace | undefined; limit: number },
): Promise<ListedRow[]> {
  const sort = '-publishedAt'
  const after: Place | undefined = place?.rank === 0 ? [place.publishedAt, place.id] : undefined
  const page = await walk(query, wanted, { sort, after, limit }, await lookFor(query, search, since))
  return readRows(query, page, inOrder(sort, 'page'))
}
