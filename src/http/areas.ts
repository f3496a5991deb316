import type { FastifyRequest } from 'fastify'

/** Under this prefix everything needs a token; all else is public. */
export const managementPrefix = '/manage/'

/**
 * True for requests to the management API. The route decides, because the router decodes the path first:
 * `/%6Danage/` leads there too. The path itself counts only where no route was found.
 */
export function isManagementRequest(request: FastifyRequest): boolean {
  const route = request.routeOptions.url
  if (route !== undefined && route !== '*') return route.startsWith(managementPrefix)
  return isManagementPath(request.url)
}

/** True for URLs that no route but one of the management API can be found for. */
export function isManagementPath(url: string): boolean {
  return decodePath(url).startsWith(managementPrefix)
}

function decodePath(url: string): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '')
  } catch {
    return url
  }
}
