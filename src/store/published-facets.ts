import { eq, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { statement, together } from '../db/statement.ts'

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

/** Makes this what the article is found under in lists. */
export async function putFacets(
  query: Query,
  { id: articleId, publishedAt, updatedAt, titleSort, ...article }: FacetedArticle,
): Promise<void> {
  const { sectionId, language, tagIds, authorIds } = article
  const facets = new Set([...(sectionId === null ? [] : [sectionId]), language, ...tagIds, ...authorIds])
  const rows = [...facets].map((facet) => ({ articleId, facet, publishedAt, updatedAt, titleSort }))
  await together([
    replaceFacets(query, articleId, facets),
    query.sql.insert(query.tables.publishedFacets).values(rows),
  ])
}

/** Takes the article out of every list. */
export function clearFacets(query: Query, articleId: string): Promise<void> {
  return replaceFacets(query, articleId, new Set())
}

/** Removes what the article was found under, and counts it under `facets` instead. */
async function replaceFacets(query: Query, articleId: string, facets: ReadonlySet<string>): Promise<void> {
  const { publishedCounts: counts } = query.tables
  const removed = await deleteFacets(query, { articleId })
  const before = new Set(removed.map(({ facet }) => facet))
  const changes = [
    ...[...facets].filter((facet) => !before.has(facet)).map((facet) => ({ facet, count: 1 })),
    ...[...before].filter((facet) => !facets.has(facet)).map((facet) => ({ facet, count: -1 })),
  ]
  if (changes.length === 0) return
  await query.sql
    .insert(counts)
    .values(changes)
    .onConflictDoUpdate({
      target: counts.facet,
      set: { count: sql`${counts.count} + excluded.count` },
    })
}
