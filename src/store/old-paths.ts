import { inArray } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { statementOfRows } from '../db/statement.ts'

const insertPaths = statementOfRows(
  (t) => t.oldPaths,
  ({ sql: db, tables: t }, rows) => db.insert(t.oldPaths).values(rows).onConflictDoNothing().returning(),
)

/** Where an article was. */
export interface OldPath {
  readonly path: string
  readonly articleId: string
}

export function oldPathsWriter(query: Query) {
  return {
    /** The ids of the articles that paths lead to, by path; an article may be deleted by now. */
    async ownersOf(paths: readonly string[]): Promise<Map<string, string>> {
      if (paths.length === 0) return new Map()
      const { oldPaths } = query.tables
      const rows = await query.sql
        .select({ path: oldPaths.path, articleId: oldPaths.articleId })
        .from(oldPaths)
        .where(inArray(oldPaths.path, [...paths]))
      return new Map(rows.map(({ path, articleId }) => [path, articleId]))
    },

    /**
     * Remembers where articles were, for ever. A path that another article had first stays that one's. Answers those that
     * are new.
     */
    async remember(paths: readonly OldPath[]): Promise<OldPath[]> {
      return (await insertPaths(query, paths)).flat()
    },
  }
}
