import { and, asc, eq, gt, isNull, ne, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { documentOf, scheme } from '../search/document.ts'
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

    /**
     * Looks at the next `limit` articles by id: which of them are not indexed, or by another scheme, and after which
     * id to go on; undefined at the end.
     */
    async findUnindexed(
      after: string,
      limit: number,
    ): Promise<{ missing: string[]; last: string | undefined }> {
      const rows = await db
        .select({ id: articles.id, scheme: sql<number | string | null>`s.scheme` })
        .from(articles)
        .leftJoin(sql`${articleIndex(query).table} s`, eq(sql`s.article_id`, articles.id))
        .where(gt(articles.id, after))
        .orderBy(asc(articles.id))
        .limit(limit)
      return {
        missing: rows.filter((row) => Number(row.scheme) !== scheme).map((row) => row.id),
        last: rows.length < limit ? undefined : rows.at(-1)?.id,
      }
    },
  }
}

export function searchWriter(query: Query) {
  const { sql: db, tables } = query
  const { articles, articleBodies } = tables
  const index = articleIndex(query)

  /** What is searched of an article that is not indexed. */
  async function findUnindexed(articleId: string) {
    const [row] = await db
      .select({
        title: articles.title,
        subtitle: articles.subtitle,
        excerpt: articles.excerpt,
        slug: articles.slug,
        body: articleBodies.body,
        scheme: sql<number | string | null>`s.scheme`,
      })
      .from(articles)
      .innerJoin(articleBodies, eq(articleBodies.articleId, articles.id))
      .leftJoin(sql`${index.table} s`, eq(sql`s.article_id`, articles.id))
      .where(eq(articles.id, articleId))
    return row && Number(row.scheme) !== scheme ? row : undefined
  }

  return {
    ...searchReader(query),

    /**
     * Indexes those of the articles that are not, one after the other until it is `until` (as of
     * `performance.now()`), one at least. Answers how many it has seen and how many of those it indexed.
     */
    async index(articleIds: readonly string[], until: number): Promise<{ seen: number; added: number }> {
      let seen = 0
      let added = 0
      for (const articleId of articleIds) {
        const content = await findUnindexed(articleId)
        if (content) await index.put(articleId, documentOf(content))
        if (content) added += 1
        seen += 1
        if (performance.now() > until) break
      }
      return { seen, added }
    },
  }
}
