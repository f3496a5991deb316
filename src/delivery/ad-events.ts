import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { adEventsAnswer, adEventsInput, mostAdEvents } from '../contract/ad-event.ts'
import type { AdCounter } from '../counting/counter.ts'
import { senderOf } from '../counting/sender.ts'
import { noParameters } from './parameters.ts'

interface EventsOptions {
  readonly counter: AdCounter
  /** In how many minutes the same is not counted again. */
  readonly repeatMinutes: number
}

/** What a browser's `sendBeacon` takes at most. */
const mostBytes = 65_536

const description = (repeatMinutes: number) =>
  `For \`navigator.sendBeacon\`: JSON as \`application/json\` or \`text/plain\`, ${mostAdEvents} events at most. To be sent by the browser of the reader, once for each ad that was shown, came into view or was followed.

The answer says how many are counted and how many are not, and \`/metrics\` and the counts of the management API follow within a second. The same event of the same ad, page and reader is counted once in ${repeatMinutes} minutes, on whatever instance. Who the reader is, nobody asks: there is no cookie, and neither an address nor a user agent is stored; a keyed hash over both and the event, from which neither can be had back, is kept for that time and deleted within some hours. Readers who share an address and a browser's exact name count as one.`

/** Counts what readers see of ads. */
export const deliverAdEvents: FastifyPluginAsyncZod<EventsOptions> = async (
  app,
  { counter, repeatMinutes },
) => {
  app.post(
    '/v1/ads/events',
    {
      bodyLimit: mostBytes,
      schema: {
        operationId: 'countAdEvents',
        tags: ['Delivery'],
        summary: 'Tell that ads were shown, seen or clicked',
        description: description(repeatMinutes),
        querystring: noParameters,
        body: adEventsInput,
        response: { 202: adEventsAnswer },
      },
      config: { contentTypes: ['application/json', 'text/plain'] },
    },
    async (request, reply) => {
      const answer = counter.count(request.body.events, senderOf(request))
      return reply.code(202).header('cache-control', 'no-store').send(answer)
    },
  )
}
