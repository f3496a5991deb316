import type { FastifyContextConfig, FastifyInstance } from 'fastify'

/** Finds the route that a path leads to, whatever its method; undefined where there is none. */
export type FindRoute = (path: string) => { readonly config: FastifyContextConfig } | undefined

interface Route {
  readonly segments: readonly string[]
  readonly config: FastifyContextConfig
}

/** Notes every route that is declared on this instance from now on. */
export function collectRoutes(app: FastifyInstance): FindRoute {
  const routes: Route[] = []
  app.addHook('onRoute', ({ url, config }) => {
    routes.push({ segments: url.split('/'), config: config ?? {} })
  })
  return (path) => {
    const segments = path.split('/').map(decode)
    if (segments.includes(undefined)) return undefined
    return routes.find(
      (route) =>
        route.segments.length === segments.length &&
        route.segments.every((name, index) => name.startsWith(':') || name === segments[index]),
    )
  }
}

/** As the router does: a path that cannot be decoded leads nowhere. */
function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
