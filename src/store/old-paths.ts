import type { Query } from '../db/engine.ts'
import { placeholdersOf, statement } from '../db/statement.ts'

const insertPath = statement(({ sql: db, tables: t }) =>
  db.insert(t.oldPaths).values(placeholdersOf(t.oldPaths)).onConflictDoNothing(),
)

export function oldPathsWriter(query: Query) {
  return {
    /** Remembers where an article was, for ever. A path that another article had first stays that one's. */
    async remember(path: string, articleId: string): Promise<void> {
      await insertPath(query, { path, articleId })
    },
  }
}
