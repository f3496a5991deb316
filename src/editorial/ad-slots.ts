import { v7 as newId } from 'uuid'
import { type SlotInput, type SlotPatch, slotDefaults } from '../contract/ad-slot.ts'
import { type Fault, Problem } from '../contract/errors.ts'
import type { ArchivedAdSlot } from '../contract/export-records.ts'
import type { Actor } from '../contract/permissions.ts'
import type { StoredAdSlot } from '../store/ad-slots.ts'
import type { Writer } from '../store/index.ts'
import type { Expected } from './articles.ts'
import { type States, tellChange } from './change-log.ts'
import { getExpected } from './expected.ts'
import { withPatch } from './patches.ts'
import { keptAsItIs, type RestoreResult, restoredAs } from './restored.ts'
import { checkUnused } from './usages.ts'

/** Makes a slot, live at once. Throws `key-taken`, `invalid-body`. */
export async function createSlot(tx: Writer, actor: Actor, input: SlotInput): Promise<StoredAdSlot> {
  const slot = { id: newId(), ...input, version: 1, createdAt: tx.now, updatedAt: tx.now }
  checkSlot(slot)
  await checkKey(tx, slot.key)
  await tx.adSlots.insert(slot)
  await tell(tx, actor, 'created', { previous: null, next: slot }, 'public')
  return slot
}

/**
 * Changes a slot, live at once: what the patch leaves out stays. Throws `not-found`, `version-mismatch`, `key-taken`,
 * `invalid-body`.
 */
export async function patchSlot(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  patch: SlotPatch,
): Promise<StoredAdSlot> {
  const previous = await getExpected(tx.adSlots, id, expected)
  const slot = {
    ...withPatch(previous, patch, slotDefaults),
    version: previous.version + 1,
    updatedAt: tx.now,
  }
  checkSlot(slot)
  if (slot.key !== previous.key) await checkKey(tx, slot.key)
  await tx.adSlots.update(previous, slot)
  const isSeen = seenOf(previous) !== seenOf(slot)
  await tell(tx, actor, 'updated', { previous, next: slot }, isSeen ? 'public' : 'hidden')
  return slot
}

/** Deletes a slot that no placement is in. Throws `not-found`, `version-mismatch`, `in-use`. */
export async function deleteSlot(tx: Writer, actor: Actor, id: string, expected: Expected): Promise<void> {
  const previous = await getExpected(tx.adSlots, id, expected)
  checkUnused('slot', 'ad-placement', await tx.placements.usagesOf({ slotId: id }))
  await tx.adSlots.remove(previous)
  await tell(tx, actor, 'deleted', { previous, next: null }, 'public')
}

/** Puts a slot of an archive back. Throws `key-taken`, `invalid-body`. */
export async function restoreSlot(
  tx: Writer,
  actor: Actor,
  { type: _line, ...slot }: ArchivedAdSlot,
): Promise<RestoreResult> {
  const previous = await tx.adSlots.find(slot.id)
  const kept = keptAsItIs(previous, slot, previous?.key)
  if (kept) return kept
  checkSlot(slot)
  if (slot.key !== previous?.key) await checkKey(tx, slot.key)
  if (previous) await tx.adSlots.update(previous, slot)
  else await tx.adSlots.insert(slot)
  const states = { previous: previous ?? null, next: slot }
  await tell(tx, actor, previous ? 'updated' : 'created', states, 'public')
  return restoredAs(previous, slot.id, slot.key)
}

/** All that readers' pages are told of a slot. */
function seenOf({ key, place, afterBlock, sizes, maxPlacements, label }: StoredAdSlot): string {
  return JSON.stringify([key, place, afterBlock, sizes, maxPlacements, label])
}

function checkSlot({ place, afterBlock }: StoredAdSlot): void {
  const isInBody = place === 'in-body'
  if (isInBody === (afterBlock !== null)) return
  const fault: Fault = {
    pointer: '/afterBlock',
    ...(isInBody
      ? { code: 'required', detail: 'must say after which paragraph a slot in the body stands' }
      : { code: 'not-allowed', detail: 'is of slots in the body alone; leave it out or send null' }),
  }
  throw new Problem('invalid-body', 'The slot is not valid.', { errors: [fault] })
}

async function checkKey(tx: Writer, key: string): Promise<void> {
  if ((await tx.adSlots.findByKey(key)) === undefined) return
  throw new Problem('key-taken', `Another slot has the key ${key}.`, {
    errors: [{ pointer: '/key', code: 'key-taken', detail: 'is the key of another slot' }],
  })
}

function tell(
  tx: Writer,
  actor: Actor,
  verb: 'created' | 'updated' | 'deleted',
  { previous, next }: States<StoredAdSlot>,
  visibility: 'public' | 'hidden',
): Promise<void> {
  const { id, key, name, version } = next ?? previous
  const subject = { type: 'ad-slot', id, slug: key } as const
  return tellChange(tx, {
    ...{ type: `ad-slot.${verb}`, subject, actor, previous, next, version },
    details: { name },
    visibility,
  })
}
