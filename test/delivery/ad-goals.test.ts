import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { countAdEvents } from '../../src/editorial/ad-counting.ts'
import { adDesk } from '../management/ad-desk.ts'
import { temporaryDatabase } from '../support/database.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { expectTotal, tell, tokenOn, totalOf } from './ad-readers.ts'

const start = Date.UTC(2026, 0, 5)
const dayMs = 86_400_000
const stepMs = 10 * 60_000

/** What an article shows now. */
async function shownOn({ http }: TestServer, slug: string): Promise<string[]> {
  const { body } = await http.get(`/v1/articles/${slug}/ads`).expect(200)
  return body.data.flatMap(({ placements }: { placements: { id: string }[] }) =>
    placements.map(({ id }) => id),
  )
}

async function reasonOf({ http }: TestServer, slug: string, id: string): Promise<string | null> {
  const { body } = await http.get(`/v1/articles/${slug}/ads?explain=true`).expect(200)
  const candidates: { placementId: string; reason: string | null }[] = body.slots[0].candidates
  return candidates.find(({ placementId }) => placementId === id)?.reason ?? null
}

describe('a goal of 10,000 impressions', () => {
  it('is met within 2 % over a week, evenly, whatever the hour brings, and others fill the gaps', async () => {
    const server = await startServer({ clock: start })
    const desk = adDesk(server)
    const slot = await desk.slot({ maxPlacements: 1 })
    const creative = await desk.creative()
    const article = await desk.article()
    const sold = await desk.place(slot, creative, {
      goal: { impressions: 10_000 },
      startsAt: new Date(start).toISOString(),
      endsAt: new Date(start + 7 * dayMs).toISOString(),
    })
    const house = await desk.place(slot, creative, { priority: 'house' })

    const days = Array.from({ length: 7 }, () => 0)
    let shownInAll = 0
    let gaps = 0
    let number = 0
    for (let nowMs = start; nowMs < start + 7 * dayMs; nowMs += stepMs) {
      server.setClock(nowMs)
      const [shown] = await shownOn(server, article.slug)
      if (shown !== sold.id) {
        expect(shown).toBe(house.id)
        gaps += 1
        continue
      }
      // Three times as many readers as are needed, five times as many by day as by night.
      const hour = new Date(nowMs).getUTCHours()
      const readers = hour >= 7 && hour < 23 ? 40 : 8
      const at = new Date(nowMs).toISOString()
      const events = Array.from({ length: readers }, () => {
        number += 1
        return {
          ...{ key: `reader ${number}`, type: 'impression' as const, placementId: sold.id },
          ...{ articleId: article.id, at, repeatsUntil: at },
        }
      })
      await server.db.write((tx) => countAdEvents(tx, events))
      const day = Math.floor((nowMs - start) / dayMs)
      days[day] = (days[day] ?? 0) + readers
      shownInAll += readers
    }

    expect(gaps).toBeGreaterThan(300)
    expect(shownInAll).toBeGreaterThanOrEqual(9_800)
    expect(shownInAll).toBeLessThanOrEqual(10_200)
    for (const count of days) expect(Math.abs(count - 10_000 / 7)).toBeLessThan(0.1 * (10_000 / 7))
    expect(await totalOf(server)).toMatchObject({ impressions: shownInAll })
  }, 120_000)
})

describe('a placement with a goal', () => {
  it('stops when it has reached it, on every instance, and goes on when more is sold', async () => {
    const databaseUrl = await temporaryDatabase()
    const env = { TRUST_PROXY: 'loopback' }
    const server = await startServer({ databaseUrl, env })
    const other = await startServer({ databaseUrl, env })
    const desk = adDesk(server)
    const slot = await desk.slot({ maxPlacements: 1 })
    const article = await desk.article()
    const creative = await desk.creative({ clickUrl: 'https://scooters.example/x' })
    const sold = await desk.place(slot, creative, { goal: { impressions: 3 } })
    const token = await tokenOn(server, article.slug, sold.id)
    expect(await shownOn(other, article.slug)).toEqual([sold.id])
    const { body: before } = await server.http.get('/v1/changes?since=0')
    for (const [reader, one] of [server, other, other].entries())
      await tell(one, [{ token, type: 'impression' }], {
        headers: { 'x-forwarded-for': `192.0.2.${reader}` },
      })
    await expectTotal(server, { impressions: 3 })
    await expect.poll(() => shownOn(other, article.slug), { timeout: 5_000 }).toEqual([])
    expect(await shownOn(server, article.slug)).toEqual([])
    expect(await reasonOf(other, article.slug, sold.id)).toBe('goal-reached')
    // Who has the page from before is led on all the same.
    await server.http.get(`/v1/ads/${sold.id}/click`).redirects(0).expect(302)
    const { body: after } = await server.http.get(`/v1/changes?since=${before.data.at(-1).seq}`)
    expect(after.data).toMatchObject([{ type: 'ad-placement.closed', subject: { id: sold.id } }])
    const { body } = await server.http.get(`/manage/v1/ad-placements/${sold.id}`).set(bearer())
    expect(body).toMatchObject({ version: 1, status: 'active' })

    await desk.patch(`/ad-placements/${sold.id}`, { goal: { impressions: 4 } })
    await expect.poll(() => shownOn(other, article.slug), { timeout: 5_000 }).toEqual([sold.id])
  })

  it('is held back while it is ahead of its plan, by decisions too, and is told of when it goes on', async () => {
    const server = await startServer({ clock: start, env: { TRUST_PROXY: 'loopback' } })
    const desk = adDesk(server)
    const slot = await desk.slot({ maxPlacements: 1 })
    const article = await desk.article()
    const sold = await desk.place(slot, await desk.creative(), {
      goal: { impressions: 24 },
      endsAt: new Date(start + dayMs).toISOString(),
    })
    const decided = async () => {
      const asked = { slots: [slot.key], articleId: article.id }
      const { body } = await server.http.post('/v1/ads/decisions').send(asked).expect(200)
      return body.slots[0].placements.map(({ id }: { id: string }) => id)
    }
    const token = await tokenOn(server, article.slug, sold.id)
    expect(await decided()).toEqual([sold.id])
    for (let reader = 0; reader < 2; reader += 1)
      await tell(server, [{ token, type: 'impression' }], {
        headers: { 'x-forwarded-for': `192.0.2.${reader}` },
      })
    await expectTotal(server, { impressions: 2 })
    expect(await shownOn(server, article.slug)).toEqual([])
    expect(await decided()).toEqual([])
    expect(await reasonOf(server, article.slug, sold.id)).toBe('ahead-of-goal')
    server.setClock(start + 2 * 3_600_000 - 1)
    expect(await shownOn(server, article.slug)).toEqual([])
    server.setClock(start + 2 * 3_600_000)
    expect(await shownOn(server, article.slug)).toEqual([sold.id])
    expect(await decided()).toEqual([sold.id])
    await sleep(1_500)
    const { body } = await server.http.get('/v1/changes?since=0')
    const types = body.data
      .filter(({ subject }: { subject: { id: string } }) => subject.id === sold.id)
      .map(({ type }: { type: string }) => type)
    expect(types).toEqual(['ad-placement.created', 'ad-placement.closed', 'ad-placement.opened'])
  })
})
