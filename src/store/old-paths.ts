import { eq, inArray, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { statement, statementOfRows } from '../db/statement.ts'

const insertPaths = statementOfRows(
  (t) => t.oldPaths,
  ({ sql: db, tables: t }, rows) => db.insert(t.oldPaths).values(rows).onConflictDoNothing(),
)
const selectOwner = statement(({ sql: db, tables: t }) =>
  db
    .select({ articleId: t.oldPaths.articleId })
    .from(t.oldPaths)
    .where(eq(t.oldPaths.path, sql.placeholder('path'))),
)

/** Where an article was. */
export interface OldPath {
  readonly path: string
  readonly articleId: string
}

export function oldPathsWriter(query: Query) {
  return {
    /** The id of the article that a path leads to, which may be deleted by now. */
    async ownerOf(path: string): Promise<string | undefined> {
      const [row] = await selectOwner(query, { path })
      return row?.articleId
    },

    /** The same of many paths, by path. */
    async ownersOf(paths: readonly string[]): Promise<Map<string, string>> {
      if (paths.length === 0) return new Map()
      const { oldPaths } = query.tables
      const rows = await query.sql
        .select({ path: oldPaths.path, articleId: oldPaths.articleId })
        .from(oldPaths)
        .where(inArray(oldPaths.path, [...paths]))
      return new Map(rows.map(({ path, articleId }) => [path, articleId]))
    },

    /** Remembers where articles were, for ever. A path that another article had first stays that one's. */
    async remember(paths: readonly OldPath[]): Promise<void> {
      await insertPaths(query, paths)
    },
  }
}
