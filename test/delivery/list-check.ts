import { expect } from 'vitest'
import type { TestServer } from '../support/server.ts'
import { answerOf, type ModelQuery } from './list-model.ts'
import type { ModelArticle } from './list-world.ts'

/** Of a long list so many pages are walked. */
const mostPages = 8

/** How many requests were sent, and how many of the lists had anything. */
export interface Checked {
  readonly requests: number
  readonly found: number
}

/** Walks the list of every query and expects what a plain list in memory gives; `seed` names the world in failures. */
export async function checkLists(
  server: TestServer,
  world: readonly ModelArticle[],
  queries: readonly ModelQuery[],
  seed: number,
): Promise<Checked> {
  let requests = 0
  let found = 0
  for (const [index, query] of queries.entries()) {
    const expected = answerOf(world, query).map((article) => article.id)
    const where = `SEED=${seed} ${JSON.stringify(query)}`
    const limit = [100, 7, 23][index % 3] as number
    const { ids, total, pages, isWhole } = await walk(server, query, limit)
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
    requests += pages
    found += ids.length === 0 ? 0 : 1
  }
  return { requests, found }
}

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
): Promise<{ ids: string[]; total: number | undefined; pages: number; isWhole: boolean }> {
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
  return { ids, total: totals[0], pages: totals.length, isWhole: url === undefined }
}
