import { eq, sql } from 'drizzle-orm'
import type { RelatedLink } from '../contract/related-link.ts'
import type { Query } from '../db/engine.ts'
import { statement, statementOfRows, together } from '../db/statement.ts'

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

const deleteLinks = statement(({ sql: db, tables: t }) =>
  db.delete(t.relatedLinks).where(eq(t.relatedLinks.articleId, sql.placeholder('articleId'))),
)
const insertLinks = statementOfRows(
  (t) => t.relatedLinks,
  ({ sql: db, tables: t }, rows) => db.insert(t.relatedLinks).values(rows),
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
  return {
    ...relatedLinksReader(query),

    /** Makes `links` the whole list of the article. */
    async replace(articleId: string, links: readonly RelatedLink[]): Promise<void> {
      await together([deleteLinks(query, { articleId }), insertLinks(query, rowsOf(articleId, links))])
    },

    /** Gives new articles their lists. */
    async insertAll(
      lists: readonly { readonly articleId: string; readonly links: readonly RelatedLink[] }[],
    ): Promise<void> {
      await insertLinks(
        query,
        lists.flatMap(({ articleId, links }) => rowsOf(articleId, links)),
      )
    },
  }
}

function rowsOf(articleId: string, links: readonly RelatedLink[]) {
  return links.map(({ articleId: targetId, ...link }) => ({ ...link, articleId, targetId }))
}
