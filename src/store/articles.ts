import { and, asc, eq, gt, inArray, isNull, lte, sql } from 'drizzle-orm'
import type {
  ActorReference,
  ArticleContent,
  ArticleStatus,
  Correction,
  ScheduleProblem,
} from '../contract/article.ts'
import { Problem } from '../contract/errors.ts'
import type { Paged } from '../contract/list.ts'
import type { Query } from '../db/engine.ts'
import { after, cutPage } from '../db/page.ts'
import { placeholdersOf, statement, statementOfRows, together } from '../db/statement.ts'
import { documentOf, isIndexedAlike } from '../search/document.ts'
import { articleIndex } from '../search/open-index.ts'
import type { ArticleFilter } from './article-filter.ts'
import { type ArticlePage, type ArticleRow, countArticles, findNewest } from './article-lists.ts'
import { rowOf, stored, summary } from './article-rows.ts'
import { findBest } from './article-search.ts'
import { groupBy } from './group-by.ts'
import { requireUpdated } from './versioned.ts'

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
  /** The state before it was scheduled; null unless the status is `scheduled`. */
  readonly scheduledFrom: ArticleStatus | null
  readonly scheduledBy: ActorReference | null
  readonly scheduleProblem: ScheduleProblem | null
  readonly corrections: readonly Correction[]
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

/** The version of the working copy, and the one that is public. */
export interface ArticleVersions {
  readonly id: string
  readonly version: number
  readonly publishedVersion: number | null
}

/** Where an article is in the trash: since when, and its id. */
export type TrashKey = readonly [trashedAt: string, id: string]

export type ArticleSort = '-updatedAt' | 'relevance'

export interface ArticleListing extends ArticleFilter, ArticlePage {
  /** The newest change first when absent. */
  readonly sort?: ArticleSort
}

function versionsOf({ id, version, publishedVersion }: Query['tables']['articles']) {
  return { id, version, publishedVersion }
}

const selectArticle = statement(({ sql: db, tables: t }) =>
  db
    .select({ row: t.articles, body: t.articleBodies.body })
    .from(t.articles)
    .innerJoin(t.articleBodies, eq(t.articleBodies.articleId, t.articles.id))
    .where(eq(t.articles.id, sql.placeholder('id'))),
)
const selectVersions = statement(({ sql: db, tables: { articles } }) =>
  db
    .select(versionsOf(articles))
    .from(articles)
    .where(eq(articles.id, sql.placeholder('id'))),
)
const selectTags = statement(({ sql: db, tables: t }) =>
  db
    .select({ tagId: t.articleTags.tagId })
    .from(t.articleTags)
    .where(eq(t.articleTags.articleId, sql.placeholder('id')))
    .orderBy(t.articleTags.position),
)
const selectAuthors = statement(({ sql: db, tables: t }) =>
  db
    .select({ authorId: t.articleAuthors.authorId, role: t.articleAuthors.role })
    .from(t.articleAuthors)
    .where(eq(t.articleAuthors.articleId, sql.placeholder('id')))
    .orderBy(t.articleAuthors.position),
)
const insertArticles = statementOfRows(
  (t) => t.articles,
  ({ sql: db, tables: t }, rows) => db.insert(t.articles).values(rows),
)
const insertBodies = statementOfRows(
  (t) => t.articleBodies,
  ({ sql: db, tables: t }, rows) => db.insert(t.articleBodies).values(rows),
)
const insertTags = statementOfRows(
  (t) => t.articleTags,
  ({ sql: db, tables: t }, rows) => db.insert(t.articleTags).values(rows),
)
const insertAuthors = statementOfRows(
  (t) => t.articleAuthors,
  ({ sql: db, tables: t }, rows) => db.insert(t.articleAuthors).values(rows),
)
/** The version that is replaced stands in the statement itself, so that of two writers one wins. */
const updateArticle = statement(({ sql: db, tables: t }) =>
  db
    .update(t.articles)
    .set(placeholdersOf(t.articles))
    .where(
      and(
        eq(t.articles.id, sql.placeholder('id')),
        eq(t.articles.version, sql.placeholder('previousVersion')),
      ),
    )
    .returning({ id: t.articles.id }),
)
const updateBody = statement(({ sql: db, tables: t }) =>
  db
    .update(t.articleBodies)
    .set({ body: placeholdersOf(t.articleBodies).body })
    .where(eq(t.articleBodies.articleId, sql.placeholder('articleId'))),
)
const deleteTags = statement(({ sql: db, tables: t }) =>
  db.delete(t.articleTags).where(eq(t.articleTags.articleId, sql.placeholder('id'))),
)
const deleteAuthors = statement(({ sql: db, tables: t }) =>
  db.delete(t.articleAuthors).where(eq(t.articleAuthors.articleId, sql.placeholder('id'))),
)

export function articlesReader(query: Query) {
  const { sql: db, tables: t } = query

  async function find(id: string): Promise<StoredArticle | undefined> {
    const [[found], tagRows, authorRows] = await Promise.all([
      selectArticle(query, { id }),
      selectTags(query, { id }),
      selectAuthors(query, { id }),
    ])
    if (!found) return undefined
    const tagIds = tagRows.map((row) => row.tagId)
    return stored(found.row, { tagIds, authors: authorRows, body: found.body })
  }

  const versions = versionsOf(t.articles)

  async function findVersions(id: string): Promise<ArticleVersions | undefined> {
    const [found] = await selectVersions(query, { id })
    return found
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

    /** Those of the ids that exist and are not in the trash: what a link may be made to. */
    async existing(ids: readonly string[]): Promise<Set<string>> {
      if (ids.length === 0) return new Set()
      const rows = await db
        .select({ id: t.articles.id })
        .from(t.articles)
        .where(and(inArray(t.articles.id, [...ids]), isNull(t.articles.trashedAt)))
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

    /** Ids of articles in the trash since `until` or longer, the longest first, from after `key`. */
    async listTrashed(
      until: string,
      { after: key, limit }: { after: TrashKey | undefined; limit: number },
    ): Promise<TrashKey[]> {
      const rows = await db
        .select({ trashedAt: t.articles.trashedAt, id: t.articles.id })
        .from(t.articles)
        .where(
          and(
            lte(t.articles.trashedAt, until),
            key ? after([t.articles.trashedAt, t.articles.id], key) : undefined,
          ),
        )
        .orderBy(asc(t.articles.trashedAt), asc(t.articles.id))
        .limit(limit)
      return rows.map((row) => [row.trashedAt ?? until, row.id])
    },

    findVersions,

    /** At which version each of the articles is that exist. */
    async versionsOf(ids: readonly string[]): Promise<Map<string, number>> {
      const rows = await db
        .select({ id: t.articles.id, version: t.articles.version })
        .from(t.articles)
        .where(inArray(t.articles.id, [...ids]))
      return new Map(rows.map(({ id, version }) => [id, version]))
    },

    /** Which versions an article is at. Throws `not-found`. */
    async getVersions(id: string): Promise<ArticleVersions> {
      const found = await findVersions(id)
      if (!found) throw new Problem('not-found', 'There is no such article.')
      return found
    },

    /** Which versions articles are at, by id, from after `id`. */
    async listVersions({
      after: id,
      limit,
    }: {
      after: string | undefined
      limit: number
    }): Promise<ArticleVersions[]> {
      return db
        .select(versions)
        .from(t.articles)
        .where(id === undefined ? undefined : gt(t.articles.id, id))
        .orderBy(asc(t.articles.id))
        .limit(limit)
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

  async function writeTerms(articles: readonly StoredArticle[]): Promise<void> {
    const tagRows = articles.flatMap(({ id, content }) =>
      content.tagIds.map((tagId, position) => ({ articleId: id, tagId, position })),
    )
    const authorRows = articles.flatMap(({ id, content }) =>
      content.authors.map((author, position) => ({ articleId: id, ...author, position })),
    )
    await together([insertTags(query, tagRows), insertAuthors(query, authorRows)])
  }

  async function updateRow(previous: StoredArticle, article: StoredArticle): Promise<void> {
    const updated = await updateArticle(query, { ...rowOf(article), previousVersion: previous.version })
    await requireUpdated(query, t.articles, previous.id, updated)
  }

  /** Writes what hangs on the article, as far as it is not as before. */
  async function updateParts(before: ArticleContent, article: StoredArticle): Promise<void> {
    const { id, content } = article
    if (content === before) return
    const hasSameTerms = isSame(content.tagIds, before.tagIds) && isSame(content.authors, before.authors)
    await together([
      content.body !== before.body && updateBody(query, { articleId: id, body: content.body }),
      ...(hasSameTerms
        ? []
        : [deleteTags(query, { id }), deleteAuthors(query, { id }), writeTerms([article])]),
      !isIndexedAlike(before, content) && index.put([{ articleId: id, document: documentOf(content) }]),
    ])
  }

  async function insertAll(articles: readonly StoredArticle[]): Promise<void> {
    await together([
      insertArticles(query, articles.map(rowOf)),
      insertBodies(
        query,
        articles.map(({ id, content }) => ({ articleId: id, body: content.body })),
      ),
      writeTerms(articles),
      index.put(articles.map(({ id, content }) => ({ articleId: id, document: documentOf(content) }))),
    ])
  }

  return {
    ...articlesReader(query),

    /** Removes the article with its body, terms, links, revisions and places in collections. */
    async remove(id: string): Promise<void> {
      await db.delete(t.articles).where(eq(t.articles.id, id))
    },

    insertAll,

    insert: (article: StoredArticle) => insertAll([article]),

    /**
     * Replaces an article that is still at `previous.version`. Throws `version-mismatch` when it is not.
     */
    async update(previous: StoredArticle, article: StoredArticle): Promise<void> {
      await together([updateRow(previous, article), updateParts(previous.content, article)])
    },
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
