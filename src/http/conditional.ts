import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Content, Representation } from './representation.ts'

interface CacheableOptions extends Pick<Content, 'lastModified' | 'cacheControl' | 'cacheTags'> {
  /** JSON when absent. */
  readonly contentType?: string
}

/** Lets `HEAD` be answered 304 without a length: Fastify would write `Content-Length: 0`. */
export function installConditionalRequests(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') return
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      (_request, reply, payload, done) => {
        if (reply.statusCode === 304) reply.removeHeader('content-length')
        done(null, payload)
      },
    ]
  })
}

/** Answers with content that was made for this request; see `sendRepresentation`. */
export async function sendCacheable(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: Buffer | string,
  { contentType = jsonType, ...options }: CacheableOptions,
): Promise<void> {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  return sendRepresentation(request, reply, new Representation({ bytes, contentType, ...options }))
}

export const jsonType = 'application/json; charset=utf-8'

/** Answers a GET or HEAD of public content with it, or with 304 when the client has it already. */
export async function sendRepresentation(
  request: FastifyRequest,
  reply: FastifyReply,
  representation: Representation,
): Promise<void> {
  const { status, headers, encoding } = representation.headFor(request.headers, Date.now())
  const vary = reply.getHeader('vary')
  reply.code(status).headers(headers)
  if (typeof vary === 'string' && vary !== '') reply.header('vary', `${vary}, Accept-Encoding`)
  // To await the reply is to wait until it is sent; the handler may return this promise.
  if (status === 304) return await reply.send()
  return await reply.send(await representation.bytesIn(encoding))
}
