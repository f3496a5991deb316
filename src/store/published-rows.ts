import { eq, type SQL, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { publishedIndex } from '../search/open-index.ts'
import type { SearchQuery } from '../search/query.ts'
import { type CardRow, cardColumns } from './published-cards.ts'
import type { FoundArticles } from './published-source.ts'

/** A card of a page, and what pages may be ordered by. */
export interface ListedRow extends CardRow {
  readonly titleSort: string
  /** As the database gives it. */
  readonly sortKey: unknown
}

/** The cards of rows of `id` and `sort_key`, which are `page` in `order`. */
export function readRows(query: Query, page: SQL, order: SQL) {
  const { publishedArticles: article, sections } = query.tables
  // The cross join keeps the order: from the few rows to their articles.
  return query.sql
    .select({ ...cardColumns(query), titleSort: article.titleSort, sortKey: sql<unknown>`page.sort_key` })
    .from(sql`(${page}) page`)
    .crossJoin(article)
    .leftJoin(sections, eq(sections.id, article.sectionId))
    .where(eq(article.id, sql`page.id`))
    .orderBy(order)
}

/** What is searched for; only what the index has before the number `before`, when it is given. */
export async function lookFor(query: Query, search: SearchQuery, before?: number): Promise<FoundArticles> {
  const index = publishedIndex(query)
  await index.prepare()
  return {
    rows: index.found(search, before),
    test: index.test(search, before),
    isCommon: await index.isCommon(search, before),
  }
}
