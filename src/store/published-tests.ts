import { type Column, eq, gt, inArray, lt, type SQL, sql, type Table } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { probed, tested } from '../db/page.ts'
import type { Facet, Span, Wanted } from './published-filter.ts'

/** What published articles can be ordered by. */
export type SortKey = 'publishedAt' | 'updatedAt' | 'titleSort'

/** A table that has rows of articles, called `w` in a query, with the columns that lists are ordered by. */
export interface Rows extends Readonly<Record<SortKey, SQL>> {
  readonly table: Table
  readonly id: SQL
}

/** A row for each published article. */
export function articleRows({ tables: { publishedArticles: t } }: Query): Rows {
  return rowsOf(t, t.id, t)
}

/** A row for each facet of each article. */
export function facetRows({ tables: { publishedFacets: t } }: Query): Rows {
  return rowsOf(t, t.articleId, t)
}

function rowsOf(
  table: Table,
  id: Column,
  { publishedAt, updatedAt, titleSort }: Record<SortKey, Column>,
): Rows {
  const column = ({ name }: Column) => sql`w.${sql.identifier(name)}`
  return {
    table,
    id: column(id),
    publishedAt: column(publishedAt),
    updatedAt: column(updatedAt),
    titleSort: column(titleSort),
  }
}

/**
 * The conditions of a filter on a row of `rows`, to be tested one row after the other, but for a facet and a span
 * that the rows are chosen by.
 */
export function testsOf(
  query: Query,
  rows: Rows,
  { ids, slugs, facets, published, updated }: Wanted,
  chosen: { readonly facet?: Facet | undefined; readonly span?: SortKey | undefined } = {},
): SQL[] {
  const others = facets.filter((facet) => facet !== chosen.facet)
  return [
    ...(ids ? [tested(isAnyOf(rows.id, ids))] : []),
    ...(slugs ? [testOfSlug(query, rows, slugs)] : []),
    ...others.map((facet) => testOfFacet(query, rows, facet)),
    ...(chosen.span === 'publishedAt' ? [] : spanOf(rows.publishedAt, published).map(tested)),
    ...(chosen.span === 'updatedAt' ? [] : spanOf(rows.updatedAt, updated).map(tested)),
  ]
}

export function spanOf(column: SQL, { after, before }: Span): SQL[] {
  return [
    ...(after === undefined ? [] : [gt(column, after)]),
    ...(before === undefined ? [] : [lt(column, before)]),
  ]
}

function isAnyOf(column: SQL, values: readonly string[]): SQL {
  const [only, ...others] = values
  return others.length === 0 ? eq(column, only) : inArray(column, [...values])
}

function testOfSlug(
  { tables: { publishedArticles: t } }: Query,
  { id }: Rows,
  slugs: readonly string[],
): SQL {
  return probed(sql`select 1 from ${t} a where a.id = ${id} and ${isAnyOf(sql`a.slug`, slugs)}`)
}

function testOfFacet({ tables: { publishedFacets: t } }: Query, { id }: Rows, { values }: Facet): SQL {
  return probed(sql`select 1 from ${t} p where p.article_id = ${id} and ${isAnyOf(sql`p.facet`, values)}`)
}
