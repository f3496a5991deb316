import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import type { createAnswering } from '../delivery/answering.ts'
import {
  addressOf,
  type CacheStatus,
  cacheStatusHeader,
  type ResponseCache,
} from '../delivery/response-cache.ts'
import { deliveryCorsHeaders } from '../http/cors.ts'
import type { installMetrics } from '../http/metrics.ts'
import { securityHeaders } from '../http/security-headers.ts'
import type { createShortcut } from '../http/shortcut.ts'

interface ShortcutParts {
  readonly shortcut: ReturnType<typeof createShortcut>
  readonly cache: ResponseCache
  readonly again: ReturnType<typeof createAnswering>['again']
  readonly fail: ReturnType<typeof createAnswering>['fail']
  readonly config: Config
  readonly observe: ReturnType<typeof installMetrics>['observe']
}

/** Lets what the cache knows, or knows how to find, be answered past the router. */
export function openShortcut(
  app: FastifyInstance,
  { shortcut, cache, again, fail, config, observe }: ShortcutParts,
): void {
  const isLogging = ['info', 'debug', 'trace'].includes(config.logLevel)
  // Whose address is logged is then not the peer's, and to find out is the framework's work.
  if (isLogging && config.trustProxy !== undefined) return
  const rawStatus = (status: CacheStatus) => Object.entries(cacheStatusHeader(status)).flat()
  const hit = rawStatus('hit')
  shortcut.open(app, {
    find(url) {
      const content = cache.find(addressOf(url))
      return content && { ...content, headers: hit }
    },
    seek: (url) =>
      again(addressOf(url))?.then((found) => found && { ...found.content, headers: rawStatus(found.status) }),
    onFailure: fail,
    headers: { ...securityHeaders, ...deliveryCorsHeaders },
    isLogging,
    onAnswer: observe,
  })
}
