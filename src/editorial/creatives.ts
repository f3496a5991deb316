import { v7 as newId } from 'uuid'
import { type CreativeInput, type CreativePatch, creativeDefaults } from '../contract/creative.ts'
import { type Fault, Problem } from '../contract/errors.ts'
import type { ArchivedCreative } from '../contract/export-records.ts'
import type { Actor } from '../contract/permissions.ts'
import type { CreativeRow } from '../store/creatives.ts'
import type { Writer } from '../store/index.ts'
import type { Expected } from './articles.ts'
import { type States, tellChange } from './change-log.ts'
import { getExpected } from './expected.ts'
import { withPatch } from './patches.ts'
import { keptAsItIs, type RestoreResult, restoredAs } from './restored.ts'
import { checkUnused } from './usages.ts'

/** Makes a creative. It is shown nowhere until it is placed. Throws `invalid-body`. */
export async function createCreative(tx: Writer, actor: Actor, input: CreativeInput): Promise<CreativeRow> {
  const creative = { id: newId(), ...input, version: 1, createdAt: tx.now, updatedAt: tx.now }
  await checkCreative(tx, creative)
  await tx.creatives.insert(creative)
  await tell(tx, actor, 'created', { previous: null, next: creative }, 'hidden')
  return creative
}

/**
 * Changes a creative, live at once wherever it is placed: what the patch leaves out stays. Throws `not-found`,
 * `version-mismatch`, `invalid-body`.
 */
export async function patchCreative(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  patch: CreativePatch,
): Promise<CreativeRow> {
  const previous = await getExpected(tx.creatives, id, expected)
  const next = {
    ...withPatch(previous, patch, creativeDefaults),
    version: previous.version + 1,
    updatedAt: tx.now,
  }
  await checkCreative(tx, next)
  await tx.creatives.update(previous, next)
  const isSeen = await tx.placements.areSeen({ creativeId: id })
  await tell(tx, actor, 'updated', { previous, next }, isSeen ? 'public' : 'hidden')
  return next
}

/** Deletes a creative that is placed nowhere. Throws `not-found`, `version-mismatch`, `in-use`. */
export async function deleteCreative(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<void> {
  const previous = await getExpected(tx.creatives, id, expected)
  checkUnused('creative', 'ad-placement', await tx.placements.usagesOf({ creativeId: id }))
  await tx.creatives.remove(previous)
  await tell(tx, actor, 'deleted', { previous, next: null }, 'hidden')
}

/** Puts a creative of an archive back. Throws `invalid-body`. */
export async function restoreCreative(
  tx: Writer,
  actor: Actor,
  { type: _line, ...creative }: ArchivedCreative,
): Promise<RestoreResult> {
  const { id } = creative
  const previous = await tx.creatives.find(id)
  const kept = keptAsItIs(previous, creative)
  if (kept) return kept
  await checkCreative(tx, creative)
  if (previous) await tx.creatives.update(previous, creative)
  else await tx.creatives.insert(creative)
  const isSeen = await tx.placements.areSeen({ creativeId: id })
  const states = { previous: previous ?? null, next: creative }
  await tell(tx, actor, previous ? 'updated' : 'created', states, isSeen ? 'public' : 'hidden')
  return restoredAs(previous, id)
}

async function checkCreative(tx: Writer, { advertiserId, format, html }: CreativeRow): Promise<void> {
  const faults: Fault[] = []
  if (advertiserId !== null && (await tx.advertisers.find(advertiserId)) === undefined)
    faults.push({ pointer: '/advertiserId', code: 'not-found', detail: 'there is no such advertiser' })
  if (format === 'html' && html === null)
    faults.push({ pointer: '/html', code: 'required', detail: 'must be there where the format is `html`' })
  if (format !== 'html' && html !== null)
    faults.push({
      ...{ pointer: '/html', code: 'not-allowed' },
      detail: 'is of the format `html` alone; leave it out or send null',
    })
  if (faults.length > 0) throw new Problem('invalid-body', 'The creative is not valid.', { errors: faults })
}

function tell(
  tx: Writer,
  actor: Actor,
  verb: 'created' | 'updated' | 'deleted',
  { previous, next }: States<CreativeRow>,
  visibility: 'public' | 'hidden',
): Promise<void> {
  const { id, title: name, version } = next ?? previous
  const subject = { type: 'creative', id, slug: null } as const
  return tellChange(tx, {
    ...{ type: `creative.${verb}`, subject, actor, previous, next, version },
    details: { name },
    visibility,
  })
}
