import { changeDetails, type LoggedMembers } from '../contract/change.ts'
import { type EventView, loggedMembers } from '../contract/event.ts'
import type { StoredChange } from '../store/events.ts'

/** An entry of the audit log as admins read it: of what is stored only what the log may tell. */
export function eventView({ seq, type, at, actor, payload, ...change }: StoredChange): EventView {
  const names: readonly string[] = loggedMembers[change.subjectType]
  const toldOf = (members: LoggedMembers | null | undefined) => (members ? picked(members, names) : null)
  return {
    id: seq,
    type,
    at,
    actor: { tokenId: actor.tokenId, name: actor.name, role: actor.role },
    subject: { type: change.subjectType, id: change.subjectId, slug: change.subjectSlug },
    version: payload.version ?? null,
    before: toldOf(payload.before),
    after: toldOf(payload.after),
    details: picked({ ...payload }, Object.keys(changeDetails.shape)),
  }
}

function picked(members: LoggedMembers, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (name in members ? [[name, members[name]]] : [])))
}
