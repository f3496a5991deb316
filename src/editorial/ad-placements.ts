import { v7 as newId } from 'uuid'
import { holdOf } from '../contract/ad-pacing.ts'
import { type PlacementInput, type PlacementPatch, placementDefaults } from '../contract/ad-placement.ts'
import { edgesOf } from '../contract/ad-window.ts'
import { type Fault, Problem } from '../contract/errors.ts'
import type { ArchivedPlacement } from '../contract/export-records.ts'
import { type Actor, systemActor } from '../contract/permissions.ts'
import type { Writer } from '../store/index.ts'
import type { StoredPlacement } from '../store/placements.ts'
import type { Expected } from './articles.ts'
import { type States, tellChange } from './change-log.ts'
import { getExpected } from './expected.ts'
import { withPatch } from './patches.ts'
import { keptAsItIs, type RestoreResult, restoredAs } from './restored.ts'

/** Places an ad, live at once by its own dates. Throws `invalid-body`. */
export async function placeAd(
  tx: Writer,
  actor: Actor,
  { scope, ...input }: PlacementInput,
): Promise<StoredPlacement> {
  const placement: StoredPlacement = {
    ...{ id: newId(), ...input, ...columnsOf(scope), heldUntil: null },
    ...edgesOf({ ...input, heldUntil: null }, tx.now),
    ...{ version: 1, createdAt: tx.now, updatedAt: tx.now },
  }
  await checkPlacement(tx, placement)
  await tx.placements.insert(placement)
  await tell(tx, actor, 'created', { previous: null, next: placement }, await isSeen(tx, placement.id))
  return placement
}

/**
 * Changes a placement, live at once: what the patch leaves out stays. Throws `not-found`, `version-mismatch`,
 * `invalid-body`.
 */
export async function patchPlacement(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  { scope, ...patch }: PlacementPatch,
): Promise<StoredPlacement> {
  const previous = await getExpected(tx.placements, id, expected)
  const merged = { ...withPatch(previous, patch, placementDefaults), ...patchedScope(previous, scope) }
  // With another goal, or in another time, it may go on, or be ahead.
  const heldUntil = holdOf(merged, await tx.adCounts.impressionsOf(id), tx.now)
  const patched = { ...merged, heldUntil }
  const next = {
    ...{ ...patched, ...edgesOf(patched, tx.now) },
    ...{ version: previous.version + 1, updatedAt: tx.now },
  }
  await checkPlacement(tx, next, previous)
  // Readers saw it where it was, or see it where it is.
  const wasSeen = await isSeen(tx, id)
  await tx.placements.update(previous, next)
  await tell(tx, actor, 'updated', { previous, next }, wasSeen || (await isSeen(tx, id)))
  return next
}

/**
 * Puts a placement of an archive back. How often it was shown is counted from the start. It may be for an article in the
 * trash. Throws `invalid-body`.
 */
export async function restorePlacement(
  tx: Writer,
  actor: Actor,
  { type: _line, scope, ...line }: ArchivedPlacement,
): Promise<RestoreResult> {
  const { id } = line
  const previous = await tx.placements.find(id)
  const kept = keptAsItIs(previous && placementState(previous), { ...line, scope })
  if (kept) return kept
  const placed = { ...line, ...columnsOf(scope) }
  const heldUntil = holdOf(placed, await tx.adCounts.impressionsOf(id), tx.now)
  const next: StoredPlacement = { ...placed, heldUntil, ...edgesOf({ ...placed, heldUntil }, tx.now) }
  await checkPlacement(tx, next, next)
  if (scope.type === 'article' && !(await tx.articles.findVersions(scope.id)))
    throw new Problem('invalid-body', `The placement is for the article ${scope.id}, which is not here.`)
  if (scope.type !== 'article' && !(await hasScope(tx, next)))
    throw new Problem('invalid-body', `The placement is for a ${scope.type} that is not here.`)
  if (previous) await tx.placements.update(previous, next)
  else await tx.placements.insert(next)
  const states = { previous: previous ?? null, next }
  await tell(tx, actor, previous ? 'updated' : 'created', states, await isSeen(tx, id))
  return restoredAs(previous, id)
}

/** Deletes a placement; its creative stays. Throws `not-found`, `version-mismatch`. */
export async function deletePlacement(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<void> {
  const previous = await getExpected(tx.placements, id, expected)
  const wasSeen = await isSeen(tx, id)
  await tx.placements.remove(previous)
  await tell(tx, actor, 'deleted', { previous, next: null }, wasSeen)
}

/** What the dates of a placement made of it when their instant came. */
export type EdgeOutcome = 'opened' | 'closed'

/**
 * Tells of a placement whose instant has come that its dates opened or closed it; undefined when nothing is due. What
 * opened and closed while nobody looked has closed.
 */
export async function passPlacementEdge(tx: Writer, id: string): Promise<EdgeOutcome | undefined> {
  const placement = await tx.placements.find(id)
  if (!placement || placement.nextEdgeAt === null || placement.nextEdgeAt > tx.now) return undefined
  const { nextEdgeAt } = edgesOf(placement, tx.now)
  await tx.placements.setNextEdge(placement, nextEdgeAt)
  const { overAt, heldUntil } = placement
  const isHeld = heldUntil !== null && heldUntil > tx.now
  const outcome = overAt <= tx.now || isHeld ? 'closed' : 'opened'
  const actor: Actor = { ...systemActor, carriedOutBy: 'schedule' }
  await tell(tx, actor, outcome, { previous: placement, next: placement }, await isSeen(tx, id))
  return outcome
}

/** Tells that a placement is held back from now on, because it is ahead of its goal or has reached it. */
export async function tellHeld(tx: Writer, actor: Actor, placement: StoredPlacement): Promise<void> {
  const same = { previous: placement, next: placement }
  await tell(tx, actor, 'closed', same, await isSeen(tx, placement.id))
}

/** A placement as the API and the change log have it. */
export function placementState({
  scopeType: type,
  scopeId: id,
  overAt: _overAt,
  nextEdgeAt: _nextEdgeAt,
  heldUntil: _heldUntil,
  ...placement
}: StoredPlacement) {
  return { ...placement, scope: type === 'site' ? { type } : { type, id } }
}

function columnsOf(scope: PlacementInput['scope']): ScopeColumns {
  return { scopeType: scope.type, scopeId: scope.type === 'site' ? '' : scope.id }
}

type ScopeColumns = Pick<StoredPlacement, 'scopeType' | 'scopeId'>

/** The scope that a merge patch makes of another one. */
function patchedScope(previous: ScopeColumns, patch: PlacementPatch['scope'] = {}): ScopeColumns {
  const { type: scopeType = previous.scopeType, id } = patch
  const kept = scopeType === 'site' ? '' : previous.scopeId
  return { scopeType, scopeId: id === undefined ? kept : (id ?? '') }
}

function isSeen(tx: Writer, id: string): Promise<boolean> {
  return tx.placements.areSeen({ id })
}

/** Throws `invalid-body` naming everything that it refers to and that is not there, and dates in the wrong order. */
async function checkPlacement(
  tx: Writer,
  placement: StoredPlacement,
  previous?: StoredPlacement,
): Promise<void> {
  const { slotId, creativeId, startsAt, endsAt } = placement
  const faults: Fault[] = []
  const missing = (pointer: string, what: string) =>
    faults.push({ pointer, code: 'not-found', detail: `there is no such ${what}` })
  if ((await tx.adSlots.find(slotId)) === undefined) missing('/slotId', 'ad slot')
  if ((await tx.creatives.find(creativeId)) === undefined) missing('/creativeId', 'creative')
  // Where it was placed it may stay: its article may be in the trash by now.
  const { scopeType, scopeId } = placement
  const isElsewhere = scopeType !== previous?.scopeType || scopeId !== previous.scopeId
  if (scopeType === 'site' && scopeId !== '')
    faults.push({ pointer: '/scope/id', code: 'not-allowed', detail: 'is of other scopes than `site`' })
  else if (isElsewhere && !(await hasScope(tx, placement))) missing('/scope/id', scopeType)
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt)
    faults.push({ pointer: '/endsAt', code: 'invalid', detail: 'must be after `startsAt`' })
  if (faults.length > 0) throw new Problem('invalid-body', 'The placement is not valid.', { errors: faults })
}

async function hasScope(tx: Writer, { scopeType, scopeId }: StoredPlacement): Promise<boolean> {
  if (scopeType === 'site') return true
  const found =
    scopeType === 'article'
      ? await tx.articles.existing([scopeId])
      : await tx.terms.existing(scopeType, [scopeId])
  return found.has(scopeId)
}

function tell(
  tx: Writer,
  actor: Actor,
  verb: 'created' | 'updated' | 'deleted' | EdgeOutcome,
  { previous, next }: States<StoredPlacement>,
  isPublic: boolean,
): Promise<void> {
  const { id, version } = next ?? previous
  return tellChange(tx, {
    type: `ad-placement.${verb}`,
    subject: { type: 'ad-placement', id, slug: null },
    actor,
    previous: previous && placementState(previous),
    next: next && placementState(next),
    version,
    visibility: isPublic ? 'public' : 'hidden',
  })
}
