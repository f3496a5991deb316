import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RateLimit } from './rate-limit.ts'

interface WriteLimitOptions {
  readonly limit: RateLimit
  /** Whose writes are counted together. */
  readonly keyOf: (request: FastifyRequest) => string
}

/** Counts writes beyond the one that the request itself is. Throws `rate-limited`. */
export type CountWrites = (request: FastifyRequest, reply: FastifyReply, times: number) => void

const reading: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/**
 * Limits the writes to guarded routes, whatever becomes of them; those that the guard refuses do not count. Needs
 * the guard before it. Answers a function for requests that write more than once.
 */
export function installWriteLimit(app: FastifyInstance, { limit, keyOf }: WriteLimitOptions): CountWrites {
  const charge = (request: FastifyRequest, reply: FastifyReply, times: number) => {
    const { headers, problem } = limit.count(keyOf(request), times)
    reply.headers(headers)
    return problem
  }
  app.addHook('onRequest', (request, reply, done) => {
    const isGuarded = request.routeOptions.config?.permission !== undefined
    if (isGuarded && !reading.includes(request.method)) done(charge(request, reply, 1))
    else done()
  })
  return (request, reply, times) => {
    const problem = charge(request, reply, times)
    if (problem) throw problem
  }
}
