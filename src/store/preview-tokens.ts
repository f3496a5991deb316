import { and, asc, eq } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'

export type StoredPreviewToken = Query['tables']['previewTokens']['$inferSelect']

export function previewTokensReader({ sql: db, tables: t }: Query) {
  return {
    /** One of the article's tokens, whatever its state. */
    async find(articleId: string, id: string): Promise<StoredPreviewToken | undefined> {
      const [row] = await db
        .select()
        .from(t.previewTokens)
        .where(and(eq(t.previewTokens.articleId, articleId), eq(t.previewTokens.id, id)))
      return row
    },

    /** The tokens of an article, the oldest first. */
    async listOf(articleId: string): Promise<StoredPreviewToken[]> {
      return db
        .select()
        .from(t.previewTokens)
        .where(eq(t.previewTokens.articleId, articleId))
        .orderBy(asc(t.previewTokens.id))
    },
  }
}

export function previewTokensWriter(query: Query) {
  const { sql: db, tables: t } = query
  return {
    ...previewTokensReader(query),
    async insert(token: StoredPreviewToken): Promise<void> {
      await db.insert(t.previewTokens).values(token)
    },
    async revoke(id: string, revokedAt: string): Promise<void> {
      await db.update(t.previewTokens).set({ revokedAt }).where(eq(t.previewTokens.id, id))
    },
  }
}
