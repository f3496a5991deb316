import { asc, gt, sql } from 'drizzle-orm'
import { goneReasonAfter, type PublicChange, type PublicChangeType } from '../contract/public-change.ts'
import type { Query } from '../db/engine.ts'
import { statement } from '../db/statement.ts'

/** Neither who made a change nor what it was before: nothing of that is read here. */
const selectChanges = statement(({ sql: db, tables: { changes: t } }) =>
  db
    .select({
      seq: t.publicSeq,
      type: t.type,
      at: t.at,
      subjectType: t.subjectType,
      subjectId: t.subjectId,
      subjectSlug: t.subjectSlug,
    })
    .from(t)
    .where(gt(t.publicSeq, sql.placeholder('after')))
    .orderBy(asc(t.publicSeq))
    .limit(sql.placeholder('limit')),
)

export interface ChangesAfter {
  /** The number of a public change that exists, or 0. */
  readonly after: number
  readonly limit: number
}

/** The public changes after one, the oldest first. */
export async function listChanges(query: Query, { after, limit }: ChangesAfter): Promise<PublicChange[]> {
  const rows = await selectChanges(query, { after, limit })
  return rows.map(({ seq, type, at, subjectType, subjectId, subjectSlug }) => {
    const publicType = type as PublicChangeType
    const reason = goneReasonAfter(publicType)
    return {
      seq: seq as number,
      type: publicType,
      at,
      subject: { type: subjectType, id: subjectId, slug: subjectSlug },
      ...(reason && { reason }),
    }
  })
}
