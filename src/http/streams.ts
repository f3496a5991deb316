import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * The `handlerTimeout` of routes that stream, in milliseconds: the usual one would break off what takes longer to send.
 * A client that takes nothing is cut off long before, by the idle timeout.
 */
export const streamTimeoutMs = 86_400_000

interface Stream {
  /** With its parameters. */
  readonly contentType: string
  /** The name that a client may keep it under. */
  readonly filename: string
  /** Made one by one, as fast as the client reads; left alone when it goes away. */
  readonly parts: AsyncIterable<string | Uint8Array>
}

/**
 * Answers with text that is made while it is sent. The first part is made before anything is answered, so that what
 * fails at once is told as every error is; what fails later breaks the connection off, so that nobody takes a part
 * for the whole.
 */
export async function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  { contentType, filename, parts }: Stream,
): Promise<FastifyReply> {
  reply.type(contentType).header('content-disposition', `attachment; filename="${filename}"`)
  const iterator = parts[Symbol.asyncIterator]()
  const first = await iterator.next()
  // Fastify would read all of it and throw it away.
  if (request.method === 'HEAD') {
    await iterator.return?.()
    return reply.send(Readable.from([]))
  }
  return reply.send(Readable.from(continued(iterator, first), { objectMode: false }))
}

async function* continued(
  iterator: AsyncIterator<string | Uint8Array>,
  first: IteratorResult<string | Uint8Array>,
) {
  try {
    for (let next = first; !next.done; next = await iterator.next()) {
      if (next.value !== '') yield next.value
      // Neither the parts nor a client that reads fast need wait for anything: other requests get their turn here.
      await nextTurn()
    }
  } finally {
    await iterator.return?.()
  }
}
