import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { explainedSince, explainedView } from '../ads/explain.ts'
import { explainAds, type SlotChoice } from '../ads/select.ts'
import { type AdPreview, adPreview, explainedDays, pageParameters } from '../contract/ad-choice.ts'
import { Problem } from '../contract/errors.ts'
import { id, instantInput } from '../contract/text.ts'
import type { AdInventory } from '../store/ad-inventory.ts'
import type { AdCandidate, StoredSlot } from '../store/ad-placements.ts'
import type { Db } from '../store/index.ts'
import { adPermission, adTags } from './ad-resource.ts'

interface PreviewOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

const params = z.strictObject({ id })
const at = instantInput.optional().describe('The instant; now when absent. Pauses are those of now.')

/** What pages would show at an instant, and why. */
export const manageAdPreviews: FastifyPluginAsyncZod<PreviewOptions> = async (app, { db, clock }) => {
  const instantOf = (at: string | undefined) => at ?? new Date(clock()).toISOString()
  const sinceOf = (at: string) => explainedSince(Date.parse(at), explainedDays)

  app.get(
    '/articles/:id/ads',
    {
      schema: {
        operationId: 'previewArticleAds',
        tags: adTags,
        summary: 'Read which ads an article shows at an instant, and why',
        description:
          'Of an article that is public, as readers have it; of any other, as it would be if it were published as it is.',
        params,
        querystring: z.strictObject({ at }),
        response: { 200: adPreview },
      },
      config: { permission: adPermission },
    },
    async (request) => {
      const at = instantOf(request.query.at)
      const { id } = request.params
      const inventory = await db.read(
        async ({ adInventories }) =>
          (await adInventories.find({ articleId: id }, sinceOf(at))) ??
          (await adInventories.findWorking(id, sinceOf(at))),
      )
      if (!inventory) throw new Problem('not-found', 'There is no such article.')
      return previewOf(inventory, at)
    },
  )

  app.get(
    '/ads',
    {
      schema: {
        operationId: 'previewPageAds',
        tags: adTags,
        summary: 'Read which ads a page that is no article shows at an instant, and why',
        description:
          'Such as the page of a section. Of a page that shows some of the slots alone, name those. Competitors are kept apart in all of them, as in a decision; `GET /v1/ad-slots/{key}/placements` knows one slot at a time: name that one to see what it answers.',
        querystring: z.strictObject({
          ...pageParameters,
          slot: pageParameters.tag
            .describe('Keys of the slots of the page; all when absent.')
            .meta({ examples: ['top'] }),
          at,
        }),
        response: { 200: adPreview },
      },
      config: { permission: adPermission },
    },
    async (request) => {
      const { section, tag = [], slot } = request.query
      const at = instantOf(request.query.at)
      const tags = tag.flat()
      const inventory = await db.read(({ adInventories }) =>
        adInventories.find({ section, tags }, sinceOf(at)),
      )
      if (!inventory) throw new Error('a page that is no article was not found')
      const keys = slot?.flat()
      const slots = inventory.slots.filter(({ key }) => keys === undefined || keys.includes(key))
      return previewOf({ ...inventory, slots }, at)
    },
  )
}

function previewOf(inventory: AdInventory, at: string): AdPreview {
  const choices = explainAds({ ...inventory, now: at })
  return {
    articleId: inventory.articleId,
    adsPaused: inventory.page.isPaused,
    at,
    ads: choices.filter(({ chosen }) => chosen.length > 0).map(slotView),
    slots: explainedView(choices),
  }
}

function slotView({ slot, afterKey, chosen }: SlotChoice<StoredSlot, AdCandidate>): AdPreview['ads'][number] {
  return {
    slot: slot.key,
    label: slot.label,
    anchor: { place: slot.place, ...(afterKey === undefined ? {} : { afterKey }) },
    placements: chosen.map(({ id, position, creative }) => {
      const { exclusionLabels: _, sizes, ...shown } = creative
      return { id, position, creative: { ...shown, sizes: [...sizes], rel: 'sponsored noopener' as const } }
    }),
  }
}
