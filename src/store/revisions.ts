import { and, eq } from 'drizzle-orm'
import type { ActorReference, ArticleSnapshot } from '../contract/article.ts'
import type { ChangeType } from '../contract/change.ts'
import type { Query } from '../db/engine.ts'
import { placeholdersOf, statement } from '../db/statement.ts'

/** One accepted version of an article, whole. */
export interface Revision {
  readonly articleId: string
  readonly version: number
  readonly createdAt: string
  readonly createdBy: ActorReference
  /** What made the version. */
  readonly type: ChangeType
  /** Kept whatever its age. */
  readonly pinned: boolean
  readonly snapshot: ArticleSnapshot
}

const insertRevision = statement(({ sql: db, tables: t }) =>
  db.insert(t.revisions).values(placeholdersOf(t.revisions)),
)

export function revisionsReader({ sql: db, tables: t }: Query) {
  return {
    async find(articleId: string, version: number): Promise<Revision | undefined> {
      const [row] = await db
        .select()
        .from(t.revisions)
        .where(and(eq(t.revisions.articleId, articleId), eq(t.revisions.version, version)))
      return row
    },
  }
}

export function revisionsWriter(query: Query) {
  return {
    ...revisionsReader(query),
    async append(revision: Revision): Promise<void> {
      await insertRevision(query, revision)
    },
  }
}
