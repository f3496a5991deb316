import { and, eq, inArray, sql } from 'drizzle-orm'
import type { ActorReference, ArticleContent, ArticleStatus } from '../contract/article.ts'
import { Problem, versionMismatch } from '../contract/errors.ts'
import type { Paged } from '../contract/list.ts'
import { fold } from '../contract/slug.ts'
import type { Query } from '../db/engine.ts'
import { cutPage } from '../db/page.ts'
import { documentOf, isIndexedAlike } from '../search/document.ts'
import { articleIndex } from '../search/open-index.ts'
import type { ArticleFilter } from './article-filter.ts'
import { type ArticlePage, type ArticleRow, countArticles, findNewest } from './article-lists.ts'
import { findBest } from './article-search.ts'

/** The working copy of an article as it is stored: its content and everything about its state. */
export interface StoredArticle {
  readonly id: string
  readonly status: ArticleStatus
  readonly version: number
  readonly publishedVersion: number | null
  readonly content: ArticleContent
  readonly contentHash: string
  readonly publishedHash: string | null
  readonly firstPublishedAt: string | null
  readonly publishedAt: string | null
  readonly scheduledAt: string | null
  readonly unpublishAt: string | null
  readonly trashedAt: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly createdBy: ActorReference
  readonly updatedBy: ActorReference
}

/** An article of a list, whose body was not read. */
export type StoredSummary = Omit<StoredArticle, 'content'> & {
  readonly content: Omit<ArticleContent, 'body'>
}

export type ArticleSort = '-updatedAt' | 'relevance'

export interface ArticleListing extends ArticleFilter, ArticlePage {
  /** The newest change first when absent. */
  readonly sort?: ArticleSort
}

export function articlesReader(query: Query) {
  const { sql: db, tables: t } = query
  const rows = () =>
    db
      .select({ row: t.articles, body: t.articleBodies.body })
      .from(t.articles)
      .innerJoin(t.articleBodies, eq(t.articleBodies.articleId, t.articles.id))

  async function find(id: string): Promise<StoredArticle | undefined> {
    const [found] = await rows().where(eq(t.articles.id, id))
    if (!found) return undefined
    const { tagIds, authors } = await termsOf([id])
    return stored(found.row, {
      tagIds: tagIds.get(id) ?? [],
      authors: authors.get(id) ?? [],
      body: found.body,
    })
  }

  /** Tags and authors of some articles, by article and in order. */
  async function termsOf(ids: string[]) {
    const tagRows = await db
      .select()
      .from(t.articleTags)
      .where(inArray(t.articleTags.articleId, ids))
      .orderBy(t.articleTags.articleId, t.articleTags.position)
    const authorRows = await db
      .select()
      .from(t.articleAuthors)
      .where(inArray(t.articleAuthors.articleId, ids))
      .orderBy(t.articleAuthors.articleId, t.articleAuthors.position)
    return {
      tagIds: groupBy(
        tagRows,
        (row) => row.articleId,
        (row) => row.tagId,
      ),
      authors: groupBy(
        authorRows,
        (row) => row.articleId,
        ({ authorId, role }) => ({ authorId, role }),
      ),
    }
  }

  async function summariesOf(rows: readonly ArticleRow[]): Promise<StoredSummary[]> {
    const { tagIds, authors } = await termsOf(rows.map((row) => row.id))
    return rows.map((row) =>
      summary(row, { tagIds: tagIds.get(row.id) ?? [], authors: authors.get(row.id) ?? [] }),
    )
  }

  return {
    find,

    /** The article, trashed ones included. Throws `not-found`. */
    async get(id: string): Promise<StoredArticle> {
      const article = await find(id)
      if (!article) throw new Problem('not-found', 'There is no such article.')
      return article
    },

    /** Those of the ids that exist. */
    async existing(ids: readonly string[]): Promise<Set<string>> {
      if (ids.length === 0) return new Set()
      const rows = await db
        .select({ id: t.articles.id })
        .from(t.articles)
        .where(inArray(t.articles.id, [...ids]))
      return new Set(rows.map((row) => row.id))
    },

    /** A page of working copies, without their bodies. By relevance only what is searched. */
    async list({ limit, ...filter }: ArticleListing): Promise<Paged<StoredSummary>> {
      const wanted = { ...filter, limit: limit + 1 }
      if (filter.sort === 'relevance' && filter.search) {
        const { items, last } = cutPage(await findBest(query, wanted, filter.search), limit)
        const rows = items.map(({ row }) => row)
        return { items: await summariesOf(rows), next: last ? [last.sortKey, last.row.id] : null }
      }
      const { items, last } = cutPage(await findNewest(query, wanted), limit)
      return { items: await summariesOf(items), next: last ? [last.updatedAt, last.id] : null }
    },

    /** How many working copies a list has, on all pages. */
    countListed: (filter: ArticleFilter) => countArticles(query, filter),

    /** All of them, the trash included. */
    async count(): Promise<number> {
      const [row] = await db.select({ count: sql<number>`count(*)` }).from(t.articles)
      return Number(row?.count ?? 0)
    },
  }
}

export function articlesWriter(query: Query) {
  const { sql: db, tables: t } = query
  const index = articleIndex(query)

  async function writeTerms({ id, content }: StoredArticle): Promise<void> {
    const tagRows = content.tagIds.map((tagId, position) => ({ articleId: id, tagId, position }))
    const authorRows = content.authors.map((author, position) => ({ articleId: id, ...author, position }))
    if (tagRows.length > 0) await db.insert(t.articleTags).values(tagRows)
    if (authorRows.length > 0) await db.insert(t.articleAuthors).values(authorRows)
  }

  return {
    ...articlesReader(query),

    async insert(article: StoredArticle): Promise<void> {
      await db.insert(t.articles).values(rowOf(article))
      await db.insert(t.articleBodies).values({ articleId: article.id, body: article.content.body })
      await writeTerms(article)
      await index.put(article.id, documentOf(article.content))
    },

    /**
     * Replaces an article that is still at `previous.version`. Throws `version-mismatch` when it is not: the
     * version stands in the statement itself, so that of two writers one wins.
     */
    async update(previous: StoredArticle, article: StoredArticle): Promise<void> {
      const updated = await db
        .update(t.articles)
        .set(rowOf(article))
        .where(and(eq(t.articles.id, previous.id), eq(t.articles.version, previous.version)))
        .returning({ id: t.articles.id })
      if (updated.length === 0) {
        const [current] = await db
          .select({ version: t.articles.version })
          .from(t.articles)
          .where(eq(t.articles.id, previous.id))
        throw versionMismatch(current?.version)
      }
      if (article.content === previous.content) return
      if (article.content.body !== previous.content.body) {
        await db
          .update(t.articleBodies)
          .set({ body: article.content.body })
          .where(eq(t.articleBodies.articleId, article.id))
      }
      await db.delete(t.articleTags).where(eq(t.articleTags.articleId, article.id))
      await db.delete(t.articleAuthors).where(eq(t.articleAuthors.articleId, article.id))
      await writeTerms(article)
      if (!isIndexedAlike(previous.content, article.content))
        await index.put(article.id, documentOf(article.content))
    },
  }
}

function summary(row: ArticleRow, terms: Pick<ArticleContent, 'tagIds' | 'authors'>): StoredSummary {
  const { titleSort: _sort, createdByTokenId: _creator, adsAllowed, sensitive, ...columns } = row
  const {
    title,
    slug,
    subtitle,
    excerpt,
    language,
    sectionId,
    credit,
    source,
    externalIds,
    seo,
    embargoUntil,
    custom,
    ...state
  } = columns
  return {
    ...state,
    content: {
      title,
      slug,
      subtitle,
      excerpt,
      language,
      sectionId,
      ...terms,
      credit,
      source,
      externalIds,
      seo,
      embargoUntil,
      flags: { adsAllowed, sensitive },
      custom,
    },
  }
}

function stored(row: ArticleRow, rest: Pick<ArticleContent, 'tagIds' | 'authors' | 'body'>): StoredArticle {
  const { body, ...terms } = rest
  const { content, ...state } = summary(row, terms)
  return { ...state, content: { ...content, body } }
}

function rowOf({ content, ...state }: StoredArticle): ArticleRow {
  const { body: _body, tagIds: _tagIds, authors: _authors, flags, ...columns } = content
  return {
    ...state,
    ...columns,
    ...flags,
    custom: { ...content.custom },
    externalIds: { ...content.externalIds },
    titleSort: fold(content.title),
    createdByTokenId: state.createdBy.tokenId,
  }
}

/** Values by key, in the order of the rows. */
export function groupBy<Row, Value>(
  rows: readonly Row[],
  key: (row: Row) => string,
  value: (row: Row) => Value,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group) group.push(value(row))
    else groups.set(key(row), [value(row)])
  }
  return groups
}
