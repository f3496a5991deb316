import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Backlink } from '../contract/backlink.ts'
import type { Paged } from '../contract/list.ts'
import type { Query } from '../db/engine.ts'
import { cutPage } from '../db/page.ts'
import { articleReferencesReader } from './article-references.ts'

export interface BacklinkFilter {
  readonly after?: readonly [id: string, sameId: string] | undefined
  readonly limit: number
}

export function backlinksReader(query: Query) {
  const { sql: db, tables: t } = query
  type LinkTable = typeof t.relatedLinks | typeof t.publishedRelatedLinks

  /** Ids of the articles that link to the target, in one of the two tables. */
  function sourcesIn(table: LinkTable, targetId: string, beforeId: string | undefined) {
    return db
      .select({ articleId: table.articleId })
      .from(table)
      .where(
        and(eq(table.targetId, targetId), beforeId === undefined ? undefined : lt(table.articleId, beforeId)),
      )
  }

  /** The link of each article to the target, by article: there is one at most. */
  async function linksIn(table: LinkTable, targetId: string, articleIds: readonly string[]) {
    const { articleId, id, kind, position, title } = table
    const rows = await db
      .select({ articleId, link: { id, kind, position, title } })
      .from(table)
      .where(and(eq(table.targetId, targetId), inArray(table.articleId, [...articleIds])))
    return new Map(rows.map((row) => [row.articleId, row.link]))
  }

  return {
    /** The articles that link to this one, in their working copy or in public; the newest article first. */
    async list(targetId: string, { after, limit }: BacklinkFilter): Promise<Paged<Backlink>> {
      const rows = await sourcesIn(t.relatedLinks, targetId, after?.[0])
        .union(sourcesIn(t.publishedRelatedLinks, targetId, after?.[0]))
        .orderBy(desc(t.relatedLinks.articleId))
        .limit(limit + 1)
      const { items, last } = cutPage(rows, limit)
      if (items.length === 0) return { items: [], next: null }
      const ids = items.map((row) => row.articleId)
      const articles = await articleReferencesReader(query).find(ids)
      const working = await linksIn(t.relatedLinks, targetId, ids)
      const published = await linksIn(t.publishedRelatedLinks, targetId, ids)
      return {
        items: ids.flatMap((id) => {
          const article = articles.get(id)
          const link = working.get(id) ?? published.get(id)
          if (!article || !link) return []
          return { article, link, inWorkingCopy: working.has(id), inPublished: published.has(id) }
        }),
        next: last ? [last.articleId, last.articleId] : null,
      }
    },

    /** How many articles link to this one. */
    async count(targetId: string): Promise<number> {
      const sources = sourcesIn(t.relatedLinks, targetId, undefined)
        .union(sourcesIn(t.publishedRelatedLinks, targetId, undefined))
        .as('sources')
      const [row] = await db.select({ count: sql<number>`count(*)` }).from(sources)
      return Number(row?.count ?? 0)
    },
  }
}
