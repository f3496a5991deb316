import { holdOf, isOtherHold } from '../contract/ad-pacing.ts'
import { edgesOf } from '../contract/ad-window.ts'
import { systemActor } from '../contract/permissions.ts'
import type { AddedEvents, NewAdEvent } from '../store/ad-counts.ts'
import type { Writer } from '../store/index.ts'
import { tellHeld } from './ad-placements.ts'

/**
 * Counts events that were not counted before, and holds back the placements that got ahead of what was sold of them:
 * that alone is a change, told in the same transaction, so that no instance shows them any longer.
 */
export async function countAdEvents(tx: Writer, events: readonly NewAdEvent[]): Promise<AddedEvents> {
  const added = await tx.adCounts.add(events)
  for (const [placementId, impressions] of added.soldTotals) await hold(tx, placementId, impressions)
  return added
}

async function hold(tx: Writer, placementId: string, impressions: number): Promise<void> {
  const placement = await tx.placements.find(placementId)
  if (!placement) return
  const { heldUntil: previous } = placement
  const heldUntil = holdOf(placement, impressions, tx.now)
  if (!isOtherHold(placement, previous, heldUntil, tx.now)) return
  const { nextEdgeAt } = edgesOf({ ...placement, heldUntil }, tx.now)
  await tx.placements.setHold(placement, { heldUntil, nextEdgeAt })
  // Readers see no difference where it is held back already.
  if (previous === null || previous <= tx.now) await tellHeld(tx, systemActor, placement)
}
