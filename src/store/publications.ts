import { eq } from 'drizzle-orm'
import type { Correction, GoneReason } from '../contract/article.ts'
import type { Body } from '../contract/portable-text.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import { fold } from '../contract/slug.ts'
import type { Query } from '../db/engine.ts'
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

/** The only writer of what the public sees. */
export function publicationsWriter(query: Query, now: string) {
  const { sql: db, tables: t } = query
  const index = publishedIndex(query)

  async function writeParts({ article, body, tagIds, authors, related }: Publication): Promise<void> {
    const { id: articleId, publishedAt } = article
    await db.insert(t.publishedBodies).values({ articleId, body })
    if (tagIds.length > 0)
      await db
        .insert(t.publishedArticleTags)
        .values(tagIds.map((tagId, position) => ({ articleId, tagId, position, publishedAt })))
    if (authors.length > 0)
      await db
        .insert(t.publishedArticleAuthors)
        .values(authors.map((author, position) => ({ articleId, ...author, position, publishedAt })))
    if (related.length > 0)
      await db
        .insert(t.publishedRelatedLinks)
        .values(related.map(({ articleId: targetId, ...link }) => ({ ...link, articleId, targetId })))
  }

  async function clearParts(articleId: string): Promise<void> {
    for (const part of [
      t.publishedBodies,
      t.publishedArticleTags,
      t.publishedArticleAuthors,
      t.publishedRelatedLinks,
    ])
      await db.delete(part).where(eq(part.articleId, articleId))
  }

  return {
    /** Makes this what the public sees of the article. */
    async put(publication: Publication): Promise<void> {
      const { article, body, tagIds, authors } = publication
      const row = { ...article, titleSort: fold(article.title) }
      await clearParts(article.id)
      await db
        .insert(t.publishedArticles)
        .values(row)
        .onConflictDoUpdate({ target: t.publishedArticles.id, set: row })
      await writeParts(publication)
      await putFacets(query, { ...row, tagIds, authorIds: authors.map((author) => author.authorId) })
      await index.put(article.id, documentOf({ ...article, body }))
      await db.delete(t.goneArticles).where(eq(t.goneArticles.articleId, article.id))
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
    ): Promise<string | undefined> {
      await clearParts(articleId)
      await clearFacets(query, articleId)
      // What it is found by goes with it.
      const [removed] = await db
        .delete(t.publishedArticles)
        .where(eq(t.publishedArticles.id, articleId))
        .returning({ slug: t.publishedArticles.slug })
      const gone = { reason, publicReason, at: now }
      await db
        .insert(t.goneArticles)
        .values({ articleId, ...gone })
        .onConflictDoUpdate({ target: t.goneArticles.articleId, set: gone })
      return removed?.slug
    },
  }
}
