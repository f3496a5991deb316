import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { Correction, GoneReason } from '../contract/article.ts'
import type { Body } from '../contract/portable-text.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import { fold } from '../contract/slug.ts'
import type { Query } from '../db/engine.ts'
import { placeholdersOf, statement, statementOfRows, together } from '../db/statement.ts'
import { documentOf } from '../search/document.ts'
import { publishedIndex } from '../search/open-index.ts'
import { clearFacets, type FacetedArticle, putFacets, putNewFacets } from './published-facets.ts'

type PublishedRow = Query['tables']['publishedArticles']['$inferSelect']

/** What goes public of an article. */
export interface Publication {
  readonly article: Omit<PublishedRow, 'titleSort'>
  readonly body: Body
  readonly tagIds: readonly string[]
  readonly authors: readonly { readonly authorId: string; readonly role: string | null }[]
  readonly related: readonly RelatedLink[]
}

const deleteBody = deletePart('publishedBodies')
const deleteTags = deletePart('publishedArticleTags')
const deleteAuthors = deletePart('publishedArticleAuthors')
const deleteLinks = deletePart('publishedRelatedLinks')
const deleteGone = deletePart('goneArticles')
const upsertArticle = statement(({ sql: db, tables: { publishedArticles: articles } }) =>
  db
    .insert(articles)
    .values(placeholdersOf(articles))
    .onConflictDoUpdate({
      target: articles.id,
      set: Object.fromEntries(
        Object.entries(getTableColumns(articles)).map(([key, { name }]) => [
          key,
          sql`excluded.${sql.identifier(name)}`,
        ]),
      ),
    }),
)
const insertArticles = statementOfRows(
  (t) => t.publishedArticles,
  ({ sql: db, tables: t }, rows) => db.insert(t.publishedArticles).values(rows),
)
const insertBodies = statementOfRows(
  (t) => t.publishedBodies,
  ({ sql: db, tables: t }, rows) => db.insert(t.publishedBodies).values(rows),
)

const insertTags = statementOfRows(
  (t) => t.publishedArticleTags,
  ({ sql: db, tables: t }, rows) => db.insert(t.publishedArticleTags).values(rows),
)
const insertAuthors = statementOfRows(
  (t) => t.publishedArticleAuthors,
  ({ sql: db, tables: t }, rows) => db.insert(t.publishedArticleAuthors).values(rows),
)
const insertLinks = statementOfRows(
  (t) => t.publishedRelatedLinks,
  ({ sql: db, tables: t }, rows) => db.insert(t.publishedRelatedLinks).values(rows),
)

type Part =
  | 'publishedBodies'
  | 'publishedArticleTags'
  | 'publishedArticleAuthors'
  | 'publishedRelatedLinks'
  | 'goneArticles'

/** Deletes what a table has of an article. */
function deletePart(part: Part) {
  return statement(({ sql: db, tables }) =>
    db.delete(tables[part]).where(eq(tables[part].articleId, sql.placeholder('articleId'))),
  )
}

function rowOf({ article }: Publication): PublishedRow {
  return { ...article, titleSort: fold(article.title) }
}

function facetedOf(publication: Publication): FacetedArticle {
  const { tagIds, authors } = publication
  return { ...rowOf(publication), tagIds, authorIds: authors.map((author) => author.authorId) }
}

/** The only writer of what the public sees. */
export function publicationsWriter(query: Query, now: string) {
  const { sql: db, tables: t } = query
  const index = publishedIndex(query)

  async function writeParts(publications: readonly Publication[]): Promise<void> {
    const bodyRows = publications.map(({ article, body }) => ({ articleId: article.id, body }))
    const tagRows = publications.flatMap(({ article: { id, publishedAt }, tagIds }) =>
      tagIds.map((tagId, position) => ({ articleId: id, tagId, position, publishedAt })),
    )
    const authorRows = publications.flatMap(({ article: { id, publishedAt }, authors }) =>
      authors.map((author, position) => ({ articleId: id, ...author, position, publishedAt })),
    )
    const linkRows = publications.flatMap(({ article: { id }, related }) =>
      related.map(({ articleId: targetId, ...link }) => ({ ...link, articleId: id, targetId })),
    )
    await together([
      insertBodies(query, bodyRows),
      insertTags(query, tagRows),
      insertAuthors(query, authorRows),
      insertLinks(query, linkRows),
      index.put(
        publications.map(({ article, body }) => ({
          articleId: article.id,
          document: documentOf({ ...article, body }),
        })),
      ),
    ])
  }

  async function clearParts(articleId: string): Promise<void> {
    const ofArticle = { articleId }
    await together([
      deleteBody(query, ofArticle),
      deleteTags(query, ofArticle),
      deleteAuthors(query, ofArticle),
      deleteLinks(query, ofArticle),
    ])
  }

  return {
    /** Makes this what the public sees of the article. */
    async put(publication: Publication): Promise<void> {
      const { id } = publication.article
      // In this order: what hangs on an article is written after it.
      await together([
        clearParts(id),
        upsertArticle(query, rowOf(publication)),
        writeParts([publication]),
        putFacets(query, facetedOf(publication)),
        deleteGone(query, { articleId: id }),
      ])
    },

    /** Makes these what the public sees of articles of which it never saw anything. */
    async putNew(publications: readonly Publication[]): Promise<void> {
      await together([
        insertArticles(query, publications.map(rowOf)),
        writeParts(publications),
        putNewFacets(query, publications.map(facetedOf)),
      ])
    },

    /** Changes nothing but the corrections of a published article. Answers the slug that it has in public. */
    async correct(articleId: string, corrections: readonly Correction[]): Promise<string | undefined> {
      const [corrected] = await db
        .update(t.publishedArticles)
        .set({ corrections: [...corrections] })
        .where(eq(t.publishedArticles.id, articleId))
        .returning({ slug: t.publishedArticles.slug })
      return corrected?.slug
    },

    /**
     * Takes the article back; delivery answers that it is gone, and why. Answers the slug that it had in public;
     * undefined when it was taken back before.
     */
    async remove(
      articleId: string,
      reason: GoneReason,
      publicReason: string | null,
      at = now,
    ): Promise<string | undefined> {
      await together([clearParts(articleId), clearFacets(query, articleId)])
      const gone = { reason, publicReason, at }
      const [[removed]] = await together([
        // What it is found by goes with it.
        db
          .delete(t.publishedArticles)
          .where(eq(t.publishedArticles.id, articleId))
          .returning({ slug: t.publishedArticles.slug }),
        db
          .insert(t.goneArticles)
          .values({ articleId, ...gone })
          .onConflictDoUpdate({ target: t.goneArticles.articleId, set: gone }),
      ])
      return removed?.slug
    },
  }
}
