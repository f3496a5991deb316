import { v7 as newId } from 'uuid'
import type { AdStatus } from '../contract/ad.ts'
import type { AdvertiserInput, AdvertiserPatch } from '../contract/advertiser.ts'
import type { ArchivedAdvertiser } from '../contract/export-records.ts'
import type { Actor } from '../contract/permissions.ts'
import type { StoredAdvertiser } from '../store/advertisers.ts'
import type { Writer } from '../store/index.ts'
import type { Expected } from './articles.ts'
import { type States, tellChange } from './change-log.ts'
import { getExpected } from './expected.ts'
import { withPatch } from './patches.ts'
import { keptAsItIs, type RestoreResult, restoredAs } from './restored.ts'
import { checkUnused } from './usages.ts'

export async function createAdvertiser(
  tx: Writer,
  actor: Actor,
  { name }: AdvertiserInput,
): Promise<StoredAdvertiser> {
  const advertiser: StoredAdvertiser = {
    ...{ id: newId(), name, status: 'active' },
    ...{ version: 1, createdAt: tx.now, updatedAt: tx.now },
  }
  await tx.advertisers.insert(advertiser)
  await tell(tx, actor, 'created', { previous: null, next: advertiser }, 'hidden')
  return advertiser
}

/** Changes what an advertiser is called. Throws `not-found`, `version-mismatch`. */
export async function patchAdvertiser(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  patch: AdvertiserPatch,
): Promise<StoredAdvertiser> {
  const previous = await getExpected(tx.advertisers, id, expected)
  const next = { ...withPatch(previous, patch), version: previous.version + 1, updatedAt: tx.now }
  await tx.advertisers.update(previous, next)
  await tell(tx, actor, 'updated', { previous, next }, 'hidden')
  return next
}

/**
 * Pauses or resumes all ads of an advertiser, at once. Where it is so already, nothing changes. Throws `not-found`,
 * `version-mismatch`.
 */
export async function setAdvertiserStatus(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  status: AdStatus,
): Promise<StoredAdvertiser> {
  const previous = await getExpected(tx.advertisers, id, expected)
  if (previous.status === status) return previous
  const next = { ...previous, status, version: previous.version + 1, updatedAt: tx.now }
  await tx.advertisers.update(previous, next)
  const isSeen = await tx.placements.areSeen({ advertiserId: id })
  const verb = status === 'paused' ? 'paused' : 'resumed'
  await tell(tx, actor, verb, { previous, next }, isSeen ? 'public' : 'hidden')
  return next
}

/** Deletes an advertiser who has no creatives. Throws `not-found`, `version-mismatch`, `in-use`. */
export async function deleteAdvertiser(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<void> {
  const previous = await getExpected(tx.advertisers, id, expected)
  checkUnused('advertiser', 'creative', await tx.creatives.usagesOf(id))
  await tx.advertisers.remove(previous)
  await tell(tx, actor, 'deleted', { previous, next: null }, 'hidden')
}

/** Puts an advertiser of an archive back. */
export async function restoreAdvertiser(
  tx: Writer,
  actor: Actor,
  { type: _line, ...advertiser }: ArchivedAdvertiser,
): Promise<RestoreResult> {
  const { id } = advertiser
  const previous = await tx.advertisers.find(id)
  const kept = keptAsItIs(previous, advertiser)
  if (kept) return kept
  if (previous) await tx.advertisers.update(previous, advertiser)
  else await tx.advertisers.insert(advertiser)
  const isSeen = await tx.placements.areSeen({ advertiserId: id })
  const states = { previous: previous ?? null, next: advertiser }
  await tell(tx, actor, previous ? 'updated' : 'created', states, isSeen ? 'public' : 'hidden')
  return restoredAs(previous, id)
}

function tell(
  tx: Writer,
  actor: Actor,
  verb: 'created' | 'updated' | 'paused' | 'resumed' | 'deleted',
  { previous, next }: States<StoredAdvertiser>,
  visibility: 'public' | 'hidden',
): Promise<void> {
  const { id, name, version } = next ?? previous
  const subject = { type: 'advertiser', id, slug: null } as const
  return tellChange(tx, {
    ...{ type: `advertiser.${verb}`, subject, actor, previous, next, version },
    details: { name },
    visibility,
  })
}
