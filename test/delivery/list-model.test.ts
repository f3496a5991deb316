import fc from 'fast-check'
import { expect, it } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { answerOf, type ModelQuery, queriesOf } from './list-model.ts'
import { publishWorld } from './list-world.ts'

/** As many as there is time for: `LIST_ARTICLES=100000 LIST_QUERIES=1500` takes a while. */
const articles = Number(process.env.LIST_ARTICLES ?? 2_600)
const queries = Number(process.env.LIST_QUERIES ?? 300)
/** Of a long list so many pages are walked. */
const mostPages = 8

it(`gives, of ${articles} articles, what a plain list in memory gives, for ${queries} queries`, {
  timeout: 7_200_000,
}, async () => {
  const server = await startServer({ env: { LOG_LEVEL: 'warn' } })
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  const world = await publishWorld(server, articles, seed)
  let sum = 0
  for (const [index, query] of fc.sample(queriesOf(world), { numRuns: queries, seed }).entries()) {
    const expected = answerOf(world, query).map((article) => article.id)
    const where = `SEED=${seed} ${JSON.stringify(query)}`
    const limit = [100, 7, 23][index % 3] as number
    const { ids, total, isWhole } = await walk(server, query, limit)
    expect(total, where).toBe(expected.length)
    const among = new Set(expected)
    const isRanked = query.sort === 'relevance' || (query.q !== undefined && query.sort === undefined)
    if (!isRanked) expect(ids, where).toEqual(expected.slice(0, ids.length))
    else if (isWhole) expect(ids.toSorted(), where).toEqual(expected.toSorted())
    else
      expect(
        ids.filter((id) => !among.has(id)),
        where,
      ).toEqual([])
    expect(new Set(ids).size, where).toBe(ids.length)
    if (isWhole) expect(ids.length, where).toBe(expected.length)
    sum += ids.length === 0 ? 0 : 1
  }
  // The run is worth something only when most lists have something.
  expect(sum / queries).toBeGreaterThan(0.5)
})

interface Answer {
  readonly status: number
  readonly body: {
    readonly data: readonly { readonly id: string }[]
    readonly page: { readonly total?: number }
  }
  readonly headers: Readonly<Record<string, string>>
}

/** The ids of the first pages of a list, and how many it says that there are. */
async function walk(
  { http, log }: TestServer,
  query: ModelQuery,
  limit: number,
): Promise<{ ids: string[]; total: number | undefined; isWhole: boolean }> {
  const parameters = new URLSearchParams({ limit: String(limit), fields: 'id', count: 'true' })
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat()) parameters.append(name, one)
  let url: string | undefined = `/v1/articles?${parameters}`
  const ids: string[] = []
  const totals: (number | undefined)[] = []
  while (url !== undefined && totals.length < mostPages) {
    const { status, body, headers }: Answer = await http.get(url)
    expect(status, `${url} ${JSON.stringify(body)} ${log()}`).toBe(200)
    ids.push(...body.data.map(({ id }) => id))
    totals.push(body.page.total)
    // To count once is enough.
    url = /<([^>]+)>; rel="next"/.exec(headers.link ?? '')?.[1]?.replace('&count=true', '')
  }
  return { ids, total: totals[0], isWhole: url === undefined }
}
