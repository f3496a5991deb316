import { asc, eq, gt, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { documentOf, scheme } from '../search/document.ts'
import { articleIndex, publishedIndex } from '../search/open-index.ts'
import type { SearchIndex } from '../search/search-index.ts'

/** Articles, and the index that they are found by. */
interface Indexed {
  readonly articles: Query['tables']['articles'] | Query['tables']['publishedArticles']
  readonly bodies: Query['tables']['articleBodies'] | Query['tables']['publishedBodies']
  readonly index: SearchIndex
}

export function indexedCopies(query: Query): Indexed {
  const { articles, articleBodies: bodies } = query.tables
  return { articles, bodies, index: articleIndex(query) }
}

export function indexedPublications(query: Query): Indexed {
  const { publishedArticles: articles, publishedBodies: bodies } = query.tables
  return { articles, bodies, index: publishedIndex(query) }
}

/** What of an index is still to be made. */
export function upkeepReader(query: Query, { articles, index }: Indexed) {
  return {
    /**
     * Looks at the next `limit` articles by id: which of them are not indexed, or by another scheme, and after which
     * id to go on; undefined at the end.
     */
    async findUnindexed(
      after: string,
      limit: number,
    ): Promise<{ missing: string[]; last: string | undefined }> {
      const rows = await query.sql
        .select({ id: articles.id, scheme: sql<number | string | null>`s.scheme` })
        .from(articles)
        .leftJoin(sql`${index.table} s`, eq(sql`s.article_id`, articles.id))
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

export function upkeepWriter(query: Query, indexed: Indexed) {
  const { articles, bodies, index } = indexed

  /** What is searched of an article that is not indexed. */
  async function findUnindexed(articleId: string) {
    const [row] = await query.sql
      .select({
        title: articles.title,
        subtitle: articles.subtitle,
        excerpt: articles.excerpt,
        slug: articles.slug,
        body: bodies.body,
        scheme: sql<number | string | null>`s.scheme`,
      })
      .from(articles)
      .innerJoin(bodies, eq(bodies.articleId, articles.id))
      .leftJoin(sql`${index.table} s`, eq(sql`s.article_id`, articles.id))
      .where(eq(articles.id, articleId))
    return row && Number(row.scheme) !== scheme ? row : undefined
  }

  return {
    ...upkeepReader(query, indexed),

    /**
     * Indexes those of the articles that are not, one after the other until it is `until` (as of
     * `performance.now()`), one at least. Answers how many it has seen and how many of those it indexed.
     */
    async index(articleIds: readonly string[], until: number): Promise<{ seen: number; added: number }> {
      let seen = 0
      let added = 0
      for (const articleId of articleIds) {
        const content = await findUnindexed(articleId)
        if (content) await index.put([{ articleId, document: documentOf(content) }])
        if (content) added += 1
        seen += 1
        if (performance.now() > until) break
      }
      return { seen, added }
    },
  }
}
