import { eq, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'

/**
 * What a published article is counted under: the ids of its section, tags and authors, and its language. Ids and
 * language tags are never alike.
 */
export type Facets = ReadonlySet<string>

export function facetsOf(article: {
  readonly sectionId: string | null
  readonly language: string
  readonly tagIds: readonly string[]
  readonly authorIds: readonly string[]
}): Facets {
  const { sectionId, language, tagIds, authorIds } = article
  return new Set([...(sectionId === null ? [] : [sectionId]), language, ...tagIds, ...authorIds])
}

/** What the article is counted under now; nothing when it is not public. */
export async function findFacets({ sql: db, tables: t }: Query, articleId: string): Promise<Facets> {
  const { publishedArticles: article, publishedArticleTags: tagged, publishedArticleAuthors: by } = t
  const rows = await db
    .select({ facet: sql<string | null>`${article.sectionId}` })
    .from(article)
    .where(eq(article.id, articleId))
    .unionAll(
      db
        .select({ facet: sql<string | null>`${article.language}` })
        .from(article)
        .where(eq(article.id, articleId)),
    )
    .unionAll(
      db
        .select({ facet: sql<string | null>`${tagged.tagId}` })
        .from(tagged)
        .where(eq(tagged.articleId, articleId)),
    )
    .unionAll(
      db
        .select({ facet: sql<string | null>`${by.authorId}` })
        .from(by)
        .where(eq(by.articleId, articleId)),
    )
  return new Set(rows.flatMap(({ facet }) => facet ?? []))
}

/** Counts an article under `after` where it was under `before`. */
export async function recount(
  { sql: db, tables: { publishedCounts: counts } }: Query,
  before: Facets,
  after: Facets,
): Promise<void> {
  const added = [...after].filter((facet) => !before.has(facet)).map((facet) => ({ facet, count: 1 }))
  const removed = [...before].filter((facet) => !after.has(facet)).map((facet) => ({ facet, count: -1 }))
  if (added.length + removed.length === 0) return
  await db
    .insert(counts)
    .values([...added, ...removed])
    .onConflictDoUpdate({
      target: counts.facet,
      set: { count: sql`${counts.count} + excluded.count` },
    })
}
