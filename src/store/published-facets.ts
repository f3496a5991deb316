import { eq, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { statement, statementOfRows, together } from '../db/statement.ts'

/** What a published article is filtered by, and what lists of those are ordered by. */
export interface FacetedArticle {
  readonly id: string
  readonly sectionId: string | null
  readonly language: string
  readonly tagIds: readonly string[]
  readonly authorIds: readonly string[]
  readonly publishedAt: string
  readonly updatedAt: string
  readonly titleSort: string
}

const deleteFacets = statement(({ sql: db, tables: { publishedFacets: faceted } }) =>
  db
    .delete(faceted)
    .where(eq(faceted.articleId, sql.placeholder('articleId')))
    .returning({ facet: faceted.facet }),
)

const insertFacets = statementOfRows(
  (t) => t.publishedFacets,
  ({ sql: db, tables: t }, rows) => db.insert(t.publishedFacets).values(rows),
)
const addToCounts = statementOfRows(
  (t) => t.publishedCounts,
  ({ sql: db, tables: { publishedCounts: counts } }, rows) =>
    db
      .insert(counts)
      .values(rows)
      .onConflictDoUpdate({ target: counts.facet, set: { count: sql`${counts.count} + excluded.count` } }),
)

/** Makes this what the article is found under in lists. */
export async function putFacets(query: Query, article: FacetedArticle): Promise<void> {
  const facets = facetsOf(article)
  await together([replaceFacets(query, article.id, facets), insertFacets(query, rowsOf(article, facets))])
}

/** Makes this what articles are found under that were never public before. */
export async function putNewFacets(query: Query, articles: readonly FacetedArticle[]): Promise<void> {
  const counts = new Map<string, number>()
  const rows = articles.flatMap((article) => {
    const facets = facetsOf(article)
    for (const facet of facets) counts.set(facet, (counts.get(facet) ?? 0) + 1)
    return rowsOf(article, facets)
  })
  await together([
    addToCounts(
      query,
      [...counts].map(([facet, count]) => ({ facet, count })),
    ),
    insertFacets(query, rows),
  ])
}

/** What a published article is found under. */
export function facetsOf({ sectionId, language, tagIds, authorIds }: Facets): Set<string> {
  return new Set([...(sectionId === null ? [] : [sectionId]), language, ...tagIds, ...authorIds])
}

type Facets = Pick<FacetedArticle, 'sectionId' | 'language' | 'tagIds' | 'authorIds'>

function rowsOf({ id: articleId, publishedAt, updatedAt, titleSort }: FacetedArticle, facets: Set<string>) {
  return [...facets].map((facet) => ({ articleId, facet, publishedAt, updatedAt, titleSort }))
}

/** Takes the article out of every list. */
export function clearFacets(query: Query, articleId: string): Promise<void> {
  return replaceFacets(query, articleId, new Set())
}

/** Removes what the article was found under, and counts it under `facets` instead. */
async function replaceFacets(query: Query, articleId: string, facets: ReadonlySet<string>): Promise<void> {
  const removed = await deleteFacets(query, { articleId })
  const before = new Set(removed.map(({ facet }) => facet))
  await addToCounts(query, [
    ...[...facets].filter((facet) => !before.has(facet)).map((facet) => ({ facet, count: 1 })),
    ...[...before].filter((facet) => !facets.has(facet)).map((facet) => ({ facet, count: -1 })),
  ])
}
