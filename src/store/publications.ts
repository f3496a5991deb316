import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { Correction, GoneReason } from '../contract/article.ts'
import type { Body } from '../contract/portable-text.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import { fold } from '../contract/slug.ts'
import type { Query } from '../db/engine.ts'
import { placeholdersOf, statement, together } from '../db/statement.ts'
import { documentOf } from '../search/document.ts'
import { publishedIndex } from '../search/open-index.ts'
import { clearFacets, putFacets } from './published-facets.ts'

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
const insertBody = statement(({ sql: db, tables: t }) =>
  db.insert(t.publishedBodies).values(placeholdersOf(t.publishedBodies)),
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

/** The only writer of what the public sees. */
export function publicationsWriter(query: Query, now: string) {
  const { sql: db, tables: t } = query
  const index = publishedIndex(query)

  async function writeParts({ article, body, tagIds, authors, related }: Publication): Promise<void> {
    const { id: articleId, publishedAt } = article
    const tagRows = tagIds.map((tagId, position) => ({ articleId, tagId, position, publishedAt }))
    const authorRows = authors.map((author, position) => ({ articleId, ...author, position, publishedAt }))
    const linkRows = related.map(({ articleId: targetId, ...link }) => ({ ...link, articleId, targetId }))
    await together([
      insertBody(query, { articleId, body }),
      tagRows.length > 0 && db.insert(t.publishedArticleTags).values(tagRows),
      authorRows.length > 0 && db.insert(t.publishedArticleAuthors).values(authorRows),
      linkRows.length > 0 && db.insert(t.publishedRelatedLinks).values(linkRows),
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
    /** Makes this what the public sees of the article; of one that `isNew` there is nothing yet that would be replaced. */
    async put(publication: Publication, { isNew = false } = {}): Promise<void> {
      const { article, body, tagIds, authors } = publication
      const row = { ...article, titleSort: fold(article.title) }
      // In this order: what hangs on an article is written after it.
      await together([
        !isNew && clearParts(article.id),
        upsertArticle(query, row),
        writeParts(publication),
        putFacets(query, { ...row, tagIds, authorIds: authors.map((author) => author.authorId) }),
        index.put(article.id, documentOf({ ...article, body })),
        !isNew && deleteGone(query, { articleId: article.id }),
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
