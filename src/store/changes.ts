import { desc, isNotNull } from 'drizzle-orm'
import type { ActorReference } from '../contract/article.ts'
import type { ChangePayload, ChangeSubject, ChangeType } from '../contract/change.ts'
import { isPublicChangeType } from '../contract/public-change.ts'
import type { Query } from '../db/engine.ts'
import { oncePerSnapshot, statement, statementOfRows } from '../db/statement.ts'

export interface NewChange {
  readonly type: ChangeType
  readonly subject: ChangeSubject
  readonly actor: ActorReference
  readonly payload: ChangePayload
  /** `public` when anything that delivery answers may differ afterwards, `hidden` when nothing does. */
  readonly visibility: 'public' | 'hidden'
}

/** How far the public has come: the newest change that it may see, and when that was. */
export interface PublicState {
  readonly seq: number
  /** Null before the first. */
  readonly changedAt: string | null
}

const selectPublicState = statement(({ sql: db, tables: t }) =>
  db
    .select({ seq: t.changes.publicSeq, changedAt: t.changes.at })
    .from(t.changes)
    .where(isNotNull(t.changes.publicSeq))
    .orderBy(desc(t.changes.publicSeq))
    .limit(1),
)
const insertChanges = statementOfRows(
  (t) => t.changes,
  ({ sql: db, tables: t }, rows) => db.insert(t.changes).values(rows),
  'seq',
)

/** The newest public change. */
export const findPublicState = oncePerSnapshot(async (query: Query): Promise<PublicState> => {
  const [row] = await selectPublicState(query)
  return row?.seq == null ? { seq: 0, changedAt: null } : { seq: row.seq, changedAt: row.changedAt }
})

export function changesWriter(query: Query, now: string) {
  let newestPublic: number | undefined
  return {
    /** The number of the newest public change of this transaction; undefined when it has none. */
    newestPublic: () => newestPublic,

    /** Appends to the change log, in order. Public changes get the next numbers of their own dense sequence. */
    async append(changes: readonly NewChange[]): Promise<void> {
      for (const { type, visibility } of changes)
        if (visibility === 'public' && !isPublicChangeType(type))
          throw new Error(`the public is not told of changes of the type ${type}`)
      const hasPublic = changes.some(({ visibility }) => visibility === 'public')
      const state = hasPublic ? await findPublicState(query) : undefined
      let publicSeq = state?.seq ?? 0
      const rows = changes.map(({ type, subject, actor, payload, visibility }) => ({
        publicSeq: visibility === 'public' ? ++publicSeq : null,
        // This transaction may have begun before the one that was public last: time does not go back for readers.
        at: visibility === 'public' && state?.changedAt && state.changedAt > now ? state.changedAt : now,
        type,
        subjectType: subject.type,
        subjectId: subject.id,
        subjectSlug: subject.slug,
        actor,
        actorTokenId: actor.tokenId,
        payload,
      }))
      if (state) newestPublic = publicSeq
      await insertChanges(query, rows)
    },
  }
}
