import { eq } from 'drizzle-orm'
import { versionMismatch } from '../contract/errors.ts'
import type { Query } from '../db/engine.ts'

type Tables = Query['tables']
type VersionedTable =
  | Tables['adPlacements']
  | Tables['adSlots']
  | Tables['advertisers']
  | Tables['articles']
  | Tables['authors']
  | Tables['collections']
  | Tables['creatives']
  | Tables['sections']
  | Tables['sellers']
  | Tables['tags']

/**
 * What an update with the expected version in its WHERE clause ends with, given the rows that it changed. Throws
 * `version-mismatch`, which tells the version that is there now, when it changed none.
 */
export async function requireUpdated(
  { sql: db }: Query,
  table: VersionedTable,
  id: string,
  updated: readonly unknown[],
): Promise<void> {
  if (updated.length > 0) return
  const [current] = await db.select({ version: table.version }).from(table).where(eq(table.id, id))
  throw versionMismatch(current?.version)
}
