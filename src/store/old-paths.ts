import type { Query } from '../db/engine.ts'
import { statementOfRows } from '../db/statement.ts'

const insertPaths = statementOfRows(
  (t) => t.oldPaths,
  ({ sql: db, tables: t }, rows) => db.insert(t.oldPaths).values(rows).onConflictDoNothing(),
)

/** Where an article was. */
export interface OldPath {
  readonly path: string
  readonly articleId: string
}

export function oldPathsWriter(query: Query) {
  return {
    /** Remembers where articles were, for ever. A path that another article had first stays that one's. */
    async remember(paths: readonly OldPath[]): Promise<void> {
      await insertPaths(query, paths)
    },
  }
}
