import { expect } from 'vitest'
import { placeSiteAds } from '../../bench/filling/ads.ts'
import { carryOut, type Ids, inputOf, linksOf } from '../../bench/filling/deeds.ts'
import { type Deed, type NewsroomPlan, termsOf, timeline } from '../../bench/filling/plan.ts'
import { adminActor } from '../../src/auth/tokens.ts'
import { bearer, type TestServer } from '../support/server.ts'

/** Carries out a plan by requests, each at its instant; what has no route yet, by the verb that a route would call. */
export async function workThrough(server: TestServer, plan: NewsroomPlan): Promise<void> {
  const send = async (method: 'post' | 'put' | 'patch', path: string, body: object) => {
    const answer = await server.http[method](`/manage/v1${path}`)
      .set({ ...bearer(), 'if-match': '*', 'x-request-id': 'generated' })
      .send(body)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return answer.body
  }
  server.setClock(plan.until - plan.span)
  const terms: Record<string, string> = {}
  for (const { kind, slug, name } of termsOf(plan))
    terms[`${kind} ${slug}`] = (await send('post', `/${kind}s`, { name })).id
  const sections = Object.entries(terms).flatMap(([name, id]) => (name.startsWith('section ') ? [id] : []))
  await server.db.write((tx) => placeSiteAds(tx, adminActor, sections))

  const ids: Ids = { articles: [], terms }
  for (const { at, article, deed } of timeline(plan)) {
    server.setClock(at)
    if (deed.what === 'create')
      ids.articles[article] = (await send('post', '/articles', inputOf(deed.content, ids))).id
    else if (deed.what === 'advertise')
      await server.db.write((tx) => carryOut(tx, adminActor, ids, article, deed))
    else await send(...requestOf(deed, `/articles/${ids.articles[article]}`, ids))
  }
}

function requestOf(
  deed: Exclude<Deed, { what: 'create' | 'advertise' }>,
  path: string,
  ids: Ids,
): ['post' | 'put' | 'patch', string, object] {
  switch (deed.what) {
    case 'relate':
      return ['put', `${path}/related`, linksOf(deed.links, ids)]
    case 'publish':
      return ['post', `${path}/publish`, deed.at === null ? {} : { at: deed.at }]
    case 'patch':
      return ['patch', path, { subtitle: deed.subtitle }]
    case 'correct':
      return ['post', `${path}/corrections`, { text: deed.text }]
    case 'unpublish':
      return ['post', `${path}/unpublish`, {}]
    case 'kill':
      return ['post', `${path}/kill`, { reason: deed.reason }]
  }
}
