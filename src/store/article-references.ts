import { eq, inArray } from 'drizzle-orm'
import type { ArticleReference } from '../contract/article-reference.ts'
import { Problem } from '../contract/errors.ts'
import type { Query } from '../db/engine.ts'

export function articleReferencesReader({ sql: db, tables: t }: Query) {
  /** The articles among the ids, trashed ones included, by id; one query. */
  async function find(ids: readonly string[]): Promise<Map<string, ArticleReference>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .select({
        id: t.articles.id,
        slug: t.articles.slug,
        title: t.articles.title,
        status: t.articles.status,
        publicId: t.publishedArticles.id,
        trashedAt: t.articles.trashedAt,
        publishedAt: t.articles.publishedAt,
        section: { id: t.sections.id, slug: t.sections.slug, name: t.sections.name },
      })
      .from(t.articles)
      .leftJoin(t.publishedArticles, eq(t.publishedArticles.id, t.articles.id))
      .leftJoin(t.sections, eq(t.sections.id, t.articles.sectionId))
      .where(inArray(t.articles.id, [...ids]))
    return new Map(rows.map(({ publicId, ...row }) => [row.id, { ...row, isPublic: publicId !== null }]))
  }

  return {
    find,

    /** Those of the ids of which the public is told that they are gone. */
    async goneOf(ids: readonly string[]): Promise<Set<string>> {
      const rows = await db
        .select({ id: t.goneArticles.articleId })
        .from(t.goneArticles)
        .where(inArray(t.goneArticles.articleId, [...ids]))
      return new Set(rows.map(({ id }) => id))
    },

    /** Throws `not-found`. */
    async get(id: string): Promise<ArticleReference> {
      const article = (await find([id])).get(id)
      if (!article) throw new Problem('not-found', 'There is no such article.')
      return article
    },
  }
}
