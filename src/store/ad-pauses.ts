import { eq } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'

/** That all ads of an article are paused. */
export type AdPause = Query['tables']['adPauses']['$inferSelect']

export function adPausesReader({ sql: db, tables: { adPauses: t } }: Query) {
  return {
    async find(articleId: string): Promise<AdPause | undefined> {
      const [row] = await db.select().from(t).where(eq(t.articleId, articleId))
      return row
    },
  }
}

export function adPausesWriter(query: Query) {
  const { sql: db, tables } = query
  const { adPauses: t, publishedArticles } = tables
  return {
    ...adPausesReader(query),
    async insert(pause: AdPause): Promise<void> {
      await db.insert(t).values(pause)
    },
    async remove(articleId: string): Promise<void> {
      await db.delete(t).where(eq(t.articleId, articleId))
    },
    /** The slug that the article has in public; undefined when it is not public. */
    async publicSlugOf(articleId: string): Promise<string | undefined> {
      const [row] = await db
        .select({ slug: publishedArticles.slug })
        .from(publishedArticles)
        .where(eq(publishedArticles.id, articleId))
      return row?.slug
    },
  }
}
