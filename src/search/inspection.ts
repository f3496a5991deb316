import type { Query } from '../db/engine.ts'
import type { SearchDocument } from './document.ts'
import type { IndexName } from './open-index.ts'
import { inspectPostgresIndex } from './postgres-inspection.ts'
import { inspectSqliteIndex, removeSqliteStrays } from './sqlite-inspection.ts'

/** An index, looked at to compare it with what it should have. */
export interface IndexInspection {
  /** Ids of those of the articles that the index has not at all, or with other words or places. */
  differing(documents: ReadonlyMap<string, SearchDocument>): Promise<string[]>
  /** How many entries it has that are of no article. */
  countStrays(): Promise<number>
}

/** Looks at an index, all of it; reads of one snapshot. */
export function inspectIndex(query: Query, name: IndexName): Promise<IndexInspection> {
  return query.dialect === 'sqlite'
    ? inspectSqliteIndex(query.sql, name)
    : inspectPostgresIndex(query.sql, name)
}

/** Takes out of an index what is of no article. */
export async function removeStrays(query: Query, name: IndexName): Promise<void> {
  // On PostgreSQL the entry is the article's row, which cannot be without it.
  if (query.dialect === 'sqlite') await removeSqliteStrays(query.sql, name)
}
