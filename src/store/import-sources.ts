import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { statement, statementOfRows } from '../db/statement.ts'

export type ImportSource = Query['tables']['importSources']['$inferSelect']

const selectSource = statement(({ sql: db, tables: t }) =>
  db
    .select()
    .from(t.importSources)
    .where(
      and(
        eq(t.importSources.system, sql.placeholder('system')),
        eq(t.importSources.externalId, sql.placeholder('externalId')),
      ),
    ),
)
const upsertSources = statementOfRows(
  (t) => t.importSources,
  ({ sql: db, tables: { importSources: sources } }, rows) =>
    db
      .insert(sources)
      .values(rows)
      .onConflictDoUpdate({
        target: [sources.system, sources.externalId],
        set: {
          articleId: sql`excluded.article_id`,
          sourceHash: sql`excluded.source_hash`,
          placementIds: sql`excluded.placement_ids`,
          importedAt: sql`excluded.imported_at`,
          edition: sql`excluded.edition`,
        },
      }),
)

export function importSourcesReader(query: Query) {
  return {
    /** Of the ids of a system those under which something was imported. */
    async findAll(system: string, externalIds: readonly string[]): Promise<ImportSource[]> {
      if (externalIds.length === 0) return []
      const { importSources: sources } = query.tables
      return query.sql
        .select()
        .from(sources)
        .where(and(eq(sources.system, system), inArray(sources.externalId, [...externalIds])))
    },

    /** What was imported under this id of that system, if anything was. */
    async find(system: string, externalId: string): Promise<ImportSource | undefined> {
      const [row] = await selectSource(query, { system, externalId })
      return row
    },
  }
}

export function importSourcesWriter(query: Query) {
  return {
    ...importSourcesReader(query),
    /** Remembers what was imported; no source may come twice. */
    async put(sources: readonly ImportSource[]): Promise<void> {
      await upsertSources(query, sources)
    },
  }
}
