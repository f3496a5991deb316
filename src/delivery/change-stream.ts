import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { beginning, changeEvent, resetEvent } from '../changes/event-text.ts'
import type { ChangeFeed } from '../changes/feed.ts'
import type { StreamMetrics } from '../changes/metrics.ts'
import { Problem } from '../contract/errors.ts'
import { exampleChange, lastEventIdHeader, sinceParameter } from '../contract/public-change.ts'
import { answerEventStreamHead, type EventStream, openEventStream } from '../http/event-stream.ts'

interface StreamOptions {
  readonly feed: ChangeFeed
  readonly metrics: StreamMetrics
  readonly maxClients: number
  readonly heartbeatMs: number
}

/** Several times what a client can have missed and still be told. */
const mostWaitingBytes = 2_097_152

/** So that those who were refused do not come back all at once with those who were cut. */
const retryAfterSeconds = '10'

const examples = [beginning(exampleChange.seq - 1), changeEvent(exampleChange)]

const description = `Server-sent events, for \`EventSource\`: the changes of \`/v1/changes\`, each as it is made, whichever instance it was made on. Without \`Last-Event-ID\` and \`since\`, those from now on.

\`change\` has a change as its data, and the number of it as its \`id\`, from which a client goes on after it was cut. \`reset\` says that what was missed cannot be told: it is too much (\`too-old\`: more than 1,000 changes), or the number is beyond the newest (\`ahead\`: it is of another database, or this one was set back). Its data is \`{ "reason", "newest" }\`; what comes after \`newest\` follows. After \`too-old\` read what was missed from \`/v1/changes\`, after \`ahead\` read everything again.

Comments come when nothing happens. A client that does not read what it is sent is cut off; when the server stops, the stream ends. Both are to be taken as a reason to connect again, which \`EventSource\` does by itself. Where there are too many clients, the answer is 503 with \`Retry-After\`.`

/** The public changes as they are made. */
export const deliverChangeStream: FastifyPluginAsyncZod<StreamOptions> = async (
  app,
  { feed, metrics, maxClients, heartbeatMs },
) => {
  const streams = new Set<EventStream>()
  /** With those that are about to begin. */
  let clients = 0
  let isClosing = false

  app.addHook('preClose', async () => {
    isClosing = true
    await Promise.all([...streams].map((stream) => stream.end()))
  })

  app.get(
    '/v1/changes/stream',
    {
      schema: {
        operationId: 'streamChanges',
        tags: ['Delivery'],
        summary: 'Follow what happens to what is public',
        description,
        querystring: z.strictObject({ since: sinceParameter }),
        headers: lastEventIdHeader,
        response: {
          200: {
            description: 'Events, until the client leaves.',
            content: { 'text/event-stream': { schema: z.string().meta({ examples: [examples.join('')] }) } },
          },
        },
      },
      config: { isEndless: true },
    },
    async (request, reply) => {
      if (request.method === 'HEAD') return answerEventStreamHead(reply) as never
      if (clients >= maxClients)
        throw new Problem('unavailable', 'Too many clients follow the changes at this moment.', {
          headers: { 'retry-after': retryAfterSeconds },
        })
      const since = request.headers['last-event-id'] ?? request.query.since
      clients += 1
      const follower = await feed.join(since).catch((error: unknown) => {
        clients -= 1
        throw error
      })
      const stream = openEventStream(request, reply, { heartbeatMs, mostWaitingBytes })
      streams.add(stream)
      metrics.joined()
      void stream.closed.then(({ isCut }) => {
        follower.leave()
        clients -= 1
        streams.delete(stream)
        metrics.left()
        if (isCut) metrics.cut()
      })
      const { after, reset, missed } = follower.listen(send)
      stream.write(beginning(after))
      if (reset) send(resetEvent(reset), 1)
      send(missed.events, missed.count)
      // It may have begun after the others were told to end.
      if (isClosing) await stream.end()

      function send(events: Buffer, count: number): void {
        stream.write(events)
        metrics.sent(count)
      }
    },
  )
}
