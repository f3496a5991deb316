import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

/** The page runs its own scripts and styles, reads this server, and reaches nothing else. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Interactive documentation at `/docs`, without anything from other hosts. Needs `installOpenApi` before. */
export async function installDocs(app: FastifyInstance): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onSend', (_request, reply, payload, done) => {
      const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html')
      if (isPage) reply.header('content-security-policy', pagePolicy)
      done(null, payload)
    })
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { layout: 'BaseLayout', deepLinking: true, displayOperationId: true },
      validatorUrl: false,
      theme: { title: 'Copydesk API' },
    })
  })
}
