import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RateLimit } from './rate-limit.ts'

interface WriteLimitOptions {
  readonly limit: RateLimit
  /** Whose writes are counted together. */
  readonly keyOf: (request: FastifyRequest) => string
}

const reading: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/**
 * Limits the writes to guarded routes, whatever becomes of them; those that the guard refuses do not count. Needs
 * the guard before it.
 */
export function installWriteLimit(app: FastifyInstance, { limit, keyOf }: WriteLimitOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    const isGuarded = request.routeOptions.config?.permission !== undefined
    if (!isGuarded || reading.includes(request.method)) return done()
    limit.count(keyOf(request)).then(({ headers, problem }) => {
      reply.headers(headers)
      done(problem)
    }, done)
  })
}
