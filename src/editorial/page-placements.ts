import { v7 as newId } from 'uuid'
import type { ChangeSubject, ChangeType } from '../contract/change.ts'
import { systemActor } from '../contract/permissions.ts'
import type { PlainTextPage } from '../importers/plain-text-page.ts'
import type { Writer } from '../store/index.ts'
import { referenceOf } from './versions.ts'

/** Whether the article is public: the ads of a draft leave no public trace. */
type Visibility = 'public' | 'hidden'

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
  visibility: Visibility,
): Promise<string[]> {
  const previous = await tx.ads.listPlacements(previousIds)
  const unused = [...previous]
  const ids: string[] = []
  for (const { slot, position, creative } of wanted) {
    const slotId = await slotOf(tx, slot, visibility)
    const creativeId = await creativeOf(tx, creative, visibility)
    const same = unused.findIndex(
      (old) => old.slotId === slotId && old.creativeId === creativeId && old.position === position,
    )
    const [kept] = same === -1 ? [] : unused.splice(same, 1)
    ids.push(kept?.id ?? (await place(tx, { slotId, creativeId, position, articleId }, visibility)))
  }
  for (const { id } of unused) {
    await tx.ads.deletePlacement(id)
    await tell(tx, 'ad-placement.deleted', { type: 'ad-placement', id, slug: null }, visibility)
  }
  return ids
}

async function place(
  tx: Writer,
  { articleId, ...placement }: { slotId: string; creativeId: string; position: number; articleId: string },
  visibility: Visibility,
): Promise<string> {
  const id = newId()
  await tx.ads.insertPlacement({
    id,
    ...placement,
    scopeType: 'article',
    scopeId: articleId,
    startsAt: null,
    endsAt: null,
    priority: 'standard',
    weight: 1,
    goal: null,
    status: 'active',
    ...firstVersion(tx),
  })
  await tell(tx, 'ad-placement.created', { type: 'ad-placement', id, slug: null }, visibility)
  return id
}

async function slotOf(tx: Writer, key: PagePlacement['slot'], visibility: Visibility): Promise<string> {
  const found = (await tx.ads.listSlots()).find((slot) => slot.key === key)
  if (found) return found.id
  const id = newId()
  await tx.ads.insertSlot({
    id,
    key,
    name: slotNames[key],
    place: key,
    afterBlock: null,
    sizes: [],
    maxPlacements,
    label: 'Advertisement',
    ...firstVersion(tx),
  })
  await tell(tx, 'ad-slot.created', { type: 'ad-slot', id, slug: key }, visibility)
  return id
}

async function creativeOf(tx: Writer, title: string, visibility: Visibility): Promise<string> {
  const found = await tx.ads.findTextCreative(title)
  if (found) return found.id
  const id = newId()
  await tx.ads.insertCreative({
    id,
    title,
    format: 'text',
    clickUrl: null,
    html: null,
    sizes: [],
    exclusionLabels: [],
    ...firstVersion(tx),
  })
  await tell(tx, 'creative.created', { type: 'creative', id, slug: null }, visibility)
  return id
}

function firstVersion({ now }: Writer) {
  return { version: 1, createdAt: now, updatedAt: now }
}

function tell(tx: Writer, type: ChangeType, subject: ChangeSubject, visibility: Visibility): Promise<void> {
  return tx.changes.append({ type, subject, actor: referenceOf(systemActor), visibility })
}
