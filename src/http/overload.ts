import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Counter, type Registry } from 'prom-client'
import { Problem } from '../contract/errors.ts'
import { isManagementPath } from './areas.ts'
import { deliveryCorsHeaders } from './cors.ts'
import { answerProblem, retryAfterSeconds } from './errors.ts'
import { operationOf } from './operations.ts'
import { problemBody, problemContentType } from './problem-body.ts'
import { requestIdOf } from './request-ids.ts'
import { securityHeaders } from './security-headers.ts'

/** Once requests had to be refused, so many milliseconds of a turn of the event loop are for those that it takes on. */
const shortTurnMs = 20
/** Until there was no such need for so many milliseconds. */
const calmMs = 1_000
/** A few requests are no overload, however long one of them takes. */
const fewRequests = 16

const reportMs = 1_000

/** Answered however much there is to do. */
const neverRefused = new Set(['/healthz', '/readyz', '/metrics'])

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether it is among the requests that are worked on. */
    isAtWork: boolean
  }
}

interface OverloadLimits {
  /** Requests that are worked on at once; 0 for no limit. */
  readonly mostAtWork: number
  /** Milliseconds of a turn of the event loop in which requests are taken on; 0 for no limit. */
  readonly mostTurnMs: number
}

interface OverloadOptions {
  readonly registry: Registry
  /** True for the URL of an answer that is at hand, and costs hardly more than to refuse it. */
  readonly isAtHand: (url: string) => boolean
}

const problem = new Problem('unavailable', 'There are too many requests at this moment.')

/**
 * Refuses at once what could not be answered in time, so that the rest is: 503 with `Retry-After`. There are two signs
 * that there is too much. Too many requests are worked on, as where a database is slow. Or so many come in one turn of
 * the event loop that they have kept it busy for too long, when those behind them have waited already: they are refused,
 * and turns are kept shorter until that is over.
 */
export function createOverload({ mostAtWork, mostTurnMs }: OverloadLimits) {
  const turns = countTurns(mostTurnMs)
  /** Requests of the management API: who may read the answer is known further on. */
  const marked = new WeakSet<IncomingMessage>()
  let onRefusal: ((reason: 'at-work' | 'turn') => void) | undefined
  let isAtHand: OverloadOptions['isAtHand'] = () => false
  let atWork = 0

  const begin = (request: FastifyRequest) => {
    if (operationOf(request) || request.routeOptions.config.isEndless) return
    request.isAtWork = true
    atWork += 1
  }
  const end = (request: FastifyRequest) => {
    if (request.isAtWork) atWork -= 1
    request.isAtWork = false
  }

  return {
    /** Looks at a request before the router does. True when it was refused. */
    refuse(request: IncomingMessage, response: ServerResponse): boolean {
      const { url = '' } = request
      const isTaken = turns.takes()
      const tooMany = mostAtWork > 0 && atWork >= mostAtWork
      if (isTaken && !tooMany) return false
      if (neverRefused.has(url) || isAtHand(url)) return false
      onRefusal?.(tooMany ? 'at-work' : 'turn')
      if (isManagementPath(url)) {
        marked.add(request)
        return false
      }
      answerRaw(request, response)
      return true
    },

    /** Counts what is worked on past the router. */
    async count<T>(work: Promise<T>): Promise<T> {
      atWork += 1
      try {
        return await work
      } finally {
        atWork -= 1
      }
    },

    /** Counts what is worked on, for all routes that are declared afterwards. */
    install(app: FastifyInstance, options: OverloadOptions): void {
      isAtHand = options.isAtHand
      const refused = new Counter({
        name: 'http_requests_refused_total',
        help: 'Requests that were answered 503 because there were too many of them; most are not in http_request_duration_seconds.',
        labelNames: ['reason'],
        registers: [options.registry],
      })
      for (const reason of ['at-work', 'turn']) refused.inc({ reason }, 0)
      let unreported = 0
      onRefusal = (reason) => {
        refused.inc({ reason })
        unreported += 1
      }

      app.decorateRequest('isAtWork', false)
      app.addHook('onRequest', (request, reply, done) => {
        if (marked.has(request.raw)) {
          // Not thrown: each would be a line of the log, when there is the least time for it.
          answerProblem(request, reply, problem)
          return
        }
        begin(request)
        done()
      })
      // While its body arrives a request is no work, and how long that takes is up to the client; so for the answer.
      app.addHook('preParsing', (request, _reply, _payload, done) => {
        end(request)
        done()
      })
      app.addHook('preValidation', (request, _reply, done) => {
        begin(request)
        done()
      })
      // Comes for every request that is not endless, also where its client has left.
      app.addHook('onSend', (request, _reply, payload, done) => {
        end(request)
        done(null, payload)
      })

      // One line for many: each for itself would cost more than to refuse it.
      const reporting = setInterval(() => {
        if (unreported > 0)
          app.log.warn({ refused: unreported, atWork }, 'too many requests: some were refused')
        unreported = 0
      }, reportMs).unref()
      app.addHook('onClose', async () => clearInterval(reporting))
    },
  }
}

export type Overload = ReturnType<typeof createOverload>

const rawHeaders = Object.entries({
  ...securityHeaders,
  ...deliveryCorsHeaders,
  'cache-control': 'no-store',
  'retry-after': retryAfterSeconds,
  'content-type': problemContentType,
}).flat()

/** The same as `answerProblem` does through the router, at a small part of its cost. */
function answerRaw(request: IncomingMessage, response: ServerResponse): void {
  const requestId = requestIdOf(request)
  const body = JSON.stringify(problemBody(problem, { url: request.url ?? '', requestId }))
  const length = String(Buffer.byteLength(body))
  response.writeHead(problem.status, [...rawHeaders, 'x-request-id', requestId, 'content-length', length])
  response.end(request.method === 'HEAD' ? undefined : body)
}

/**
 * Tells when requests have had their part of a turn of the event loop: `mostMs`, and less than that for as long as all
 * that come in a turn would take more.
 */
function countTurns(mostMs: number) {
  let begunAt = 0
  let asked = 0
  let refused = 0
  /** How long those took that were taken on before the first was refused. */
  let takenMs = 0
  let overloadedAt = Number.NEGATIVE_INFINITY

  function end(): void {
    const wouldTakeMs = refused > 0 ? (takenMs / (asked - refused)) * asked : 0
    if (wouldTakeMs > mostMs) overloadedAt = performance.now()
    asked = 0
    refused = 0
  }

  return {
    /** Whether the turn may take on one more. Each call is a request. */
    takes(): boolean {
      if (mostMs === 0) return true
      const now = performance.now()
      if (asked === 0) {
        begunAt = now
        setImmediate(end)
      }
      const isCalm = now - overloadedAt > calmMs
      const isOver = isCalm ? asked >= fewRequests && now - begunAt > mostMs : now - begunAt > shortTurnMs
      asked += 1
      if (!isOver) return true
      if (refused === 0) takenMs = now - begunAt
      refused += 1
      return false
    },
  }
}
