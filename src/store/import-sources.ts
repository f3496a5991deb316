import { and, eq } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'

export type ImportSource = Query['tables']['importSources']['$inferSelect']

export function importSourcesReader({ sql: db, tables: t }: Query) {
  return {
    /** What was imported under this id of that system, if anything was. */
    async find(system: string, externalId: string): Promise<ImportSource | undefined> {
      const [row] = await db
        .select()
        .from(t.importSources)
        .where(and(eq(t.importSources.system, system), eq(t.importSources.externalId, externalId)))
      return row
    },
  }
}

export function importSourcesWriter(query: Query) {
  const { sql: db, tables: t } = query
  return {
    ...importSourcesReader(query),
    async put(source: ImportSource): Promise<void> {
      const { system, externalId, ...values } = source
      await db
        .insert(t.importSources)
        .values({ system, externalId, ...values })
        .onConflictDoUpdate({ target: [t.importSources.system, t.importSources.externalId], set: values })
    },
  }
}
