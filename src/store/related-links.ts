import { eq, sql } from 'drizzle-orm'
import type { RelatedLink } from '../contract/related-link.ts'
import type { Query } from '../db/engine.ts'
import { statement } from '../db/statement.ts'

const selectLinks = statement(({ sql: db, tables: t }) =>
  db
    .select()
    .from(t.relatedLinks)
    .where(eq(t.relatedLinks.articleId, sql.placeholder('articleId')))
    .orderBy(t.relatedLinks.position),
)
const selectPublishedLinks = statement(({ sql: db, tables: t }) =>
  db
    .select()
    .from(t.publishedRelatedLinks)
    .where(eq(t.publishedRelatedLinks.articleId, sql.placeholder('articleId')))
    .orderBy(t.publishedRelatedLinks.position),
)

export function relatedLinksReader(query: Query) {
  const linksOf = (rows: Awaited<ReturnType<typeof selectLinks>>): RelatedLink[] =>
    rows.map(({ articleId: _, targetId, ...link }) => ({ ...link, articleId: targetId }))

  return {
    /** The links of the working copy, in order. */
    listOf: async (articleId: string) => linksOf(await selectLinks(query, { articleId })),

    /** The links of what is public of the article, in order, whatever their targets are now. */
    listPublished: async (articleId: string) => linksOf(await selectPublishedLinks(query, { articleId })),
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
