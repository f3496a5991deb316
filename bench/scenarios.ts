import process from 'node:process'
import { benchToken } from './token.ts'

/** One kind of request under load. */
export interface Scenario {
  readonly name: string
  /** Path and query. */
  readonly path: string
  /** What every answer must be; a run with another status is not a measurement. */
  readonly status: number
  /** Send the ETag of the first answer as `If-None-Match`. */
  readonly conditional?: boolean
  /** A write; a GET of `path` when absent. Answers a function that makes each request. */
  readonly writes?: (origin: string) => Promise<() => WriteRequest>
}

const article = '/v1/articles/anthony-blinken-the-return-and-israel'

/** One request of a scenario that writes. */
export interface WriteRequest {
  readonly method: 'POST' | 'PATCH'
  readonly path: string
  readonly body: object
  /** Besides those that all requests of the run have. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The headers of every write. */
export const writeHeaders = {
  authorization: `Bearer ${benchToken}`,
  'content-type': 'application/json',
  'if-match': '*',
}

/** What is measured. A new line here is measured against every target of `targets.ts`. */
export const scenarios: readonly Scenario[] = [
  { name: 'article', path: article, status: 200 },
  { name: 'list of articles', path: '/v1/articles?limit=20', status: 200 },
  { name: 'article, not modified', path: article, status: 304, conditional: true },
  { name: 'list of a language', path: '/v1/articles?limit=20&language=en', status: 200 },
  { name: 'search', path: '/v1/articles?q=israel', status: 200 },
  { name: 'JSON-LD', path: `${article}/jsonld`, status: 200 },
  { name: 'RSS feed', path: '/feeds/articles.rss', status: 200 },
]

/** The same without the cache of answers: what the first reader after every change waits for. */
export const uncachedScenarios: readonly Scenario[] = scenarios
  .filter(({ conditional }) => !conditional)
  .map((scenario) => ({ ...scenario, name: `${scenario.name}, uncached` }))

/** What is measured of several workers beside one. */
export const workerScenarios: readonly Scenario[] = [{ name: 'article, workers', path: article, status: 200 }]

const articles = '/manage/v1/articles'
const paragraph = 'The bridge is open again, two years after the storm that closed it. '.repeat(8)
let written = 0

function newDraft(): WriteRequest {
  written += 1
  const text = { _type: 'span', text: paragraph }
  const body = { title: `Draft ${process.pid}-${written}`, body: [{ _type: 'block', children: [text] }] }
  return { method: 'POST', path: articles, body }
}

/** Enough that two patches rarely meet on one article. */
const patchedArticles = 200

/** Patches of the subtitles of some drafts, in turn. */
async function patchesOf(origin: string): Promise<() => WriteRequest> {
  const ids = await Promise.all(Array.from({ length: patchedArticles }, () => makeDraft(origin)))
  return () => {
    written += 1
    const path = `${articles}/${ids[written % ids.length]}`
    return { method: 'PATCH', path, body: { subtitle: `Patch ${written}` } }
  }
}

async function makeDraft(origin: string): Promise<string> {
  const { path, body } = newDraft()
  const answer = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: writeHeaders,
    body: JSON.stringify(body),
  })
  if (answer.status !== 201) throw new Error(`a draft could not be made: ${answer.status}`)
  return ((await answer.json()) as { id: string }).id
}

/** What is measured of Copydesk on each database; writes are durable on both. */
export const databaseScenarios: readonly Scenario[] = [
  { name: 'article', path: article, status: 200 },
  { name: 'list of articles', path: '/v1/articles?limit=20', status: 200 },
  { name: 'new drafts', path: articles, status: 201, writes: async () => newDraft },
  { name: 'patches', path: articles, status: 200, writes: patchesOf },
]

/** The first answer of a server that is starting is this one. */
export const firstPath = article
