import { type Column, eq, gt, inArray, lt, type SQL, sql, type Table } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { probed, tested } from '../db/page.ts'
import type { Facet, Wanted } from './published-filter.ts'

/** What published articles can be ordered by. */
export type SortKey = 'publishedAt' | 'updatedAt' | 'titleSort'

/** A table that has a row for an article, called `w` in a query, with the columns that lists are ordered by. */
export interface Rows extends Readonly<Record<SortKey, SQL>> {
  readonly table: Table
  readonly id: SQL
}

/** A column of `w`. */
export function columnOf(column: Column): SQL {
  return sql`w.${sql.identifier(column.name)}`
}

/** A row for each published article. */
export function articleRows({ tables: { publishedArticles: t } }: Query): Rows {
  return rowsOf(t, t.id, t)
}

/** A row for each article that has a facet of this kind, and the column of the facet. */
export function facetRows({ tables: t }: Query, kind: Facet['kind']): Rows & { readonly facet: SQL } {
  const { publishedArticles: article, publishedArticleTags: tagged, publishedArticleAuthors: by } = t
  if (kind === 'tag') return { ...rowsOf(tagged, tagged.articleId, tagged), facet: columnOf(tagged.tagId) }
  if (kind === 'author') return { ...rowsOf(by, by.articleId, by), facet: columnOf(by.authorId) }
  const facet = columnOf(kind === 'section' ? article.sectionId : article.language)
  return { ...rowsOf(article, article.id, article), facet }
}

function rowsOf(
  table: Table,
  id: Column,
  { publishedAt, updatedAt, titleSort }: Record<SortKey, Column>,
): Rows {
  return {
    table,
    id: columnOf(id),
    publishedAt: columnOf(publishedAt),
    updatedAt: columnOf(updatedAt),
    titleSort: columnOf(titleSort),
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
    ...testsOfArticle(query, rows, { ids, slugs, facets: others }),
    ...others.flatMap((facet) => testOfTerm(query, rows, facet)),
    ...(chosen.span === 'publishedAt' ? [] : spanOf(rows.publishedAt, published).map(tested)),
    ...(chosen.span === 'updatedAt' ? [] : spanOf(rows.updatedAt, updated).map(tested)),
  ]
}

/** What is about the article itself: its row is `w`, or is looked up. */
function testsOfArticle(
  { tables: { publishedArticles: article } }: Query,
  { table, id }: Rows,
  { ids, slugs, facets }: Pick<Wanted, 'ids' | 'slugs' | 'facets'>,
): SQL[] {
  const isHere = table === article
  const column = (of: Column) => (isHere ? columnOf(of) : sql`a.${sql.identifier(of.name)}`)
  const conditions = [
    ...(ids ? [isAnyOf(column(article.id), ids)] : []),
    ...(slugs ? [isAnyOf(column(article.slug), slugs)] : []),
    ...facets.flatMap(({ kind, values }) => {
      if (kind === 'section') return [isAnyOf(column(article.sectionId), values)]
      return kind === 'language' ? [isAnyOf(column(article.language), values)] : []
    }),
  ]
  if (isHere) return conditions.map(tested)
  if (conditions.length === 0) return []
  return [probed(sql`select 1 from ${article} a where a.id = ${id} and ${sql.join(conditions, sql` and `)}`)]
}

export function spanOf(column: SQL, { after, before }: Wanted['published']): SQL[] {
  return [
    ...(after === undefined ? [] : [gt(column, after)]),
    ...(before === undefined ? [] : [lt(column, before)]),
  ]
}

export function isAnyOf(column: SQL, values: readonly string[]): SQL {
  const [only, ...others] = values
  return others.length === 0 ? eq(column, only) : inArray(column, [...values])
}

function testOfTerm({ tables: t }: Query, rows: Rows, { kind, values }: Facet): SQL[] {
  if (kind === 'section' || kind === 'language') return []
  const [table, column] =
    kind === 'tag'
      ? [t.publishedArticleTags, t.publishedArticleTags.tagId]
      : [t.publishedArticleAuthors, t.publishedArticleAuthors.authorId]
  const named = isAnyOf(sql`p.${sql.identifier(column.name)}`, values)
  return [probed(sql`select 1 from ${table} p where p.article_id = ${rows.id} and ${named}`)]
}
