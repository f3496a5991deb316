import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { temporaryDatabase } from '../support/database.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { adDesk } from './ad-desk.ts'

const base = '/manage/v1/articles'
const morning = Date.parse('2026-05-01T08:00:00Z')
const hour = 3_600_000
const at = (ms: number) => new Date(ms).toISOString()

async function makeDraft({ http }: TestServer, input: object = {}): Promise<string> {
  return (
    await http
      .post(base)
      .set(bearer())
      .send({ title: 'Planned', ...input })
      .expect(201)
  ).body.id
}

const publish = ({ http }: TestServer, id: string, input: object) =>
  http.post(`${base}/${id}/publish`).set(bearer()).send(input)

const statusOf = async ({ http }: TestServer, id: string) =>
  (await http.get(`${base}/${id}`).set(bearer()).expect(200)).body

async function startAt(ms: number, databaseUrl?: string): Promise<TestServer> {
  const server = await startServer({ ...(databaseUrl && { databaseUrl }), clock: ms })
  return server
}

describe('a schedule', () => {
  it('publishes the working copy as it is at its instant, once, in the name of who planned it', async () => {
    const server = await startAt(morning)
    const { http } = server
    const id = await makeDraft(server)
    const planned = await publish(server, id, { at: at(morning + hour) }).expect(200)
    expect(planned.body).toMatchObject({
      status: 'scheduled',
      version: 2,
      scheduledAt: at(morning + hour),
      publishedVersion: null,
    })
    await http
      .patch(`${base}/${id}`)
      .set(bearer())
      .set('if-match', '"2"')
      .send({ title: 'Newer' })
      .expect(200)
    await http.get(`/v1/articles/${id}`).expect(404)
    server.setClock(morning + hour - 1)
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    await http.get(`/v1/articles/${id}`).expect(404)

    server.setClock(morning + hour + 5)
    await expect.poll(async () => (await http.get(`/v1/articles/${id}`)).status, { timeout: 3_000 }).toBe(200)
    const { body } = await http.get(`/v1/articles/${id}`).expect(200)
    expect(body).toMatchObject({ title: 'Newer', version: 4, firstPublishedAt: at(morning + hour + 5) })
    expect(await statusOf(server, id)).toMatchObject({
      status: 'published',
      version: 4,
      scheduledAt: null,
      updatedBy: { name: 'ADMIN_TOKEN' },
    })
    const changes = await server.engine.snapshot(async ({ sql, tables }) =>
      sql.select().from(tables.changes).orderBy(tables.changes.seq),
    )
    expect(changes.filter((change) => change.type === 'article.published')).toHaveLength(1)
    expect((await http.get('/metrics').expect(200)).text).toContain(
      'copydesk_schedule_lateness_seconds_count{outcome="published"} 1',
    )
  })

  it('of a published article leaves what is public until then', async () => {
    const server = await startAt(morning)
    const { http } = server
    const id = await makeDraft(server)
    await publish(server, id, {}).expect(200)
    await http.patch(`${base}/${id}`).set(bearer()).set('if-match', '*').send({ title: 'Second' }).expect(200)
    const planned = await publish(server, id, { at: at(morning + hour) }).expect(200)
    expect(planned.body).toMatchObject({ status: 'published', scheduledAt: at(morning + hour) })
    expect((await http.get(`/v1/articles/${id}`).expect(200)).body.title).toBe('Planned')
    server.setClock(morning + hour)
    await expect
      .poll(async () => (await http.get(`/v1/articles/${id}`)).body.title, { timeout: 3_000 })
      .toBe('Second')
  })

  it('takes an article back at its end, and what was planned with it', async () => {
    const server = await startAt(morning)
    const id = await makeDraft(server)
    const unpublishAt = at(morning + 2 * hour)
    await publish(server, id, { at: at(morning + hour), unpublishAt }).expect(200)
    const calendar = await server.http.get('/manage/v1/schedule').set(bearer()).expect(200)
    expectDescribed('get', '/manage/v1/schedule', calendar)
    expect(calendar.body.data.map((item: { action: string; at: string }) => [item.action, item.at])).toEqual([
      ['publish', at(morning + hour)],
      ['unpublish', unpublishAt],
    ])
    server.setClock(morning + 3 * hour)
    await expect
      .poll(async () => (await server.http.get(`/v1/articles/${id}`)).status, { timeout: 3_000 })
      .toBe(410)
    expect(await statusOf(server, id)).toMatchObject({
      status: 'unpublished',
      scheduledAt: null,
      unpublishAt: null,
    })
    const types = await server.engine.snapshot(async ({ sql, tables }) =>
      sql.select({ type: tables.changes.type }).from(tables.changes).orderBy(tables.changes.seq),
    )
    expect(types.map(({ type }) => type)).toEqual([
      'article.created',
      'article.scheduled',
      'article.published',
      'article.unpublished',
    ])
  })

  it('can be moved and cancelled, and the state before it comes back', async () => {
    const server = await startAt(morning)
    const { http } = server
    const id = await makeDraft(server)
    await http.post(`${base}/${id}/submit`).set(bearer()).expect(200)
    await http.post(`${base}/${id}/approve`).set(bearer()).expect(200)
    await publish(server, id, { at: at(morning + hour) }).expect(200)
    const moved = await publish(server, id, { at: at(morning + 5 * hour) }).expect(200)
    expect(moved.body).toMatchObject({ status: 'scheduled', scheduledAt: at(morning + 5 * hour), version: 5 })
    expect((await publish(server, id, { at: at(morning + 5 * hour) }).expect(200)).body.version).toBe(5)
    const cancelled = await http.post(`${base}/${id}/unschedule`).set(bearer()).expect(200)
    expect(cancelled.body).toMatchObject({ status: 'approved', scheduledAt: null })
    server.setClock(morning + 6 * hour)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await http.get(`/v1/articles/${id}`).expect(404)
    await http.post(`${base}/${id}/unschedule`).set(bearer()).expect(409)
  })

  it('is refused when its instants make no sense, or an embargo lasts longer', async () => {
    const server = await startAt(morning)
    const id = await makeDraft(server, { embargoUntil: at(morning + 3 * hour) })
    const early = await publish(server, id, { at: at(morning + hour) }).expect(409)
    expect(early.body).toMatchObject({ code: 'embargoed', embargoUntil: at(morning + 3 * hour) })
    await publish(server, id, { at: at(morning + 3 * hour) }).expect(200)
    for (const [input, code] of [
      [{ at: at(morning + 4 * hour), unpublishAt: at(morning + 4 * hour) }, 'before-at'],
      [{ unpublishAt: at(morning - hour) }, 'in-past'],
      [{ unpublishAt: at(morning) }, 'in-past'],
    ] as const) {
      const { body } = await publish(server, id, input).expect(422)
      expect(body.errors).toEqual([expect.objectContaining({ pointer: '/unpublishAt', code })])
    }
  })

  it('that an embargo overtakes is not carried out: it is reported and waits for an editor', async () => {
    const server = await startAt(morning)
    const { http } = server
    const id = await makeDraft(server)
    await publish(server, id, { at: at(morning + hour) }).expect(200)
    const embargoUntil = at(morning + 2 * hour)
    await http.patch(`${base}/${id}`).set(bearer()).set('if-match', '*').send({ embargoUntil }).expect(200)
    server.setClock(morning + hour)
    await expect
      .poll(async () => (await statusOf(server, id)).scheduleProblem, { timeout: 3_000 })
      .toBe('embargoed')
    server.setClock(morning + 5 * hour)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await http.get(`/v1/articles/${id}`).expect(404)
    const calendar = await http.get('/manage/v1/schedule').set(bearer()).expect(200)
    expect(calendar.body.data).toMatchObject([{ problem: 'embargoed', article: { id } }])
    await http.get('/readyz').expect(200)
    const again = await publish(server, id, { at: at(morning + 6 * hour) }).expect(200)
    expect(again.body).toMatchObject({ status: 'scheduled', scheduleProblem: null })
    server.setClock(morning + 6 * hour)
    await expect.poll(async () => (await http.get(`/v1/articles/${id}`)).status, { timeout: 3_000 }).toBe(200)
  })

  it('years ahead is not published early, whatever a timer can hold', async () => {
    const server = await startAt(morning)
    for (const days of [25, 50, 3650])
      await publish(server, await makeDraft(server), { at: at(morning + days * 24 * hour) }).expect(200)
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect((await server.http.get('/v1/articles').expect(200)).body.data).toEqual([])
    server.setClock(morning + 24 * 24 * hour)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect((await server.http.get('/v1/articles').expect(200)).body.data).toEqual([])
    server.setClock(morning + 26 * 24 * hour)
    await expect
      .poll(async () => (await server.http.get('/v1/articles').expect(200)).body.data.length, {
        timeout: 3_000,
      })
      .toBe(1)
  })

  it('names one instant in every zone, over the change of the clocks too', async () => {
    // In Paris the clocks go from 02:00 to 03:00 on 29 March 2026, at 01:00 UTC.
    const server = await startAt(Date.parse('2026-03-28T12:00:00Z'))
    const before = await makeDraft(server)
    const after = await makeDraft(server)
    const one = await publish(server, before, { at: '2026-03-29T01:59:59+01:00' }).expect(200)
    const other = await publish(server, after, { at: '2026-03-29T03:00:00+02:00' }).expect(200)
    expect(one.body.scheduledAt).toBe('2026-03-29T00:59:59.000Z')
    expect(other.body.scheduledAt).toBe('2026-03-29T01:00:00.000Z')
    await publish(server, after, { at: '2026-03-29T02:30:00' }).expect(422)
    server.setClock(Date.parse('2026-03-29T00:59:59Z'))
    await expect
      .poll(async () => (await server.http.get(`/v1/articles/${before}`)).status, { timeout: 3_000 })
      .toBe(200)
    await server.http.get(`/v1/articles/${after}`).expect(404)
    server.setClock(Date.parse('2026-03-29T01:00:00Z'))
    await expect
      .poll(async () => (await server.http.get(`/v1/articles/${after}`)).status, { timeout: 3_000 })
      .toBe(200)
  })

  it('that is long overdue makes the server not ready until it is done', async () => {
    const server = await startAt(morning)
    const id = await makeDraft(server)
    await publish(server, id, { at: at(morning + hour) }).expect(200)
    let release = () => {}
    const held = server.db.write(
      () =>
        new Promise<void>((resolve) => {
          release = resolve
        }),
    )
    server.setClock(morning + 2 * hour)
    const { body } = await server.http.get('/readyz').expect(503)
    expect(body.failedChecks).toEqual(['schedule'])
    release()
    await held
    await expect.poll(async () => (await server.http.get('/readyz')).status, { timeout: 5_000 }).toBe(200)
    await server.http.get(`/v1/articles/${id}`).expect(200)
  })

  it('that fell due while no server ran is done at the start', async () => {
    const databaseUrl = await temporaryDatabase()
    const first = await startAt(morning, databaseUrl)
    const id = await makeDraft(first)
    await publish(first, id, { at: at(morning + hour) }).expect(200)
    await first.app.close()
    const second = await startAt(morning + 10 * hour, databaseUrl)
    await expect
      .poll(async () => (await second.http.get(`/v1/articles/${id}`)).status, { timeout: 5_000 })
      .toBe(200)
  })
})

describe('the calendar', () => {
  it('lists by instant, within bounds and page by page', async () => {
    const server = await startAt(morning)
    for (const offset of [3, 1, 2])
      await publish(server, await makeDraft(server, { title: `In ${offset}` }), {
        at: at(morning + offset * hour),
        unpublishAt: at(morning + (offset + 10) * hour),
      }).expect(200)
    const list = async (query: string) =>
      (await server.http.get(`/manage/v1/schedule${query}`).set(bearer()).expect(200)).body
    const short = (body: { data: { action: string; article: { title: string } }[] }) =>
      body.data.map(({ action, article }) => `${action} ${article.title}`)
    expect(short(await list(''))).toEqual([
      'publish In 1',
      'publish In 2',
      'publish In 3',
      'unpublish In 1',
      'unpublish In 2',
      'unpublish In 3',
    ])
    expect(short(await list('?action=unpublish'))).toHaveLength(3)
    expect(short(await list(`?from=${at(morning + 2 * hour)}&to=${at(morning + 11 * hour)}`))).toEqual([
      'publish In 2',
      'publish In 3',
    ])
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const body: Awaited<ReturnType<typeof list>> = await list(`?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...short(body))
      cursor = body.page.next
    }
    expect(seen).toHaveLength(6)
    await server.http.get('/manage/v1/schedule?from=tomorrow').set(bearer()).expect(400)
  })

  it('has the dates of ads among them, for those who place ads', async () => {
    const server = await startAt(morning)
    const { http } = server
    const desk = adDesk(server)
    const article = await makeDraft(server)
    await publish(server, article, { at: at(morning + 2 * hour) }).expect(200)
    const [slot, creative] = [await desk.slot(), await desk.creative()]
    const place = (starts: number, ends?: number, more: object = {}) =>
      desk.place(slot, creative, {
        startsAt: at(morning + starts * hour),
        endsAt: ends === undefined ? null : at(morning + ends * hour),
        ...more,
      })
    await place(-2, -1)
    const running = await place(-1, 3)
    const coming = await place(1, 4, { status: 'paused' })
    const endless = await place(2)
    const who = bearer(await server.token('ads'))
    const list = async (query = '', token = who) => {
      const answer = await http.get(`/manage/v1/schedule${query}`).set(token).expect(200)
      expectDescribed('get', '/manage/v1/schedule', answer)
      return answer.body
    }
    interface Item {
      readonly at: string
      readonly action: string
      readonly article: { readonly id: string } | null
      readonly placement: { readonly id: string } | null
    }
    const short = ({ data }: { data: Item[] }) =>
      data.map((item) => [
        (Date.parse(item.at) - morning) / hour,
        item.action,
        (item.article ?? item.placement)?.id,
      ])
    const all = [
      [1, 'open', coming.id],
      [2, 'publish', article],
      [2, 'open', endless.id],
      [3, 'close', running.id],
      [4, 'close', coming.id],
    ]
    const whole = await list('?count=true')
    expect([short(whole), whole.page.total]).toEqual([all, 5])
    expect(whole.data[0]).toEqual({
      ...{ at: at(morning + hour), action: 'open', article: null, scheduledBy: null, problem: null },
      placement: {
        id: coming.id,
        slot: { id: slot.id, key: 'slot-1' },
        creative: { id: creative.id, title: 'Electric Scooter X' },
        status: 'paused',
      },
    })
    expect(whole.data[1].placement).toBeNull()
    const walked: unknown[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const body: Awaited<ReturnType<typeof list>> = await list(`?limit=1${cursor && `&cursor=${cursor}`}`)
      walked.push(...short(body))
      cursor = body.page.next
    }
    expect(walked).toEqual(all)
    expect(short(await list('?action=close'))).toEqual(all.slice(3))
    expect(short(await list(`?from=${at(morning + 2 * hour)}&to=${at(morning + 3 * hour)}`))).toEqual(
      all.slice(1, 3),
    )
    const viewer = bearer(await server.token('viewer'))
    expect(short(await list('', viewer))).toEqual([all[1]])
    expect((await list('?action=open&count=true', viewer)).page.total).toBe(0)

    server.setClock(morning + 2 * hour)
    await expect.poll(async () => short(await list()), { timeout: 5_000 }).toEqual(all.slice(3))
  })
})
