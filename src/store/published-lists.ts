import { sql } from 'drizzle-orm'
import type { Paged } from '../contract/list.ts'
import type { Query } from '../db/engine.ts'
import { cutPage } from '../db/page.ts'
import type { SearchQuery } from '../search/query.ts'
import { cardsOf, type PublishedCard } from './published-cards.ts'
import { isCommonList, readCommonList } from './published-common-lists.ts'
import { type PublishedFilter, type Wanted, wantedOf } from './published-filter.ts'
import { type ListedRow, lookFor, readRows } from './published-rows.ts'
import { listBest } from './published-search.ts'
import { counted, inOrder, keyOf, type Part, type Place, type PublishedSort, walk } from './published-walk.ts'

/** Which part of a list of cards, and how it is ordered. */
export interface PublishedPage {
  /** The newest first when absent. `relevance` orders what is searched for; there is nothing else in it. */
  readonly sort?: PublishedSort | 'relevance' | undefined
  /** Sort key and id of the last card of the page before. */
  readonly after?: Place | undefined
  readonly limit: number
}

/** A page of cards. The number of queries does not depend on how many they are. */
export async function listCards(
  query: Query,
  filter: PublishedFilter & PublishedPage,
): Promise<Paged<PublishedCard>> {
  const { sort = '-publishedAt', search, after, limit } = filter
  const wanted = await wantedOf(query, filter)
  if (!wanted) return { items: [], next: null }
  if (sort !== 'relevance') return listInOrder(query, wanted, filter, sort)
  return search ? listBest(query, wanted, search, { after, limit }) : { items: [], next: null }
}

async function listInOrder(
  query: Query,
  wanted: Wanted,
  { search, after, limit }: PublishedFilter & PublishedPage,
  sort: PublishedSort,
): Promise<Paged<PublishedCard>> {
  const part: Part = { sort, after, limit: limit + 1 }
  const rows =
    !search && isCommonList(wanted)
      ? await readCommonList(query, wanted, part)
      : await readList(query, wanted, part, search)
  const { items, last } = cutPage(rows, limit)
  return { items: await cardsOf(query, items), next: last ? [last[keyOf(sort)], last.id] : null }
}

async function readList(
  query: Query,
  wanted: Wanted,
  part: Part,
  search: SearchQuery | undefined,
): Promise<ListedRow[]> {
  const found = search && (await lookFor(query, search))
  return readRows(query, await walk(query, wanted, part, found), inOrder(part.sort, 'page'))
}

/** How many cards a list has on all its pages. */
export async function countCards(query: Query, filter: PublishedFilter): Promise<number> {
  const wanted = await wantedOf(query, filter)
  if (!wanted) return 0
  const found = filter.search && (await lookFor(query, filter.search))
  const [row] = await query.sql
    .select({ count: sql<number | string>`count` })
    .from(sql`(${await counted(query, wanted, found)}) counted`)
  return Number(row?.count ?? 0)
}
