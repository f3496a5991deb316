import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { ArticleReference } from '../contract/article-reference.ts'
import type { Query } from '../db/engine.ts'
import { articleReferencesReader } from './article-references.ts'
import type { StoredArticle } from './articles.ts'
import { groupBy } from './group-by.ts'

/** An article that may be suggested, and what it has in common with the one that wants links. */
export interface SuggestionCandidate {
  readonly article: ArticleReference
  /** Slugs, by slug. */
  readonly sharedTags: readonly string[]
  /** Slugs, by slug. */
  readonly sharedAuthors: readonly string[]
  readonly hasSameSection: boolean
}

/** How far is looked: a tag may have any number of articles, so only its newest are, by index. */
const most = { tags: 20, authors: 10, ofEachTerm: 40, ofSection: 100, recent: 100 } as const

export function suggestionCandidatesReader(query: Query) {
  const { sql: db, tables: t } = query

  /**
   * Ids of articles that are likely to have something in common: the newest published ones of each of its tags
   * and authors, and the working copies that changed last, of its section and of all. One statement.
   */
  async function findPool({ sectionId, tagIds, authors }: StoredArticle['content']): Promise<string[]> {
    const recent = (limit: number, ofSection?: string) =>
      db
        .select({ id: t.articles.id })
        .from(t.articles)
        .where(ofSection === undefined ? undefined : eq(t.articles.sectionId, ofSection))
        .orderBy(desc(t.articles.updatedAt), desc(t.articles.id))
        .limit(limit)
    const { publishedArticleTags: tagged, publishedArticleAuthors: written } = t
    const newestWith = (table: typeof tagged | typeof written, isTheirs: ReturnType<typeof eq>) =>
      db
        .select({ id: table.articleId })
        .from(table)
        .where(isTheirs)
        .orderBy(desc(table.publishedAt), desc(table.articleId))
        .limit(most.ofEachTerm)
    const sources = [
      // The first names the column of them all.
      recent(most.recent),
      ...(sectionId === null ? [] : [recent(most.ofSection, sectionId)]),
      ...tagIds.slice(0, most.tags).map((tagId) => newestWith(tagged, eq(tagged.tagId, tagId))),
      ...authors
        .slice(0, most.authors)
        .map(({ authorId }) => newestWith(written, eq(written.authorId, authorId))),
    ]
    const pool = sql.join(
      sources.map((source) => sql`select * from ${source} as source`),
      sql` union all `,
    )
    const rows = await db.selectDistinct({ id: sql<string>`pool.id` }).from(sql`(${pool}) as pool`)
    return rows.map((row) => row.id)
  }

  /** The slugs of the tags that articles have of these, by article. */
  async function sharedTags(articleIds: string[], tagIds: readonly string[]) {
    if (tagIds.length === 0 || articleIds.length === 0) return new Map<string, string[]>()
    const rows = await db
      .select({ articleId: t.articleTags.articleId, slug: t.tags.slug })
      .from(t.articleTags)
      .innerJoin(t.tags, eq(t.tags.id, t.articleTags.tagId))
      .where(and(inArray(t.articleTags.articleId, articleIds), inArray(t.articleTags.tagId, [...tagIds])))
      .orderBy(t.articleTags.articleId, t.tags.slug)
    return groupBy(
      rows,
      (row) => row.articleId,
      (row) => row.slug,
    )
  }

  /** The slugs of the authors that articles have of these, by article. */
  async function sharedAuthors(articleIds: string[], authorIds: readonly string[]) {
    if (authorIds.length === 0 || articleIds.length === 0) return new Map<string, string[]>()
    const rows = await db
      .select({ articleId: t.articleAuthors.articleId, slug: t.authors.slug })
      .from(t.articleAuthors)
      .innerJoin(t.authors, eq(t.authors.id, t.articleAuthors.authorId))
      .where(
        and(
          inArray(t.articleAuthors.articleId, articleIds),
          inArray(t.articleAuthors.authorId, [...authorIds]),
        ),
      )
      .orderBy(t.articleAuthors.articleId, t.authors.slug)
    return groupBy(
      rows,
      (row) => row.articleId,
      (row) => row.slug,
    )
  }

  return {
    /**
     * Articles that may be suggested as related ones of `article`, with what they have in common: those found by
     * its taxonomy, and the `similar` ones. None of `excluded`, nor trashed or killed ones. Four statements,
     * whatever there is.
     */
    async find(
      { content }: StoredArticle,
      { similar, excluded }: { similar: Iterable<string>; excluded: ReadonlySet<string> },
    ): Promise<SuggestionCandidate[]> {
      const found = new Set([...(await findPool(content)), ...similar])
      const ids = [...found].filter((id) => !excluded.has(id))
      const articles = await articleReferencesReader(query).find(ids)
      const tags = await sharedTags(ids, content.tagIds)
      const authors = await sharedAuthors(
        ids,
        content.authors.map(({ authorId }) => authorId),
      )
      return [...articles.values()]
        .filter(({ status, trashedAt }) => trashedAt === null && status !== 'killed')
        .map((article) => ({
          article,
          sharedTags: tags.get(article.id) ?? [],
          sharedAuthors: authors.get(article.id) ?? [],
          hasSameSection: article.section !== null && article.section.id === content.sectionId,
        }))
    },
  }
}
