import { expect } from 'vitest'
import { adDesk } from '../management/ad-desk.ts'
import { bearer, type TestServer } from '../support/server.ts'

export const browser =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36'

type Http = Pick<TestServer, 'http'>

/** A published article with an ad that leads somewhere, and what is delivered of it. */
export async function adOnArticle(server: Http, more: object = {}) {
  const desk = adDesk(server)
  const slot = await desk.slot({ maxPlacements: 5 })
  const creative = await desk.creative({ clickUrl: 'https://scooters.example/x?a=1', ...more })
  const placement = await desk.place(slot, creative)
  const article = await desk.article()
  return {
    desk,
    slot,
    creative,
    placement,
    article,
    token: await tokenOn(server, article.slug, placement.id),
  }
}

/** The token that an article carries for a placement. */
export async function tokenOn({ http }: Http, slug: string, placementId: string): Promise<string> {
  const { body } = await http.get(`/v1/articles/${slug}/ads`).expect(200)
  const placements: { id: string; token: string }[] = body.data.flatMap(
    ({ placements: some }: { placements: object[] }) => some,
  )
  return placements.find(({ id }) => id === placementId)?.token ?? ''
}

interface Reading {
  readonly userAgent?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Tells events as a browser does, and answers what became of them. */
export async function tell(
  { http }: Http,
  events: readonly { token: string; type: string }[],
  { userAgent = browser, headers = {} }: Reading = {},
) {
  const request = http.post('/v1/ads/events').set('user-agent', userAgent).set(headers)
  return (await request.send({ events }).expect(202)).body as {
    accepted: number
    ignored: Record<string, number>
  }
}

/** All that was counted. */
export async function totalOf({ http }: Http, query = '') {
  const { body } = await http.get(`/manage/v1/stats/ads${query}`).set(bearer()).expect(200)
  return body.total as { impressions: number; viewable: number; clicks: number; ctr: number | null }
}

/** Waits until so much was counted and no more. */
export async function expectTotal(
  server: Http,
  { impressions = 0, viewable = 0, clicks = 0 }: { impressions?: number; viewable?: number; clicks?: number },
): Promise<void> {
  await expect
    .poll(() => totalOf(server), { timeout: 10_000 })
    .toMatchObject({ impressions, viewable, clicks })
}
