import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyServerFactoryHandler, FastifyServerOptions } from 'fastify'
import { describeAnswer } from './logging.ts'
import type { Answered } from './metrics.ts'
import type { Overload } from './overload.ts'
import type { Head, Representation } from './representation.ts'
import { countHeader } from './request-checks.ts'
import { requestIdOf } from './request-ids.ts'

/** Public content, as an answer to a request. */
export interface Answer {
  readonly representation: Representation
  /** The pattern of the route that it is an answer of, for metrics. */
  readonly route: string
  /** Headers of this answer besides those of the content: names and values in turn. */
  readonly headers: readonly string[]
}

interface ShortcutOptions {
  /** The content at a URL (path and query); undefined where it is not at hand. */
  readonly find: (url: string) => Answer | undefined
  /**
   * The same where it has to be found first; undefined where it is not known how, or where there is no content or an
   * error: the long way tells which.
   */
  readonly seek: (url: string) => Promise<Answer | undefined> | undefined
  /** Told of a request for which seeking failed, before it goes the long way, which need not try the same again. */
  readonly onFailure: (request: IncomingMessage, error: unknown) => void
  /** Headers of every answer of delivery, besides those of the content. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether requests are logged at the level that is set. */
  readonly isLogging: boolean
  /** Told of every answer, with the time that it took in seconds. */
  readonly onAnswer: (answered: Answered, seconds: number) => void
}

/**
 * A way around the router for content that is at hand, or that is known how to find: the same answer to the byte as the
 * long way gives, in a fraction of its time. Whatever is unusual about a request goes the long way. What is not at hand
 * is refused, on either way, where there is too much to do.
 */
export function createShortcut({ refuse, count }: Pick<Overload, 'refuse' | 'count'>) {
  let take: ((request: IncomingMessage, response: ServerResponse, longWay: () => void) => void) | undefined

  return {
    /** Makes the HTTP server as Fastify does, with the shortcut before its handler. */
    serverFactory(
      handler: FastifyServerFactoryHandler,
      options: FastifyServerOptions & { http?: object },
    ): Server {
      const server = createServer(options.http ?? {}, (request, response) => {
        const longWay = () => handler(request, response)
        if (take) take(request, response, longWay)
        else if (!refuse(request, response)) longWay()
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
      const write = createWriter(app, options)
      take = (request, response, longWay) => {
        const { url = '' } = request
        const begun = performance.now()
        const isUsual = isPlain(request)
        const found = isUsual ? options.find(url) : undefined
        if (found && write(found, { request, response, begun })) return
        if (refuse(request, response)) return
        const sought = isUsual && !found ? options.seek(url) : undefined
        if (!sought) return longWay()
        count(
          sought.then(async (answer) => {
            await answer?.representation.prepareFor(request.headers)
            if (!answer || !write(withClosing(answer), { request, response, begun })) longWay()
          }),
        ).catch((error: unknown) => {
          options.onFailure(request, error)
          longWay()
        })
      }
      app.addHook('preClose', async () => {
        take = undefined
      })
    },
  }

  /** What was begun before the app was to close is still answered, as the last on its connection. */
  function withClosing(answer: Answer): Answer {
    return take ? answer : { ...answer, headers: [...answer.headers, 'connection', 'close'] }
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** As `performance.now` counts. */
  readonly begun: number
}

/** Writes answers; true when it did, false where the content is still to be compressed. */
function createWriter(
  app: FastifyInstance,
  { isLogging, onAnswer, headers: common }: ShortcutOptions,
): (answer: Answer, exchange: Exchange) => boolean {
  const rawHeadOf = createRawHeads(common)
  return ({ representation, route, headers }, { request, response, begun }) => {
    const { method = '', url = '' } = request
    const head = representation.headFor(request.headers, Date.now())
    const bytes = representation.bytesAtHand(head.encoding)
    if (!bytes) return false
    const requestId = requestIdOf(request)
    response.writeHead(head.status, rawHeadOf(head, headers, bytes, requestId))
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
}

type RawHeads = (head: Head, own: Answer['headers'], bytes: Buffer, requestId: string) => string[]

/** Writes heads as lists of names and values, which Node sends as they are: each is put together once. */
function createRawHeads(common: Readonly<Record<string, string>>): RawHeads {
  const kept = new WeakMap<Head, { readonly before: string[]; readonly after: string[] }>()
  const commonEntries = Object.entries(common).flat()
  const make = (head: Head, bytes: Buffer) => {
    const length = head.status === 304 ? [] : ['content-length', String(bytes.length)]
    const made = {
      before: [...Object.entries(head.headers).flat(), 'x-request-id'],
      after: [...commonEntries, ...length],
    }
    kept.set(head, made)
    return made
  }
  return (head, own, bytes, requestId) => {
    const { before, after } = kept.get(head) ?? make(head, bytes)
    return [...before, requestId, ...after, ...own]
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
