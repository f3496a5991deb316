import { and, eq, inArray, lt, or } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'

export type StoredImport = Query['tables']['imports']['$inferSelect']
/** What changes while an import runs. */
export type ImportState = Pick<
  StoredImport,
  'status' | 'counts' | 'problems' | 'problemCount' | 'reason' | 'updatedAt' | 'finishedAt'
>

/** Until when an import has been silent, and until when it ended, to be tidied up. */
export interface Leftovers {
  readonly silentUntil: string
  readonly endedUntil: string
}

function isSilent(imports: Query['tables']['imports'], until: string) {
  return and(inArray(imports.status, ['waiting', 'running']), lt(imports.updatedAt, until))
}

export function importsReader({ sql: db, tables: t }: Query) {
  return {
    /** Whether any was silent since `silentUntil`, or ended before `endedUntil`. */
    async hasLeftovers({ silentUntil, endedUntil }: Leftovers): Promise<boolean> {
      const leftovers = or(isSilent(t.imports, silentUntil), lt(t.imports.finishedAt, endedUntil))
      return (await db.select({ id: t.imports.id }).from(t.imports).where(leftovers).limit(1)).length > 0
    },

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
        .where(isSilent(t.imports, until))
    },
    /** Deletes imports that ended before `until`; answers how many. */
    async removeEnded(until: string): Promise<number> {
      const removed = await db
        .delete(t.imports)
        .where(lt(t.imports.finishedAt, until))
        .returning({ id: t.imports.id })
      return removed.length
    },
  }
}
