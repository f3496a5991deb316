import { type Answer, ask, type Request } from './ask.ts'
import type { Desk } from './desk.ts'
import type { Dice } from './dice.ts'
import type { Pool } from './pool.ts'
import type { Requests, Single } from './strangers.ts'

export interface Difference {
  readonly request: Request
  readonly plain: string
  readonly twin: string
}

interface ComparisonOptions {
  readonly plain: Desk
  readonly twin: Desk
  readonly requests: Requests
  readonly pool: Pool
  readonly dice: Dice
}

/** Pages that are followed of one list. */
const mostPages = 4
/** After so many differences nothing more is asked. */
const mostDifferences = 20

/** Asks both worlds the same and compares the answers: status, headers and bytes. */
export function createComparison({ plain, twin, requests, pool, dice }: ComparisonOptions) {
  const differences: Difference[] = []
  const statuses: Record<number, number> = {}
  let count = 0
  let differingBytes = 0

  async function compare(asked: Request): Promise<Answer | undefined> {
    if (pool.isPreview(asked.url) || differences.length === mostDifferences) return undefined
    count += 1
    const request = {
      ...asked,
      headers: { host: 'news.example', 'x-request-id': `twin-${count}`, ...asked.headers },
    }
    const [one, other] = await Promise.all([ask(plain.server.app, request), ask(twin.server.app, request)])
    statuses[one.status] = (statuses[one.status] ?? 0) + 1
    const bytes = differing(wholeOf(one), wholeOf(other))
    differingBytes += bytes
    if (bytes > 0) differences.push({ request, plain: shown(one), twin: shown(other) })
    if (one.fields.etag) pool.add('etag', one.fields.etag)
    return one
  }

  /** Asks, then for what the answer leads to: the pages after it, and whether it is still the same. */
  async function follow(request: Request, pages = mostPages): Promise<Answer | undefined> {
    const answer = await compare(request)
    if (answer?.status !== 200 || request.method !== 'GET') return answer
    const { etag, link, 'last-modified': modified, 'content-encoding': encoding } = answer.fields
    if (request.url.startsWith('/v1/') && encoding === undefined) pool.gatherShown(readJson(answer.body))
    if (etag && dice.chance(20)) await compare({ ...request, headers: { 'if-none-match': etag } })
    if (modified && dice.chance(10)) await compare({ ...request, headers: { 'if-modified-since': modified } })
    const [, next] = /<([^>]+)>; rel="next"/.exec(String(link ?? '')) ?? []
    if (next === undefined || pages === 0) return answer
    const url = new URL(next, 'https://news.example/')
    const cursor = url.searchParams.get('cursor')
    if (cursor) pool.add('cursor', cursor)
    await follow({ ...request, url: url.pathname + url.search }, pages - 1)
    return answer
  }

  async function askEach(singles: readonly Single[]): Promise<void> {
    for (const single of singles) {
      const answer = await follow(single.request, 1)
      if (answer) requests.learn(single, answer.status)
    }
  }

  return {
    /** A few requests of any kind. */
    async someOf(length: number): Promise<void> {
      for (let done = 0; done < length; done += 1) await follow(requests.any())
    },

    /** Finds out what each parameter takes. */
    learn: () => askEach(requests.tries()),

    /** Values of each kind for every parameter, alone. */
    singles: () => askEach(requests.singles()),

    result: () => ({ count, differingBytes, differences, statuses }),
  }
}

/** Undefined when it is none. */
function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function wholeOf({ status, headers, body }: Answer): Buffer {
  return Buffer.concat([Buffer.from(`${status}\n${headers}\n\n`), body])
}

function differing(one: Buffer, other: Buffer): number {
  if (one.equals(other)) return 0
  const length = Math.max(one.length, other.length)
  return Array.from({ length }).filter((_, index) => one[index] !== other[index]).length
}

function shown(answer: Answer): string {
  return wholeOf(answer).toString().slice(0, 2_000)
}
