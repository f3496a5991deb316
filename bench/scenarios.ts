import process from 'node:process'

/** One kind of request under load. */
export interface Scenario {
  readonly name: string
  /** Path and query. */
  readonly path: string
  /** What every answer must be; a run with another status is not a measurement. */
  readonly status: number
  /** Send the ETag of the first answer as `If-None-Match`. */
  readonly conditional?: boolean
  /** Sent by POST, another for each request; a GET when absent. */
  readonly body?: () => object
}

const article = '/v1/articles/anthony-blinken-the-return-and-israel'

/** What is measured. A new line here is measured against every target of `targets.ts`. */
export const scenarios: readonly Scenario[] = [
  { name: 'article', path: article, status: 200 },
  { name: 'list of articles', path: '/v1/articles?limit=20', status: 200 },
  { name: 'article, not modified', path: article, status: 304, conditional: true },
]

let written = 0
const paragraph = 'The bridge is open again, two years after the storm that closed it. '.repeat(8)

/** What is measured of Copydesk on each database; writes are durable on both. */
export const databaseScenarios: readonly Scenario[] = [
  { name: 'article', path: article, status: 200 },
  { name: 'list of articles', path: '/v1/articles?limit=20', status: 200 },
  {
    name: 'new drafts',
    path: '/manage/v1/articles',
    status: 201,
    body: () => {
      written += 1
      const text = { _type: 'span', text: paragraph }
      return { title: `Draft ${process.pid}-${written}`, body: [{ _type: 'block', children: [text] }] }
    },
  },
]

/** The first answer of a server that is starting is this one. */
export const firstPath = article
