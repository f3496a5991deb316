import { setTimeout as sleep } from 'node:timers/promises'
import { isNotNull } from 'drizzle-orm'
import supertest from 'supertest'
import { expect, it } from 'vitest'
import { adDesk } from '../management/ad-desk.ts'
import { temporaryDatabase } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken, bearer, startServer } from '../support/server.ts'

const placements = 20
/** How long after its instant an ad may be shown or missing on any instance, where the machine has the time. */
const promiseMs = 1_000

it('ads come and go at their instants on every instance, and the public is told of each once', async () => {
  const databaseUrl = await temporaryDatabase()
  const env = { DATABASE_URL: databaseUrl, ADMIN_TOKEN: adminToken, LOG_LEVEL: 'info' }
  const observer = await startServer({ databaseUrl })
  const desk = adDesk(observer)
  const article = await desk.article()
  const slot = await desk.slot({ maxPlacements: 20 })
  const creative = await desk.creative()
  const early = Date.now() + 100
  // What begins and ends while nobody serves is made up for at the start.
  const missed = await desk.place(slot, creative, {
    ...{ startsAt: new Date(early).toISOString(), endsAt: new Date(early + 200).toISOString() },
  })
  await observer.app.close()
  await sleep(400)
  const servers = await Promise.all([1, 2].map(() => startServing(env)))
  const ask = async (url: string): Promise<string[]> => {
    const { body } = await supertest(url).get(`/v1/articles/${article.slug}/ads`).expect(200)
    return body.data.flatMap((one: { placements: { id: string }[] }) => one.placements.map(({ id }) => id))
  }
  const urls = servers.map(({ url }) => url)
  expect(await Promise.all(urls.map(ask))).toEqual([[], []])

  const start = Date.now() + 5_000
  const end = start + 8_000
  const dates = { startsAt: new Date(start).toISOString(), endsAt: new Date(end).toISOString() }
  const place = { slotId: slot.id, creativeId: creative.id, scope: { type: 'site' }, ...dates }
  // In one write, so that all are there long before they begin.
  const operations = Array.from({ length: placements }, (_, number) => ({
    ...{ method: 'POST', path: '/ad-placements' },
    body: number % 2 === 0 ? place : { ...place, status: 'paused' },
  }))
  const batch = supertest(urls[0] ?? '')
    .post('/manage/v1/batch')
    .set(bearer())
  const { body: made } = await batch.send({ atomic: true, operations }).expect(200)
  const ids: string[] = made.results.map((result: { body: { id: string } }) => result.body.id)
  expect(Date.now()).toBeLessThan(start)
  const shown = ids.filter((_, index) => index % 2 === 0)
  await sleep(Math.max(0, start - 300 - Date.now()))
  // In the caches of both, when the instant comes.
  expect(await Promise.all(urls.map(ask))).toEqual([[], []])
  const shownEverywhere = async () => (await Promise.all(urls.map(ask))).map((found) => found.toSorted())
  await sleep(Math.max(0, start + promiseMs - Date.now()))
  const patience = { timeout: 6_000, interval: 100 }
  await expect.poll(shownEverywhere, patience).toEqual([shown.toSorted(), shown.toSorted()])
  await sleep(Math.max(0, end + promiseMs - Date.now()))
  await expect.poll(shownEverywhere, patience).toEqual([[], []])

  const edges = () =>
    observer.engine.snapshot(async ({ sql, tables: { changes: t } }) => {
      const rows = await sql.select().from(t).where(isNotNull(t.publicSeq)).orderBy(t.publicSeq)
      return rows.filter(({ type }) => /^ad-placement\.(opened|closed)$/.test(type))
    })
  const told = [...ids, missed.id, ...ids]
  await expect.poll(async () => (await edges()).length, { timeout: 30_000 }).toBe(told.length)
  const of = async (type: string) =>
    (await edges()).filter((change) => change.type === type).map(({ subjectId }) => subjectId)
  expect((await of('ad-placement.opened')).sort()).toEqual(ids.toSorted())
  expect((await of('ad-placement.closed')).sort()).toEqual([missed.id, ...ids].toSorted())
}, 120_000)
