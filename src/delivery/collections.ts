import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { type DeliveredCollection, deliveredCollection } from '../contract/collection.ts'
import { Problem } from '../contract/errors.ts'
import type { Answering } from './answering.ts'
import { keyPath, noParameters } from './parameters.ts'
import { cardView, type ViewContext } from './views.ts'

interface DeliveryOptions {
  readonly answering: Answering
  readonly context: ViewContext
}

const params = keyPath('collection', 'front-page')

/** Lists of articles that editors curate. */
export const deliverCollections: FastifyPluginAsyncZod<DeliveryOptions> = async (
  app,
  { answering, context },
) => {
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
    async (request, reply) =>
      answering(request, reply, async (published) => {
        const collection = await published.findCollection(request.params.key)
        if (!collection) throw new Problem('not-found', 'There is no such collection.')
        const { id, key, name, cards } = collection
        const answer: DeliveredCollection = {
          ...{ id, key, name },
          data: cards.map((card) => cardView(card, context)),
        }
        // Articles that are left out are not named: a cache that drops lists with any article drops this one too.
        const cacheTags = [`collection:${key}`, 'list:articles', ...cards.map((card) => `article:${card.id}`)]
        return { answer, cacheTags }
      }),
  )
}
