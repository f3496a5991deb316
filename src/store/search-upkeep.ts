import { and, asc, eq, gt, lte, max, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { documentOf, type SearchDocument, type SearchedContent, scheme } from '../search/document.ts'
import { inspectIndex, removeStrays } from '../search/inspection.ts'
import { articleIndex, type IndexName, indexNames, publishedIndex } from '../search/open-index.ts'
import type { SearchIndex } from '../search/search-index.ts'

const documentsAtOnce = 8

/** What is searched of an article beside its body. */
function searched({ title, subtitle, excerpt, slug }: Indexed['articles']) {
  return { title, subtitle, excerpt, slug }
}

/** Articles, and the index that they are found by. */
interface Indexed {
  readonly articles: Query['tables']['articles'] | Query['tables']['publishedArticles']
  readonly bodies: Query['tables']['articleBodies'] | Query['tables']['publishedBodies']
  readonly index: SearchIndex
  readonly name: IndexName
}

export function indexedCopies(query: Query): Indexed {
  const { articles, articleBodies: bodies } = query.tables
  return { articles, bodies, index: articleIndex(query), name: indexNames.articles }
}

export function indexedPublications(query: Query): Indexed {
  const { publishedArticles: articles, publishedBodies: bodies } = query.tables
  return { articles, bodies, index: publishedIndex(query), name: indexNames.published }
}

/** What of an index is still to be made. */
export function upkeepReader(query: Query, { articles, bodies, index, name }: Indexed) {
  return {
    /** The words that all articles should be found by, by id; few articles at a time, as texts have up to 5 MiB each. */
    async *documentPages(): AsyncGenerator<Map<string, SearchDocument>> {
      for (let after: string | undefined = ''; after !== undefined; ) {
        const rows: (SearchedContent & { id: string })[] = await query.sql
          .select({ id: articles.id, ...searched(articles), body: bodies.body })
          .from(articles)
          .innerJoin(bodies, eq(bodies.articleId, articles.id))
          .where(gt(articles.id, after))
          .orderBy(asc(articles.id))
          .limit(documentsAtOnce)
        if (rows.length > 0) yield new Map(rows.map(({ id, ...content }) => [id, documentOf(content)]))
        after = rows.at(-1)?.id
      }
    },

    /** Compares the index with the articles that it is of; see `IndexInspection`. */
    inspect: () => inspectIndex(query, name),

    /**
     * Looks at the next `limit` articles by id: which of them are not indexed, or by another scheme, and after which
     * id to go on; undefined at the end.
     */
    async findUnindexed(
      after: string,
      limit: number,
    ): Promise<{ missing: string[]; last: string | undefined }> {
      const next = query.sql
        .select({ id: articles.id })
        .from(articles)
        .where(gt(articles.id, after))
        .orderBy(asc(articles.id))
        .limit(limit)
        .as('next')
      const [end] = await query.sql.select({ id: max(next.id) }).from(next)
      const last = end?.id ?? undefined
      if (last === undefined) return { missing: [], last }
      // Nearly all are indexed: only what is not comes out of the database.
      const rows = await query.sql
        .select({ id: articles.id })
        .from(articles)
        .leftJoin(sql`${index.table} s`, eq(sql`s.article_id`, articles.id))
        .where(
          and(
            gt(articles.id, after),
            lte(articles.id, last),
            sql`(s.scheme is null or s.scheme <> ${scheme})`,
          ),
        )
        .orderBy(asc(articles.id))
      return { missing: rows.map((row) => row.id), last }
    },
  }
}

export function upkeepWriter(query: Query, indexed: Indexed) {
  const { articles, bodies, index } = indexed

  /** What is searched of an article, and by which scheme it is indexed. */
  async function findContent(articleId: string) {
    const [row] = await query.sql
      .select({
        ...searched(articles),
        body: bodies.body,
        scheme: sql<number | string | null>`s.scheme`,
      })
      .from(articles)
      .innerJoin(bodies, eq(bodies.articleId, articles.id))
      .leftJoin(sql`${index.table} s`, eq(sql`s.article_id`, articles.id))
      .where(eq(articles.id, articleId))
    return row
  }

  async function findUnindexed(articleId: string) {
    const row = await findContent(articleId)
    return row && Number(row.scheme) !== scheme ? row : undefined
  }

  return {
    ...upkeepReader(query, indexed),

    /** Indexes an article anew. False where it is not there any more. */
    async reindex(articleId: string): Promise<boolean> {
      const content = await findContent(articleId)
      if (content) await index.put([{ articleId, document: documentOf(content) }])
      return content !== undefined
    },

    /** Takes words out of the index that are of no article; answers how many articles they were of. */
    removeStrays: () => removeStrays(query, indexed.name),

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
