import { v7 as newId } from 'uuid'
import { edgesOf } from '../../src/contract/ad-window.ts'
import type { SubjectType } from '../../src/contract/change.ts'
import type { Actor } from '../../src/contract/permissions.ts'
import { placementState } from '../../src/editorial/ad-placements.ts'
import { tellChange } from '../../src/editorial/change-log.ts'
import type { Writer } from '../../src/store/index.ts'

/**
 * Two slots that every page has, with an ad of the whole site in one and an ad of each section in the other. The ads of
 * single articles are made with the articles.
 */
export async function placeSiteAds(tx: Writer, actor: Actor, sectionIds: readonly string[]): Promise<void> {
  const first = { version: 1, createdAt: tx.now, updatedAt: tx.now }
  const tell = (type: SubjectType & ('ad-slot' | 'creative' | 'ad-placement'), id: string, next: object) =>
    tellChange(tx, {
      type: `${type}.created`,
      subject: { type, id, slug: 'key' in next ? String(next.key) : null },
      actor,
      previous: null,
      next,
      version: 1,
      visibility: 'public',
    })
  const slots = await tx.ads.listSlots()
  const slotOf = async (place: 'top' | 'sidebar') => {
    const known = slots.find(({ key }) => key === place)
    if (known) return known.id
    const slot = {
      ...{ id: newId(), key: place, name: place, place, afterBlock: null, sizes: ['300x250', '728x90'] },
      ...{ maxPlacements: 1, label: 'Advertisement', ...first },
    }
    await tx.ads.insertSlot(slot)
    await tell('ad-slot', slot.id, slot)
    return slot.id
  }
  const creativeOf = async (title: string) => {
    const html = `<a href="https://shop.example/"><img src="https://shop.example/ad.png" alt="${title}"></a>`
    const creative = {
      ...{ id: newId(), title, format: 'html' as const, clickUrl: 'https://shop.example/', html },
      ...{ sizes: ['300x250'], exclusionLabels: [], advertiserId: null, ...first },
    }
    await tx.ads.insertCreative(creative)
    await tell('creative', creative.id, creative)
    return creative.id
  }
  const place = async (slotId: string, creativeId: string, sectionId: string | undefined) => {
    const placement = {
      ...{ id: newId(), slotId, creativeId, position: 1, startsAt: null, endsAt: null },
      ...(sectionId === undefined
        ? { scopeType: 'site' as const, scopeId: '' }
        : { scopeType: 'section' as const, scopeId: sectionId }),
      ...{ priority: 'standard' as const, weight: 1, goal: null, status: 'active' as const },
      heldUntil: null,
      ...edgesOf({ startsAt: null, endsAt: null, heldUntil: null }, tx.now),
      ...first,
    }
    await tx.ads.insertPlacement(placement)
    await tell('ad-placement', placement.id, placementState(placement))
  }
  await place(await slotOf('top'), await creativeOf('Electric Scooters for all'), undefined)
  const sidebar = await slotOf('sidebar')
  for (const [index, sectionId] of sectionIds.entries())
    await place(sidebar, await creativeOf(`Electric Scooters, part ${index + 1}`), sectionId)
}
