import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { isProblem, Problem } from '../contract/errors.ts'
import { jsonBytes } from '../contract/stored-json.ts'
import { jsonType, sendRepresentation } from '../http/conditional.ts'
import { Representation } from '../http/representation.ts'
import type { PublicDb, PublicReader, ReadOptions } from '../store/index.ts'
import { cacheControl, laterOf } from './caching.ts'
import {
  type Answered,
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
      readonly answer: Content | (() => Content | Promise<Content>)
      /** JSON when absent. */
      readonly contentType?: string
      /** `Link`, where there is one. */
      readonly link?: string | undefined
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

type Work = (published: PublicReader) => Promise<Found>

/**
 * Answers a request of delivery from the cache, or from one snapshot of what is public. `work` must depend on nothing
 * but the address of the request, what it reads and the clock; problems that it throws are answers as well.
 */
type Answer = (
  request: FastifyRequest,
  reply: FastifyReply,
  work: Work,
  options?: ReadOptions,
) => Promise<void>

export interface Answering extends Answer {
  /**
   * The same for addresses that are asked all the time. The work is kept and runs again for later requests, past the
   * router and the checks of what was asked: it must not hold on to the request.
   */
  readonly lasting: Answer
}

/** What an address asks for, checked already. */
interface Question extends ReadOptions {
  readonly work: Work
  /** The pattern of the route. */
  readonly route: string
}

/** For all questions that are kept. */
const mostQuestionBytes = 8 * 1_048_576
/** What one takes besides its address, roughly. */
const questionBytes = 1_024

export function createAnswering({ db, cache, clock }: AnsweringOptions) {
  const questions = new LRUCache<string, Question>({
    maxSize: mostQuestionBytes,
    sizeCalculation: (_, address) => questionBytes + 2 * address.length,
  })

  /** Requests whose answer could not be found past the router, and why. */
  const failures = new WeakMap<FastifyRequest['raw'], unknown>()

  function answerTo(address: string, { work, route, mayTakeLong }: Question): Promise<Answered> {
    return cache.answer(address, async (): Promise<Computed> => {
      const fromMs = clock()
      const [found, state] = await db.published(
        (published) => Promise.all([tried(work(published)), published.findState()]),
        { mayTakeLong },
      )
      const times = found instanceof Problem || 'movedTo' in found ? undefined : found.times
      return {
        outcome: await outcomeOf(found, state.changedAt, route),
        version: state.seq,
        validity: times && { fromMs, untilMs: times.untilMs },
      }
    })
  }

  async function answer(...[request, reply, work, options]: Parameters<Answer>): Promise<Outcome> {
    // The time that a request may take is used up by then.
    if (failures.has(request.raw)) throw failures.get(request.raw)
    const route = request.routeOptions.url ?? ''
    const { outcome, status } = await answerTo(addressOf(request.url), { ...options, work, route })
    reply.headers(cacheStatusHeader(status))
    await send(request, reply, outcome)
    return outcome
  }

  async function contentOrForget(
    address: string,
    answered: Promise<Answered>,
  ): Promise<AnsweredContent | undefined> {
    const { outcome, status } = await answered
    if (outcome.kind === 'content') return { content: outcome, status }
    questions.delete(address)
    return undefined
  }

  const answering: Answering = Object.assign(
    async (...parameters: Parameters<Answer>) => void (await answer(...parameters)),
    {
      lasting: async (...[request, reply, work, options]: Parameters<Answer>) => {
        const { kind } = await answer(request, reply, work, options)
        const route = request.routeOptions.url ?? ''
        if (kind === 'content') questions.set(addressOf(request.url), { ...options, work, route })
      },
    },
  )

  return {
    answering,

    /** Makes a request be answered with the error that kept it from being answered past the router. */
    fail: (request: FastifyRequest['raw'], error: unknown) => void failures.set(request, error),

    /**
     * The content at an address that was asked for before; undefined when it is not known how to find it. Resolves to
     * undefined where there is no content any more, and rejects where it cannot be read now: then the long way tells.
     */
    again(address: string): Promise<AnsweredContent | undefined> | undefined {
      const question = questions.get(address)
      return question && contentOrForget(address, answerTo(address, question))
    },
  }
}

/** Content, and what the cache did. */
export interface AnsweredContent {
  readonly content: Extract<Outcome, { kind: 'content' }>
  readonly status: Answered['status']
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

async function outcomeOf(found: Found | Problem, changedAt: string | null, route: string): Promise<Outcome> {
  if (found instanceof Problem) return { kind: 'problem', problem: found }
  if ('movedTo' in found) return { kind: 'moved', slug: found.movedTo }
  const { answer, contentType = jsonType, cacheTags, times, link } = found
  const content = typeof answer === 'function' ? await answer() : answer
  return {
    kind: 'content',
    route,
    representation: new Representation({
      bytes: typeof content === 'string' ? Buffer.from(content) : jsonBytes(content),
      contentType,
      lastModified: laterOf(changedAt, times?.changedAt ?? null),
      cacheControl,
      cacheTags,
      link,
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
