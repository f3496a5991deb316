import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { adPriorities, adStatuses, creativeFormats } from '../contract/ad.ts'
import { managedPlacement, placementInput, placementPatch } from '../contract/ad-placement.ts'
import { managedSlot, slotInput, slotPatch } from '../contract/ad-slot.ts'
import { advertiserInput, advertiserPatch, managedAdvertiser } from '../contract/advertiser.ts'
import { creativeInput, creativePatch, managedCreative } from '../contract/creative.ts'
import { anyIdOr, someOf } from '../contract/filter.ts'
import { deletePlacement, patchPlacement, placeAd, placementState } from '../editorial/ad-placements.ts'
import { createSlot, deleteSlot, patchSlot } from '../editorial/ad-slots.ts'
import { createAdvertiser, deleteAdvertiser, patchAdvertiser } from '../editorial/advertisers.ts'
import { createCreative, deleteCreative, patchCreative } from '../editorial/creatives.ts'
import type { Db } from '../store/index.ts'
import { manageAdResource } from './ad-resource.ts'

const idsOf = (what: string, example: string, words: readonly string[] = []) =>
  anyIdOr(words)
    .optional()
    .describe(`Ids of ${what}, separated by commas: any of them.`)
    .meta({ type: 'string', items: undefined, examples: [example] })
const oneOf = <Value extends string>(values: readonly [Value, ...Value[]], what: string) =>
  someOf(values)
    .optional()
    .describe(`${what}, separated by commas: any of them.`)
    .meta({ type: 'string', items: undefined, examples: [values.slice(0, 2).join()] })

/** Slots, advertisers, creatives and placements. What is changed here is live at once. */
export const manageAds: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  manageAdResource(app, db, {
    path: '/ad-slots',
    names: { one: 'AdSlot', many: 'AdSlots' },
    words: { one: 'a slot', many: 'slots', order: 'by key' },
    filter: {},
    sortKey: 'slug',
    input: slotInput,
    patch: slotPatch,
    view: managedSlot,
    errors: ['key-taken'],
    deletingErrors: ['in-use'],
    deleting: 'a slot that no placement is in',
    list: ({ adSlots }, _filter, page) => adSlots.list(page),
    count: ({ adSlots }) => adSlots.count(),
    get: ({ adSlots }, id) => adSlots.get(id),
    create: createSlot,
    change: patchSlot,
    remove: deleteSlot,
    show: (slot) => slot,
  })

  manageAdResource(app, db, {
    path: '/advertisers',
    names: { one: 'Advertiser', many: 'Advertisers' },
    words: { one: 'an advertiser', many: 'advertisers', order: 'the newest first' },
    filter: { status: oneOf(adStatuses, 'States') },
    sortKey: 'id',
    input: advertiserInput,
    patch: advertiserPatch,
    view: managedAdvertiser,
    errors: [],
    deletingErrors: ['in-use'],
    deleting: 'an advertiser who has no creatives',
    list: ({ advertisers }, filter, page) => advertisers.list({ ...filter, ...page }),
    count: ({ advertisers }, filter) => advertisers.count(filter),
    get: ({ advertisers }, id) => advertisers.get(id),
    create: createAdvertiser,
    change: patchAdvertiser,
    remove: deleteAdvertiser,
    show: (advertiser) => advertiser,
  })

  manageAdResource(app, db, {
    path: '/creatives',
    names: { one: 'Creative', many: 'Creatives' },
    words: { one: 'a creative', many: 'creatives', order: 'the newest first' },
    filter: {
      advertiser: idsOf('advertisers', '018ced2a-4000-7000-8000-00000000f301'),
      format: oneOf(creativeFormats, 'Formats'),
    },
    sortKey: 'id',
    input: creativeInput,
    patch: creativePatch,
    view: managedCreative,
    errors: [],
    deletingErrors: ['in-use'],
    deleting: 'a creative that is placed nowhere',
    list: ({ creatives }, filter, page) => creatives.list({ ...creativesOf(filter), ...page }),
    count: ({ creatives }, filter) => creatives.count(creativesOf(filter)),
    get: ({ creatives }, id) => creatives.get(id),
    create: createCreative,
    change: patchCreative,
    remove: deleteCreative,
    show: (creative) => creative,
  })

  manageAdResource(app, db, {
    path: '/ad-placements',
    names: { one: 'AdPlacement', many: 'AdPlacements' },
    words: { one: 'a placement', many: 'placements', order: 'the newest first' },
    filter: placementFilter,
    sortKey: 'id',
    input: placementInput,
    patch: placementPatch,
    view: managedPlacement,
    errors: [],
    deletingErrors: [],
    deleting: 'a placement',
    list: ({ placements }, filter, page) => placements.list({ ...placementsOf(filter), ...page }),
    count: ({ placements }, filter) => placements.count(placementsOf(filter)),
    get: ({ placements }, id) => placements.get(id),
    create: placeAd,
    change: patchPlacement,
    remove: deletePlacement,
    show: placementState,
  })
}

const placementFilter = {
  slot: idsOf('slots', '018ced2a-4000-7000-8000-00000000f201'),
  creative: idsOf('creatives', '018ced2a-4000-7000-8000-00000000f101'),
  advertiser: idsOf('advertisers', '018ced2a-4000-7000-8000-00000000f301'),
  scope: idsOf('sections, tags and articles, or `site`', 'site', ['site']),
  status: oneOf(adStatuses, 'States'),
  priority: oneOf(adPriorities, 'Priorities'),
}
type PlacementFilter = z.output<z.ZodObject<typeof placementFilter>>

function placementsOf({ slot, creative, advertiser, scope, ...others }: PlacementFilter) {
  return {
    ...others,
    slotIds: slot,
    creativeIds: creative,
    advertiserIds: advertiser,
    scopes: scope,
  }
}

function creativesOf({
  advertiser,
  format,
}: {
  readonly advertiser?: string[] | undefined
  readonly format?: (typeof creativeFormats)[number][] | undefined
}) {
  return { advertiserIds: advertiser, formats: format }
}
