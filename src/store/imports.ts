import { and, eq, inArray, lt } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'

export type StoredImport = Query['tables']['imports']['$inferSelect']
/** What changes while an import runs. */
export type ImportState = Pick<
  StoredImport,
  'status' | 'counts' | 'problems' | 'problemCount' | 'reason' | 'updatedAt' | 'finishedAt'
>

export function importsReader({ sql: db, tables: t }: Query) {
  return {
    async find(id: string): Promise<StoredImport | undefined> {
      const [row] = await db.select().from(t.imports).where(eq(t.imports.id, id))
      return row
    },
  }
}

export function importsWriter(query: Query) {
  const { sql: db, tables: t } = query
  return {
    ...importsReader(query),
    async insert(job: StoredImport): Promise<void> {
      await db.insert(t.imports).values(job)
    },
    async update(id: string, state: ImportState): Promise<void> {
      await db.update(t.imports).set(state).where(eq(t.imports.id, id))
    },
    /** Ends imports that nobody has said anything of since `until`. */
    async failSilent(until: string, { reason, now }: { reason: string; now: string }): Promise<void> {
      await db
        .update(t.imports)
        .set({ status: 'failed', reason, finishedAt: now })
        .where(and(inArray(t.imports.status, ['waiting', 'running']), lt(t.imports.updatedAt, until)))
    },
    /** Deletes imports that ended before `until`. */
    async removeEnded(until: string): Promise<void> {
      await db.delete(t.imports).where(lt(t.imports.finishedAt, until))
    },
  }
}
