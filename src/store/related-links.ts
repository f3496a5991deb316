import { eq } from 'drizzle-orm'
import type { RelatedLink } from '../contract/related-link.ts'
import type { Query } from '../db/engine.ts'

export function relatedLinksReader({ sql: db, tables: t }: Query) {
  async function linksIn(
    table: typeof t.relatedLinks | typeof t.publishedRelatedLinks,
    articleId: string,
  ): Promise<RelatedLink[]> {
    const rows = await db.select().from(table).where(eq(table.articleId, articleId)).orderBy(table.position)
    return rows.map(({ articleId: _, targetId, ...link }) => ({ ...link, articleId: targetId }))
  }

  return {
    /** The links of the working copy, in order. */
    listOf: (articleId: string) => linksIn(t.relatedLinks, articleId),

    /** The links of what is public of the article, in order, whatever their targets are now. */
    listPublished: (articleId: string) => linksIn(t.publishedRelatedLinks, articleId),
  }
}

export function relatedLinksWriter(query: Query) {
  const { sql: db, tables: t } = query
  return {
    ...relatedLinksReader(query),

    /** Makes `links` the whole list of the article. */
    async replace(articleId: string, links: readonly RelatedLink[]): Promise<void> {
      await db.delete(t.relatedLinks).where(eq(t.relatedLinks.articleId, articleId))
      if (links.length === 0) return
      await db
        .insert(t.relatedLinks)
        .values(links.map(({ articleId: targetId, ...link }) => ({ ...link, articleId, targetId })))
    },
  }
}
