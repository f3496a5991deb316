import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { describeAnswer, describeRequest } from './logging.ts'

export const eventStreamType = 'text/event-stream; charset=utf-8'

/** How long a client may take to read the rest when a stream ends, in milliseconds. */
const endMs = 500

/** Of every stream of events, whatever its connection. */
export const eventStreamHeaders = {
  'content-type': eventStreamType,
  // Nor compressed on the way, which would hold events back.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const

interface EventStreamOptions {
  /** A comment is sent so often, so that nobody takes the connection for dead. */
  readonly heartbeatMs: number
  /** So much may wait for the client to read it. */
  readonly mostWaitingBytes: number
}

export interface EventStream {
  /** Sends the text of events. A client that reads too slowly is cut off. */
  write(events: Buffer): void
  /** Ends it, and resolves when the connection is closed, which is soon whether the client reads or not. */
  end(): Promise<void>
  /** Resolves when the connection is over, whoever ended it: cut because the client was slow, or not. */
  readonly closed: Promise<{ readonly isCut: boolean }>
}

const heartbeat = Buffer.from(': still here\n\n')

/** Answers `HEAD` with what a stream of events begins with. */
export function answerEventStreamHead(reply: FastifyReply): FastifyReply {
  return reply.headers(eventStreamHeaders).send(Readable.from([]))
}

/** Begins to answer with a stream of events (HTML, "Server-sent events"), on which time limits of answers do not bear. */
export function openEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  { heartbeatMs, mostWaitingBytes }: EventStreamOptions,
): EventStream {
  reply.hijack()
  const { raw: response } = reply
  let isCut = false
  const beating = setInterval(() => write(heartbeat), heartbeatMs).unref()
  const closed = new Promise<void>((resolve) => {
    // The client may have left before the stream began.
    if (response.destroyed) resolve()
    else response.once('close', resolve)
  }).then(() => {
    clearInterval(beating)
    // Fastify logs those alone that come to their end, and most streams are left.
    if (!response.writableFinished) logClosed(request, reply, isCut)
    return { isCut }
  })
  // A client that is gone is told of by `close`.
  response.on('error', () => {})
  for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...eventStreamHeaders }))
    if (value !== undefined) response.setHeader(name, value)
  // When the stream is over nothing else follows: a connection that was kept would hold up the end of the server.
  response.setHeader('connection', 'close')
  response.writeHead(200)

  function write(events: Buffer): void {
    if (response.destroyed || response.writableEnded || events.length === 0) return
    response.write(events)
    if (response.writableLength <= mostWaitingBytes) return
    isCut = true
    response.destroy()
  }

  return {
    write,
    closed,
    async end() {
      response.end()
      const late = setTimeout(() => response.destroy(), endMs).unref()
      await closed
      clearTimeout(late)
    },
  }
}

function logClosed(request: FastifyRequest, reply: FastifyReply, isCut: boolean): void {
  const { method, url } = request
  const { route, address } = describeRequest(request)
  const entry = describeAnswer({ method, url, route, address }, reply.raw.statusCode, reply.elapsedTime)
  if (isCut) request.log.warn(entry, 'client cut off because it read too slowly')
  else request.log.info(entry, 'request completed')
}
