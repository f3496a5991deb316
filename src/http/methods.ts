import type { FastifyInstance, HTTPMethods } from 'fastify'
import { Problem } from '../contract/errors.ts'

/** Notes every path that is declared from now on. */
export function collectPaths(app: FastifyInstance): ReadonlySet<string> {
  const paths = new Set<string>()
  app.addHook('onRoute', ({ url }) => {
    if (url !== '*') paths.add(url)
  })
  return paths
}

/**
 * Declares what is missing on every path: `OPTIONS`, answered 204, and all other methods, answered 405, both
 * with `Allow`. Call it when all routes are there.
 */
export function declareMissingMethods(app: FastifyInstance, paths: ReadonlySet<string>): void {
  // A copy, since declaring routes here adds to the set.
  for (const url of [...paths]) {
    const methods = app.supportedMethods.filter((method) => app.hasRoute({ method, url }))
    const missing = app.supportedMethods.filter((method) => !methods.includes(method))
    const allow = [...new Set([...methods, 'OPTIONS'])].toSorted().join(', ')
    if (missing.includes('OPTIONS')) declareOptions(app, url, allow)
    refuseMethods(app, url, {
      methods: missing.filter((method) => method !== 'OPTIONS'),
      allow,
    })
  }
}

function declareOptions(app: FastifyInstance, url: string, allow: string): void {
  app.options(url, { schema: { hide: true }, config: { needsNoToken: true } }, (_request, reply) => {
    reply.code(204).header('allow', allow).send()
  })
}

function refuseMethods(
  app: FastifyInstance,
  url: string,
  { methods, allow }: { methods: HTTPMethods[]; allow: string },
): void {
  if (methods.length === 0) return
  const refuse = () => {
    throw new Problem('method-not-allowed', `This path has only ${allow}.`, { headers: { allow } })
  }
  // As a hook too, so that it comes before a look at the body.
  app.route({
    url,
    method: methods,
    schema: { hide: true },
    config: { needsNoToken: true },
    onRequest: refuse,
    handler: refuse,
  })
}
