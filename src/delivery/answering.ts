import type { FastifyReply, FastifyRequest } from 'fastify'
import { isProblem, Problem } from '../contract/errors.ts'
import { jsonBytes } from '../contract/stored-json.ts'
import { jsonType, sendRepresentation } from '../http/conditional.ts'
import { Representation } from '../http/representation.ts'
import type { PublicDb, PublicReader } from '../store/index.ts'
import { cacheControl, laterOf } from './caching.ts'
import {
  addressOf,
  type Computed,
  cacheStatusHeader,
  type Outcome,
  type ResponseCache,
} from './response-cache.ts'

/** Sent as JSON; a string is sent as it is. */
type Content = object | string

/** What a route makes of public content. */
export type Found =
  | {
      /** What takes long to write is given as a function: it runs once the snapshot is over. */
      readonly answer: Content | (() => Content)
      /** JSON when absent. */
      readonly contentType?: string
      /** What it was made of, such as `article:<id>`; the most telling ones first. */
      readonly cacheTags: readonly string[]
      /** Where the clock changes the answer: when it last did, and when it will. */
      readonly times?: AnswerTimes | undefined
    }
  | { readonly movedTo: string }

export interface AnswerTimes {
  /** RFC 3339. */
  readonly changedAt: string
  /** Milliseconds since 1970. */
  readonly untilMs: number
}

interface AnsweringOptions {
  readonly db: PublicDb
  readonly cache: ResponseCache
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/**
 * Answers a request of delivery from the cache, or from one snapshot of what is public. `work` must depend on nothing
 * but the address of the request, what it reads and the clock; problems that it throws are answers as well.
 */
export type Answering = (
  request: FastifyRequest,
  reply: FastifyReply,
  work: (published: PublicReader) => Promise<Found>,
) => Promise<void>

export function createAnswering({ db, cache, clock }: AnsweringOptions): Answering {
  return async (request, reply, work) => {
    const { outcome, status } = await cache.answer(addressOf(request.url), async (): Promise<Computed> => {
      const fromMs = clock()
      const [found, state] = await db.published((published) =>
        Promise.all([tried(work(published)), published.findState()]),
      )
      const times = found instanceof Problem || 'movedTo' in found ? undefined : found.times
      return {
        outcome: outcomeOf(found, state.changedAt, request, reply),
        version: state.seq,
        validity: times && { fromMs, untilMs: times.untilMs },
      }
    })
    reply.headers(cacheStatusHeader(status))
    return send(request, reply, outcome)
  }
}

/** What was found, or the problem that says why nothing was. */
async function tried(work: Promise<Found>): Promise<Found | Problem> {
  try {
    return await work
  } catch (error) {
    if (isProblem(error) && error.status < 500) return error
    throw error
  }
}

function outcomeOf(
  found: Found | Problem,
  changedAt: string | null,
  request: FastifyRequest,
  reply: FastifyReply,
): Outcome {
  if (found instanceof Problem) return { kind: 'problem', problem: found }
  if ('movedTo' in found) return { kind: 'moved', slug: found.movedTo }
  const { answer, contentType = jsonType, cacheTags, times } = found
  const content = typeof answer === 'function' ? answer() : answer
  const link = reply.getHeader('link')
  return {
    kind: 'content',
    route: request.routeOptions.url ?? '',
    representation: new Representation({
      bytes: typeof content === 'string' ? Buffer.from(content) : jsonBytes(content),
      contentType,
      lastModified: laterOf(changedAt, times?.changedAt ?? null),
      cacheControl,
      cacheTags,
      link: typeof link === 'string' ? link : undefined,
    }),
  }
}

async function send(request: FastifyRequest, reply: FastifyReply, outcome: Outcome): Promise<void> {
  if (outcome.kind === 'problem') throw outcome.problem
  if (outcome.kind === 'content') return sendRepresentation(request, reply, outcome.representation)
  const path = request.routeOptions.url?.replace(':idOrSlug', encodeURIComponent(outcome.slug))
  const [, query] = /\?(.*)$/s.exec(request.url) ?? []
  const location = `${path}${query === undefined ? '' : `?${query}`}`
  await reply.code(308).header('location', location).header('cache-control', cacheControl).send()
}
