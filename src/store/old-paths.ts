import { eq, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { placeholdersOf, statement } from '../db/statement.ts'

const insertPath = statement(({ sql: db, tables: t }) =>
  db.insert(t.oldPaths).values(placeholdersOf(t.oldPaths)).onConflictDoNothing(),
)

const selectOwner = statement(({ sql: db, tables: t }) =>
  db
    .select({ articleId: t.oldPaths.articleId })
    .from(t.oldPaths)
    .where(eq(t.oldPaths.path, sql.placeholder('path'))),
)

export function oldPathsWriter(query: Query) {
  return {
    /** The id of the article that a path leads to, which may be deleted by now. */
    async ownerOf(path: string): Promise<string | undefined> {
      const [row] = await selectOwner(query, { path })
      return row?.articleId
    },

    /** Remembers where an article was, for ever. A path that another article had first stays that one's. */
    async remember(path: string, articleId: string): Promise<void> {
      await insertPath(query, { path, articleId })
    },
  }
}
