import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../contract/errors.ts'

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

const configPath = '/docs/config.json'
/** The plugin's own copies of the description, which `/openapi.json` and `/openapi.yaml` replace. */
const replacedPaths: readonly unknown[] = ['/docs/json', '/docs/yaml']

/** Interactive documentation at `/docs`, without anything from other hosts. Needs `installOpenApi` before. */
export async function installDocs(app: FastifyInstance): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onSend', (_request, reply, payload, done) => {
      const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html')
      if (isPage) reply.header('content-security-policy', pagePolicy)
      done(null, payload)
    })
    // The plugin overrides a `url` in its options; the page takes that of its configuration file in the end.
    scope.get(configPath, { schema: { hide: true } }, () => ({ url: '/openapi.json' }))
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: {
        configUrl: configPath,
        layout: 'BaseLayout',
        deepLinking: true,
        displayOperationId: true,
      },
      uiHooks: {
        onRequest: (request, _reply, done) => {
          const isReplaced = replacedPaths.includes(request.routeOptions.url)
          done(isReplaced ? new Problem('not-found', 'There is nothing at this path.') : undefined)
        },
      },
      validatorUrl: false,
      theme: { title: 'Copydesk API' },
    })
  })
}
