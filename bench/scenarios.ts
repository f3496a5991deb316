/** One kind of request under load. */
export interface Scenario {
  readonly name: string
  /** Path and query. */
  readonly path: string
  /** What every answer must be; a run with another status is not a measurement. */
  readonly status: number
  /** Send the ETag of the first answer as `If-None-Match`. */
  readonly conditional?: boolean
}

const article = '/v1/articles/anthony-blinken-the-return-and-israel'

/** What is measured. A new line here is measured against every target of `targets.ts`. */
export const scenarios: readonly Scenario[] = [
  { name: 'article', path: article, status: 200 },
  { name: 'list of articles', path: '/v1/articles?limit=20', status: 200 },
  { name: 'article, not modified', path: article, status: 304, conditional: true },
]

/** The first answer of a server that is starting is this one. */
export const firstPath = article
