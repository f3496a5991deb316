import { desc, isNotNull } from 'drizzle-orm'
import type { ActorReference } from '../contract/article.ts'
import type { ChangePayload, ChangeSubject, ChangeType } from '../contract/change.ts'
import { isPublicChangeType } from '../contract/public-change.ts'
import type { Query } from '../db/engine.ts'
import { oncePerSnapshot, placeholdersOf, statement } from '../db/statement.ts'

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
const insertChange = statement(({ sql: db, tables: t }) =>
  db.insert(t.changes).values(placeholdersOf(t.changes, 'seq')),
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

    /** Appends to the change log. Public changes get the next number of their own dense sequence. */
    async append(change: NewChange): Promise<void> {
      const isPublic = change.visibility === 'public'
      if (isPublic && !isPublicChangeType(change.type))
        throw new Error(`the public is not told of changes of the type ${change.type}`)
      const state = isPublic ? await findPublicState(query) : undefined
      if (state) newestPublic = state.seq + 1
      await insertChange(query, {
        publicSeq: state ? state.seq + 1 : null,
        // This transaction may have begun before the one that was public last: time does not go back for readers.
        at: state?.changedAt && state.changedAt > now ? state.changedAt : now,
        type: change.type,
        subjectType: change.subject.type,
        subjectId: change.subject.id,
        subjectSlug: change.subject.slug,
        actor: change.actor,
        actorTokenId: change.actor.tokenId,
        payload: change.payload,
      })
    },
  }
}
