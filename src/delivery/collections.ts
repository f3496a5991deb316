import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type DeliveredCollection, deliveredCollection } from '../contract/collection.ts'
import { Problem } from '../contract/errors.ts'
import { sendCacheable } from '../http/conditional.ts'
import type { PublicDb } from '../store/index.ts'
import { cacheControl } from './caching.ts'
import { noParameters } from './parameters.ts'
import { cardView, type ViewContext } from './views.ts'

interface DeliveryOptions {
  readonly db: PublicDb
  readonly context: ViewContext
}

const params = z.strictObject({
  key: z
    .string()
    .min(1)
    .describe('The key of the collection.')
    .meta({ examples: ['front-page'] }),
})

/** Lists of articles that editors curate. */
export const deliverCollections: FastifyPluginAsyncZod<DeliveryOptions> = async (app, { db, context }) => {
  app.get(
    '/v1/collections/:key',
    {
      schema: {
        operationId: 'getCollection',
        tags: ['Delivery'],
        summary: 'Read a curated list of articles',
        description: 'Cards in the order of the editors; articles that are not public are left out.',
        params,
        querystring: noParameters,
        response: { 200: deliveredCollection },
      },
    },
    async (request, reply) => {
      const { collection, state } = await db.published(async (published) => ({
        collection: await published.findCollection(request.params.key.normalize('NFC')),
        state: await published.findState(),
      }))
      if (!collection) throw new Problem('not-found', 'There is no such collection.')
      const { id, key, name, cards } = collection
      const answer: DeliveredCollection = {
        ...{ id, key, name },
        data: cards.map((card) => cardView(card, context)),
      }
      return sendCacheable(request, reply, JSON.stringify(answer), {
        lastModified: state.changedAt,
        cacheControl,
        // Articles that are left out are not named: a cache that drops lists with any article drops this one too.
        cacheTags: [`collection:${key}`, 'list:articles', ...cards.map((card) => `article:${card.id}`)],
      })
    },
  )
}
