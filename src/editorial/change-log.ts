import type { GoneReason } from '../contract/article.ts'
import type { ChangeDetails, ChangeType, SubjectType } from '../contract/change.ts'
import type { Actor } from '../contract/permissions.ts'
import type { Writer } from '../store/index.ts'
import { referenceOf } from './actors.ts'
import { differenceOf, type LoggedState } from './differences.ts'

/** What something was and is; null before it was made and once it is deleted. */
export type States<State> =
  | { readonly previous: State | null; readonly next: State }
  | { readonly previous: State; readonly next: null }

/** A change as those who make it know it. */
export interface Told<Subject extends SubjectType> {
  readonly type: ChangeType
  readonly subject: { readonly type: Subject; readonly id: string; readonly slug: string | null }
  readonly actor: Actor
  /** What it was; null when it was made now. */
  readonly previous: LoggedState<Subject> | null
  /** What it is; null when nothing is left. */
  readonly next: LoggedState<Subject> | null
  /** The version that it made, where there are versions. */
  readonly version?: number
  readonly details?: ChangeDetails | undefined
  /** What the public is told of why, where it is gone. */
  readonly reason?: GoneReason | undefined
  readonly visibility: 'public' | 'hidden'
}

/**
 * Tells the change log of a change, in the transaction that makes it: who made it, and the members that it changed
 * before and after. Every change of anything comes through here.
 */
export function tellChange<Subject extends SubjectType>(tx: Writer, told: Told<Subject>): Promise<void> {
  return tellChanges(tx, [told])
}

/** Tells of several changes of one kind of thing, in order. */
export function tellChanges<Subject extends SubjectType>(
  tx: Writer,
  all: readonly Told<Subject>[],
): Promise<void> {
  return tx.changes.append(
    all.map(({ type, subject, actor, previous, next, version, details, reason, visibility }) => ({
      type,
      subject,
      actor: referenceOf(actor),
      payload: {
        ...(version !== undefined && { version }),
        ...(reason && { reason }),
        ...details,
        ...(actor.carriedOutBy && { carriedOutBy: actor.carriedOutBy }),
        ...differenceOf(subject.type, previous, next),
      },
      visibility,
    })),
  )
}
