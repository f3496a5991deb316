import { and, eq, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { placeholdersOf, statement } from '../db/statement.ts'

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
const upsertSource = statement(({ sql: db, tables: { importSources: sources } }) => {
  const { articleId, sourceHash, placementIds, importedAt } = placeholdersOf(sources)
  return db
    .insert(sources)
    .values(placeholdersOf(sources))
    .onConflictDoUpdate({
      target: [sources.system, sources.externalId],
      set: { articleId, sourceHash, placementIds, importedAt },
    })
})

export function importSourcesReader(query: Query) {
  return {
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
    async put(source: ImportSource): Promise<void> {
      await upsertSource(query, source)
    },
  }
}
