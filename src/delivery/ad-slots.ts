import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { selectAds } from '../ads/select.ts'
import { pageParameters, slotPlacements } from '../contract/ad-choice.ts'
import { Problem } from '../contract/errors.ts'
import type { Answering } from './answering.ts'
import { adTimes } from './caching.ts'
import { keyPath } from './parameters.ts'
import { placementView, type ViewContext } from './views.ts'

interface DeliveryOptions {
  readonly answering: Answering
  readonly context: ViewContext
}

const params = keyPath('slot', 'after-body')

/** Ads of pages that are no articles. */
export const deliverAdSlots: FastifyPluginAsyncZod<DeliveryOptions> = async (app, { answering, context }) => {
  app.get(
    '/v1/ad-slots/:key/placements',
    {
      schema: {
        operationId: 'listSlotPlacements',
        tags: ['Delivery'],
        summary: 'Read what to show in a slot of a page that is no article',
        description:
          'Ads of the whole site, and of the section and the tags of the page. The same for all who ask, so that it can be cached. Competitors are kept apart in this slot alone, because nobody has said which others the page has; `POST /v1/ads/decisions` keeps them apart in all slots that it is asked for, and chooses by lot.',
        params,
        querystring: z.strictObject(pageParameters),
        response: { 200: slotPlacements },
      },
    },
    async (request, reply) => {
      const { key } = request.params
      const { section, tag = [] } = request.query
      const tags = [...new Set(tag.flat())]
      return answering(request, reply, async (published) => {
        const nowMs = context.clock()
        const now = new Date(nowMs).toISOString()
        const inventory = await published.findAdInventory({ section, tags }, now)
        const slots = inventory?.slots.filter((slot) => slot.key === key) ?? []
        const [slot] = slots
        if (!inventory || !slot) throw new Problem('not-found', 'There is no such ad slot.')
        // Competitors are kept apart within the slot: which others the page has, nobody has said.
        const [choice] = selectAds({ ...inventory, slots, now })
        const shown = choice?.chosen ?? []
        return {
          answer: {
            slot: slot.key,
            label: slot.label,
            data: shown.map((candidate) => placementView(candidate, null, context.adTokenKey, nowMs)),
          },
          cacheTags: [
            `slot:${slot.key}`,
            ...(section === undefined ? [] : [`section:${section}`]),
            ...tags.map((one) => `tag:${one}`),
          ],
          times: adTimes(inventory.candidates, nowMs),
        }
      })
    },
  )
}
