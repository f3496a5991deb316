import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from '../contract/errors.ts'
import { id } from '../contract/text.ts'
import type { AdCounter } from '../counting/counter.ts'
import { senderOf } from '../counting/sender.ts'
import type { createAdTargets } from './ad-targets.ts'

interface ClickOptions {
  readonly targets: ReturnType<typeof createAdTargets>
  readonly counter: AdCounter
}

const params = z.strictObject({ placementId: id })

/** Whatever else stands there makes no difference, so that no link breaks that something was added to. */
const parameters = z.looseObject({
  token: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('The `token` of the placement, as it was delivered: without it nothing is counted.')
    .meta({ type: 'string', anyOf: undefined }),
})

const movedToAdvertiser = z
  .undefined()
  .describe('`Location` is where the creative leads, as it is stored, whatever the query says.')

/** The way of a reader's click to the advertiser. */
export const deliverAdClicks: FastifyPluginAsyncZod<ClickOptions> = async (app, { targets, counter }) => {
  app.get(
    '/v1/ads/:placementId/click',
    {
      schema: {
        operationId: 'followAd',
        tags: ['Delivery'],
        summary: 'Count a click and lead on to the advertiser',
        description:
          'For the `href` of an ad. Leads to the `clickUrl` of the creative and nowhere else; the advertiser learns from which site the reader came and not from which page. A click counts as a `click` of `POST /v1/ads/events` does, with a valid token of this placement, once for each reader; `HEAD`, bots and browsers that fetch ahead count for nothing and are led on all the same. 404 where the placement is not shown now, or leads nowhere.',
        params,
        querystring: parameters,
        response: { 302: movedToAdvertiser },
      },
    },
    async (request, reply) => {
      const { placementId } = request.params
      const location = await targets.find(placementId)
      if (location === undefined)
        throw new Problem('not-found', 'There is no such ad, it is not shown now, or it leads nowhere.')
      const { token } = request.query
      if (request.method === 'GET' && typeof token === 'string')
        counter.count([{ token, type: 'click', placementId }], senderOf(request))
      return reply
        .code(302)
        .headers({
          location,
          'cache-control': 'no-store',
          'referrer-policy': 'strict-origin',
        })
        .send()
    },
  )
}
