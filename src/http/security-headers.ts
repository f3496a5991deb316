import type { FastifyInstance } from 'fastify'

/**
 * Sent with every answer, errors included. `Cross-Origin-Resource-Policy` is open because delivery is public
 * and meant to be fetched from other sites; management answers are guarded by CORS and a bearer token.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Sets the security headers first of all, so that they are there whatever happens to the request later. */
export function installSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders)
    done()
  })
}
