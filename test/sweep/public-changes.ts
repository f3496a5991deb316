import { isNotNull } from 'drizzle-orm'
import type { TestServer } from '../support/server.ts'

/** What the public may be told of the change log, in order: what happened to what, when, and why it is gone. */
export function publicChanges({ engine }: TestServer): Promise<object[]> {
  return engine.snapshot(async ({ sql: db, tables: { changes } }) => {
    const rows = await db
      .select()
      .from(changes)
      .where(isNotNull(changes.publicSeq))
      .orderBy(changes.publicSeq)
    return rows.map(({ publicSeq, at, type, subjectType, subjectId, subjectSlug, payload: { reason } }) => {
      return {
        seq: publicSeq,
        at,
        type,
        subject: { type: subjectType, id: subjectId, slug: subjectSlug },
        reason,
      }
    })
  })
}
