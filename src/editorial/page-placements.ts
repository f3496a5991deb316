import { v7 as newId } from 'uuid'
import { edgesOf } from '../contract/ad-window.ts'
import type { SubjectType } from '../contract/change.ts'
import type { Actor } from '../contract/permissions.ts'
import type { PlainTextPage } from '../importers/plain-text-page.ts'
import type { Writer } from '../store/index.ts'
import type { StoredPlacement } from '../store/placements.ts'
import { placementState } from './ad-placements.ts'
import { tellChange } from './change-log.ts'
import type { LoggedState } from './differences.ts'

interface Placing {
  readonly actor: Actor
  /** Whether the article is public: the ads of a draft leave no public trace. */
  readonly visibility: 'public' | 'hidden'
}

type PagePlacement = PlainTextPage['placements'][number]

const slotNames = { 'after-body': 'After the body', 'after-related': 'After the related articles' } as const

/** More than any page shows; a slot that the importer makes holds back nothing that the page had. */
const maxPlacements = 20

/**
 * Makes the article's ads those of its page. Only placements that an import made are replaced: those that
 * people placed stay. Slots and creatives that do not exist yet are made. Answers the ids of the placements.
 */
export async function replacePlacements(
  tx: Writer,
  articleId: string,
  wanted: readonly PagePlacement[],
  previousIds: readonly string[],
  placing: Placing,
): Promise<string[]> {
  const previous = await tx.ads.listPlacements(previousIds)
  const unused = [...previous]
  const ids: string[] = []
  for (const { slot, position, creative } of wanted) {
    const slotId = await slotOf(tx, slot, placing)
    const creativeId = await creativeOf(tx, creative, placing)
    const same = unused.findIndex(
      (old) => old.slotId === slotId && old.creativeId === creativeId && old.position === position,
    )
    const [kept] = same === -1 ? [] : unused.splice(same, 1)
    ids.push(kept?.id ?? (await place(tx, { slotId, creativeId, position, articleId }, placing)))
  }
  for (const old of unused) {
    await tx.ads.deletePlacement(old.id)
    await tellChange(tx, {
      type: 'ad-placement.deleted',
      subject: { type: 'ad-placement', id: old.id, slug: null },
      ...placing,
      previous: placementState(old),
      next: null,
      version: old.version,
    })
  }
  return ids
}

async function place(
  tx: Writer,
  { articleId, ...placement }: { slotId: string; creativeId: string; position: number; articleId: string },
  placing: Placing,
): Promise<string> {
  const made: StoredPlacement = {
    id: newId(),
    ...placement,
    scopeType: 'article',
    scopeId: articleId,
    startsAt: null,
    endsAt: null,
    priority: 'standard',
    weight: 1,
    goal: null,
    status: 'active',
    heldUntil: null,
    ...edgesOf({ startsAt: null, endsAt: null, heldUntil: null }, tx.now),
    ...firstVersion(tx),
  }
  await tx.ads.insertPlacement(made)
  await tellMade(tx, { type: 'ad-placement', id: made.id, slug: null }, placementState(made), placing)
  return made.id
}

async function slotOf(tx: Writer, key: PagePlacement['slot'], placing: Placing): Promise<string> {
  const found = (await tx.ads.listSlots()).find((slot) => slot.key === key)
  if (found) return found.id
  const slot = {
    id: newId(),
    key,
    name: slotNames[key],
    place: key,
    afterBlock: null,
    sizes: [],
    maxPlacements,
    label: 'Advertisement',
    ...firstVersion(tx),
  }
  await tx.ads.insertSlot(slot)
  await tellMade(tx, { type: 'ad-slot', id: slot.id, slug: key }, slot, placing)
  return slot.id
}

async function creativeOf(tx: Writer, title: string, placing: Placing): Promise<string> {
  const found = await tx.ads.findTextCreative(title)
  if (found) return found.id
  const creative = {
    id: newId(),
    title,
    format: 'text' as const,
    clickUrl: null,
    html: null,
    sizes: [],
    exclusionLabels: [],
    advertiserId: null,
    ...firstVersion(tx),
  }
  await tx.ads.insertCreative(creative)
  await tellMade(tx, { type: 'creative', id: creative.id, slug: null }, creative, placing)
  return creative.id
}

function firstVersion({ now }: Writer) {
  return { version: 1, createdAt: now, updatedAt: now }
}

function tellMade<Subject extends SubjectType & ('ad-slot' | 'creative' | 'ad-placement')>(
  tx: Writer,
  subject: { readonly type: Subject; readonly id: string; readonly slug: string | null },
  next: LoggedState<Subject>,
  placing: Placing,
): Promise<void> {
  const type = `${subject.type}.created` as const
  return tellChange(tx, { ...placing, type, subject, previous: null, next, version: 1 })
}
