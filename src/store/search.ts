import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { articleIndex } from '../search/open-index.ts'
import { tellingWords } from '../search/similar.ts'
import { articlesReader } from './articles.ts'

/** An article that says something like another. */
export interface SimilarArticle {
  readonly id: string
  /** More than 0, at most 1: how much it has of the words that tell what the other is about. */
  readonly score: number
}

/** What the words of the working copies say about them. */
export function searchReader(query: Query) {
  const { sql: db, tables } = query
  const { articles } = tables
  return {
    /**
     * The articles most like this one by their words, the most like first: never itself nor what is in the trash.
     * Of equals the newest goes first. None when there is no such article.
     */
    async findSimilar(articleId: string, limit: number): Promise<SimilarArticle[]> {
      const article = await articlesReader(query).find(articleId)
      if (!article) return []
      const index = articleIndex(query)
      await index.prepare()
      const weights = await tellingWords(index, article.content)
      const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
      if (weights.size === 0) return []
      const rows = await db
        .select({ id: articles.id, score: sql<number>`found.score` })
        .from(sql`${index.sharing(weights)} found`)
        .crossJoin(articles)
        .where(
          and(eq(articles.id, sql`found.article_id`), ne(articles.id, articleId), isNull(articles.trashedAt)),
        )
        .orderBy(sql`found.score desc, found.number desc`)
        .limit(limit)
      return rows.map(({ id, score }) => ({ id, score: Math.round((Number(score) / whole) * 1000) / 1000 }))
    },
  }
}
