import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyServerFactoryHandler, FastifyServerOptions } from 'fastify'
import { describeAnswer } from './logging.ts'
import type { Answered } from './metrics.ts'
import type { Head, Representation } from './representation.ts'
import { countHeader } from './request-checks.ts'
import { requestIdOf } from './request-ids.ts'

/** Public content that is at hand. */
export interface AtHand {
  readonly representation: Representation
  /** The pattern of the route that it is an answer of, for metrics. */
  readonly route: string
}

interface ShortcutOptions {
  /** The content at a URL (path and query); undefined where it is not at hand. */
  readonly find: (url: string) => AtHand | undefined
  /** Headers of every answer of delivery, besides those of the content. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether requests are logged at the level that is set. */
  readonly isLogging: boolean
  /** Told of every answer, with the time that it took in seconds. */
  readonly onAnswer: (answered: Answered, seconds: number) => void
}

/**
 * A way around the router for content that is at hand: the same answer to the byte as the long way gives, in a
 * fraction of its time. Whatever is unusual about a request goes the long way.
 */
export function createShortcut() {
  let answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined

  return {
    /** Makes the HTTP server as Fastify does, with the shortcut before its handler. */
    serverFactory(
      handler: FastifyServerFactoryHandler,
      options: FastifyServerOptions & { http?: object },
    ): Server {
      const server = createServer(options.http ?? {}, (request, response) => {
        if (!answer?.(request, response)) handler(request, response)
      })
      const { keepAliveTimeout, requestTimeout, connectionTimeout, maxRequestsPerSocket } = options
      if (keepAliveTimeout !== undefined) server.keepAliveTimeout = keepAliveTimeout
      if (requestTimeout !== undefined) server.requestTimeout = requestTimeout
      if (connectionTimeout !== undefined) server.setTimeout(connectionTimeout)
      if (maxRequestsPerSocket !== undefined) server.maxRequestsPerSocket = maxRequestsPerSocket
      return server
    },

    /** Opens it for an app, until the app begins to close. */
    open(app: FastifyInstance, options: ShortcutOptions): void {
      const rawHeadOf = createRawHeads(options.headers)
      answer = (request, response) => answerAtHand(app, options, rawHeadOf, request, response)
      app.addHook('preClose', async () => {
        answer = undefined
      })
    },
  }
}

/** True when the request was answered. */
function answerAtHand(
  app: FastifyInstance,
  { find, isLogging, onAnswer }: ShortcutOptions,
  rawHeadOf: RawHeads,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { method = '', url = '' } = request
  if (!isPlain(request)) return false
  const found = find(url)
  if (!found) return false
  const begun = performance.now()
  const { representation, route } = found
  const head = representation.headFor(request.headers, Date.now())
  const bytes = representation.bytesAtHand(head.encoding)
  if (!bytes) return false
  const requestId = requestIdOf(request)
  response.writeHead(head.status, rawHeadOf(head, bytes, requestId))
  response.end(head.status === 304 || method === 'HEAD' ? undefined : bytes)
  const elapsedMs = performance.now() - begun
  onAnswer({ method, route, status: head.status }, elapsedMs / 1_000)
  if (isLogging) {
    const address = request.socket.remoteAddress ?? ''
    const entry = describeAnswer({ method, url, route, address }, head.status, elapsedMs)
    app.log.info({ requestId, ...entry }, 'request completed')
  }
  return true
}

type RawHeads = (head: Head, bytes: Buffer, requestId: string) => string[]

/** Writes heads as lists of names and values, which Node sends as they are: each is put together once. */
function createRawHeads(headers: Readonly<Record<string, string>>): RawHeads {
  const kept = new WeakMap<Head, { readonly before: string[]; readonly after: string[] }>()
  const make = (head: Head, bytes: Buffer) => {
    const length = head.status === 304 ? [] : ['content-length', String(bytes.length)]
    const made = {
      before: [...Object.entries(head.headers).flat(), 'x-request-id'],
      after: [...Object.entries(headers).flat(), ...length],
    }
    kept.set(head, made)
    return made
  }
  return (head, bytes, requestId) => {
    const { before, after } = kept.get(head) ?? make(head, bytes)
    return [...before, requestId, ...after]
  }
}

/** True for a request that needs nothing but the content: what else it could ask for is left to the long way. */
function isPlain(request: IncomingMessage): boolean {
  const { method, headers } = request
  return (
    (method === 'GET' || method === 'HEAD') &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    headers.expect === undefined &&
    headers.upgrade === undefined &&
    countHeader(request, 'host') === 1
  )
}
