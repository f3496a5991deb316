import { and, desc, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { before as isBefore } from '../db/page.ts'
import { articleIndex } from '../search/open-index.ts'
import type { SearchQuery } from '../search/query.ts'
import { type ArticleFilter, type Conditions, conditionsOf } from './article-filter.ts'
import { type Choice, isAnyOf, isValue } from './choices.ts'

export type ArticleRow = Query['tables']['articles']['$inferSelect']

/** A part of a list of working copies. */
export interface ArticlePage {
  /** Sort key and id of the last article of the page before. */
  readonly after?: readonly [sortKey: string, id: string] | undefined
  readonly limit: number
}

/**
 * Up to `limit` rows, the newest change first; of what is searched for only those that the index has before the
 * number `before`, when it is given.
 */
export async function findNewest(
  query: Query,
  filter: ArticleFilter & ArticlePage,
  before?: number,
): Promise<ArticleRow[]> {
  const { articles } = query.tables
  const conditions = await conditionsOf(query, filter)
  if (!conditions) return []
  const page = filter.after ? [isBefore([articles.updatedAt, articles.id], filter.after)] : []
  const every = [...conditions.every, ...page]
  if (filter.search) {
    const index = articleIndex(query)
    await index.prepare()
    const isFound = await index.condition(filter.search, before)
    if (!isFound)
      return findAmong(query, index.found(filter.search, before), { ...conditions, every }, filter.limit)
    every.push(isFound(articles.id))
  }
  return walk(query, { ...conditions, every }, filter.limit)
}

/** How many articles the list has on all its pages. */
export async function countArticles(query: Query, filter: ArticleFilter): Promise<number> {
  const { articles } = query.tables
  const conditions = await conditionsOf(query, filter)
  if (!conditions) return 0
  const counted = { count: sql<number>`count(*)` }
  const [row] = filter.search
    ? await query.sql
        .select(counted)
        .from(sql`${await foundBy(query, filter.search)} found`)
        .crossJoin(articles)
        .where(and(eq(articles.id, sql`found.article_id`), ...all(conditions)))
    : await query.sql
        .select(counted)
        .from(articles)
        .where(and(...all(conditions)))
  return Number(row?.count ?? 0)
}

async function foundBy(query: Query, search: SearchQuery): Promise<SQL> {
  const index = articleIndex(query)
  await index.prepare()
  return index.found(search)
}

/** Every condition as one that can stand beside others. */
export function all({ every, choices }: Conditions): (SQL | undefined)[] {
  return [...every, ...choices.map(isAnyOf)]
}

/** Begins with few articles, the rows of `found`, and sorts them. */
function findAmong(query: Query, found: SQL, conditions: Conditions, limit: number): Promise<ArticleRow[]> {
  const { articles } = query.tables
  return query.sql
    .select(getTableColumns(articles))
    .from(sql`${found} found`)
    .crossJoin(articles)
    .where(and(eq(articles.id, sql`found.article_id`), ...all(conditions)))
    .orderBy(desc(articles.updatedAt), desc(articles.id))
    .limit(limit)
}

/** Walks down an index that has the order of the list. */
function walk(query: Query, conditions: Conditions, limit: number): Promise<ArticleRow[]> {
  const { articles } = query.tables
  const wide = conditions.choices.find(({ values }) => values.length > 1)
  return query.sql
    .select()
    .from(articles)
    .where(wide ? inArray(articles.id, branches(query, conditions, wide, limit)) : and(...all(conditions)))
    .orderBy(desc(articles.updatedAt), desc(articles.id))
    .limit(limit)
}

/**
 * The ids of the first articles for each value of a choice: an index has the order for one value, and with several
 * all their articles would have to be sorted.
 */
function branches(
  { sql: db, tables: { articles } }: Query,
  { every, choices }: Conditions,
  wide: Choice,
  limit: number,
): SQL {
  const others = choices.filter((choice) => choice !== wide).map(isAnyOf)
  const parts = wide.values.map((value, index) => {
    const branch = db
      .select({ id: articles.id })
      .from(articles)
      .where(and(isValue(wide.column, value), ...others, ...every))
      .orderBy(desc(articles.updatedAt), desc(articles.id))
      .limit(limit)
    return sql`select id from ${branch} ${sql.identifier(`branch_${index}`)}`
  })
  return sql`(${sql.join(parts, sql` union all `)})`
}
