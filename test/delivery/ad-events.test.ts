import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { bearer, startServer } from '../support/server.ts'
import { adOnArticle, browser, expectTotal, tell, tokenOn, totalOf } from './ad-readers.ts'

const none = { invalidToken: 0, repeated: 0, bot: 0, prefetch: 0, overload: 0 }
/** Longer than it takes until what was told is written. */
const writtenMs = 1_000

describe('POST /v1/ads/events', () => {
  it('counts what a reader tells, once', async () => {
    const server = await startServer()
    const { token } = await adOnArticle(server)
    const types = ['impression', 'viewable', 'click'].map((type) => ({ token, type }))
    expect(await tell(server, types)).toEqual({ accepted: 3, ignored: none })
    expect(await tell(server, types)).toEqual({ accepted: 0, ignored: { ...none, repeated: 3 } })
    await expectTotal(server, { impressions: 1, viewable: 1, clicks: 1 })
    expect(await tell(server, types)).toEqual({ accepted: 0, ignored: { ...none, repeated: 3 } })
    await sleep(writtenMs)
    expect(await totalOf(server)).toEqual({ impressions: 1, viewable: 1, clicks: 1, ctr: 1 })
    const { text } = await server.http.get('/metrics')
    expect(text).toContain('copydesk_ad_events_total{type="click",outcome="counted"} 1')
    expect(text).toContain('copydesk_ad_events_total{type="click",outcome="repeated"} 2')
  })

  it('takes what sendBeacon sends, from any site, and is not to be cached', async () => {
    const server = await startServer()
    const { token } = await adOnArticle(server)
    const { headers, body } = await server.http
      .post('/v1/ads/events')
      .set({ 'content-type': 'text/plain;charset=UTF-8', 'user-agent': browser })
      .set('origin', 'https://news.example')
      .send(JSON.stringify({ events: [{ token, type: 'impression' }] }))
      .expect(202)
    expect(body.accepted).toBe(1)
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers['set-cookie']).toBeUndefined()
    await expectTotal(server, { impressions: 1 })
  })

  it('counts readers apart by address and browser, and the same one again after a while', async () => {
    const server = await startServer({
      env: { TRUST_PROXY: 'loopback', AD_REPEAT_MINUTES: '10' },
      clock: Date.UTC(2026, 0, 5, 12),
    })
    const { token } = await adOnArticle(server)
    const impression = [{ token, type: 'impression' }]
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
    for (let reader = 1; reader <= 20; reader += 1)
      expect(await tell(server, impression, from(`192.0.2.${reader}`))).toMatchObject({ accepted: 1 })
    expect(await tell(server, impression, { ...from('192.0.2.1'), userAgent: `${browser} Edg/1` })).toEqual({
      accepted: 1,
      ignored: none,
    })
    await expectTotal(server, { impressions: 21 })
    server.setClock(Date.UTC(2026, 0, 5, 12, 9, 59))
    expect(await tell(server, impression, from('192.0.2.1'))).toMatchObject({ accepted: 0 })
    server.setClock(Date.UTC(2026, 0, 5, 12, 10))
    expect(await tell(server, impression, from('192.0.2.1'))).toMatchObject({ accepted: 1 })
    await expectTotal(server, { impressions: 22 })
  })

  it('counts the same ad on two pages twice, by day', async () => {
    const server = await startServer({ clock: Date.UTC(2026, 0, 5, 23, 59) })
    const { token, desk, placement, article } = await adOnArticle(server)
    const other = await desk.article({ title: 'Ferry timetable' })
    const otherToken = await tokenOn(server, other.slug, placement.id)
    const told = [token, otherToken].map((one) => ({ token: one, type: 'impression' }))
    expect(await tell(server, told)).toMatchObject({ accepted: 2 })
    await expectTotal(server, { impressions: 2 })
    server.setClock(Date.UTC(2026, 0, 6, 0, 30))
    // The token of the day before, which a page kept.
    expect(await tell(server, told.slice(0, 1))).toMatchObject({ accepted: 1 })
    await expectTotal(server, { impressions: 3 })
    const { body } = await server.http.get('/manage/v1/stats/ads?by=day,article').set(bearer())
    expect(body.data).toMatchObject([
      { day: '2026-01-05', impressions: 1 },
      { day: '2026-01-05', impressions: 1 },
      { day: '2026-01-06', articleId: article.id, articleTitle: 'Harbour bridge', impressions: 1 },
    ])
  })

  it('counts nothing without a valid token', async () => {
    const server = await startServer({ clock: Date.UTC(2026, 0, 5, 12) })
    const { token } = await adOnArticle(server)
    const bytes = Buffer.from(token, 'base64url')
    const forged = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const other = Buffer.from(bytes)
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return { token: other.toString('base64url'), type: 'impression' }
    })
    let ignored = 0
    for (let start = 0; start < forged.length; start += 100)
      ignored += (await tell(server, forged.slice(start, start + 100))).ignored.invalidToken ?? 0
    expect(ignored).toBe(forged.length)
    for (const bad of ['', 'x', `${token}A`, token.slice(1), `${token}=`, token.toUpperCase()])
      expect(await tell(server, [{ token: bad, type: 'click' }])).toMatchObject({ accepted: 0 })
    server.setClock(Date.UTC(2026, 0, 7))
    expect(await tell(server, [{ token, type: 'click' }])).toMatchObject({ accepted: 0 })
    await sleep(writtenMs)
    expect(await totalOf(server)).toMatchObject({ impressions: 0, clicks: 0 })
  })

  it('leaves out 1,000 repetitions, bots and what is fetched ahead', async () => {
    const server = await startServer()
    const { token } = await adOnArticle(server)
    const event = { token, type: 'impression' }
    for (const userAgent of [
      'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
      'curl/8.5.0',
      'GPTBot/1.0',
    ])
      expect(await tell(server, [event], { userAgent })).toEqual({
        accepted: 0,
        ignored: { ...none, bot: 1 },
      })
    for (const headers of [
      { 'sec-purpose': 'prefetch' },
      { 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'prefetch' },
      { 'x-purpose': 'preview' },
    ])
      expect(await tell(server, [event], { headers })).toEqual({
        accepted: 0,
        ignored: { ...none, prefetch: 1 },
      })
    const hundred = Array.from({ length: 100 }, () => event)
    for (let round = 0; round < 10; round += 1) await tell(server, hundred)
    await expectTotal(server, { impressions: 1 })
    const { text } = await server.http.get('/metrics')
    expect(text).toContain('copydesk_ad_events_total{type="impression",outcome="repeated"} 999')
    expect(text).toContain('copydesk_ad_events_total{type="impression",outcome="bot"} 3')
    expect(text).toContain('copydesk_ad_events_total{type="impression",outcome="prefetch"} 4')
  })

  it('leaves out ads that are deleted, and keeps what was counted of them', async () => {
    const server = await startServer()
    const { token, placement, article, desk, slot, creative } = await adOnArticle(server)
    const other = await desk.place(slot, creative)
    const otherToken = await tokenOn(server, article.slug, other.id)
    await tell(server, [{ token, type: 'impression' }])
    await expectTotal(server, { impressions: 1 })
    for (const { id } of [placement, other])
      await server.http
        .delete(`/manage/v1/ad-placements/${id}`)
        .set(bearer())
        .set('if-match', '*')
        .expect(204)
    await tell(server, [{ token: otherToken, type: 'impression' }])
    await sleep(writtenMs)
    const { body } = await server.http.get('/manage/v1/stats/ads').set(bearer())
    expect(body).toMatchObject({
      data: [{ placementId: placement.id, creativeTitle: null, impressions: 1 }],
      total: { impressions: 1 },
    })
    expect((await server.http.get('/metrics')).text).toContain('outcome="placement-gone"} 1')
  })

  it('refuses what is not of its form, and too much', async () => {
    const { http } = await startServer()
    const send = (body: object, type = 'application/json') =>
      http.post('/v1/ads/events').set('content-type', type).send(JSON.stringify(body))
    const many = Array.from({ length: 101 }, () => ({ token: 'x', type: 'click' }))
    for (const events of [[], many, 'x', [{ token: 'x' }], [{ token: 'x', type: 'view' }]])
      expect((await send({ events })).status).toBe(422)
    expect((await send({ events: [{ token: 'x', type: 'click', price: 1 }] })).body).toMatchObject({
      code: 'invalid-body',
      errors: [{ pointer: '/events/0/price' }],
    })
    expect((await send({ events: [] }, 'text/html')).status).toBe(415)
    expect((await send({ events: many, more: 'x'.repeat(70_000) })).status).toBe(413)
    expect((await http.post('/v1/ads/events?x=1').send({ events: [] })).status).toBe(400)
  })

  it('writes no change, moves no cached answer, and keeps nothing of who asked', async () => {
    const server = await startServer({ env: { TRUST_PROXY: 'loopback' } })
    const { token, article } = await adOnArticle(server)
    const read = () => server.http.get(`/v1/articles/${article.slug}`)
    await read()
    const before = server.db.publicVersion()
    const changes = () =>
      server.engine.snapshot(async ({ sql, tables }) => (await sql.select().from(tables.changes)).length)
    const had = await changes()
    const secretive = {
      userAgent: `${browser} Unmistakable/7`,
      headers: { 'x-forwarded-for': '203.0.113.77' },
    }
    await tell(server, [{ token, type: 'impression' }], secretive)
    await expectTotal(server, { impressions: 1 })
    expect(await changes()).toBe(had)
    expect(server.db.publicVersion()).toBe(before)
    expect((await read()).headers['cache-status']).toContain('hit')
    const rows = await server.engine.snapshot(async ({ sql, tables }) => [
      ...(await sql.select().from(tables.adCounts)),
      ...(await sql.select().from(tables.adEventsSeen)),
    ])
    expect(rows.length).toBe(2)
    expect(JSON.stringify(rows)).not.toMatch(/Unmistakable|203\.0\.113/)
  })

  it('writes what waits when the server is closed', async () => {
    const server = await startServer()
    const { token } = await adOnArticle(server)
    await tell(server, [{ token, type: 'impression' }])
    await server.app.close()
    const rows = await server.engine.snapshot(async ({ sql, tables }) => sql.select().from(tables.adCounts))
    expect(rows).toMatchObject([{ impressions: 1 }])
  })
})

describe('GET /v1/ads/{placementId}/click', () => {
  it('leads to the stored address, whatever the query says, and counts a valid token once', async () => {
    const server = await startServer()
    const { token, placement } = await adOnArticle(server)
    const click = (query: string) =>
      server.http.get(`/v1/ads/${placement.id}/click${query}`).set('user-agent', browser).redirects(0)
    for (const query of [
      '',
      `?token=${token}`,
      `?token=${token}&url=https://evil.example&to=//evil.example&clickUrl=javascript:alert(1)`,
      `?token=${token}x`,
      '?token=a&token=b',
      '?redirect=https://evil.example',
    ]) {
      const { status, headers } = await click(query)
      expect([query, status, headers.location]).toEqual([query, 302, 'https://scooters.example/x?a=1'])
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['referrer-policy']).toBe('strict-origin')
      expect(headers['access-control-allow-origin']).toBe('*')
    }
    // Told by the page as well.
    expect(await tell(server, [{ token, type: 'click' }])).toMatchObject({ accepted: 0 })
    await expectTotal(server, { clicks: 1 })
    expect(server.log()).not.toContain(token)
  })

  it('counts no HEAD, no bot, nothing that is fetched ahead, and no token of another ad', async () => {
    const server = await startServer()
    const { token, placement, desk, slot, creative } = await adOnArticle(server)
    const other = await desk.place(slot, creative)
    const path = `/v1/ads/${placement.id}/click?token=${token}`
    const requests = [
      server.http.head(path).set('user-agent', browser),
      server.http.get(path).set('user-agent', 'curl/8.5.0'),
      server.http.get(path).set({ 'user-agent': browser, 'sec-purpose': 'prefetch' }),
      server.http.get(`/v1/ads/${other.id}/click?token=${token}`).set('user-agent', browser),
    ]
    for (const request of requests)
      expect((await request.redirects(0)).headers.location).toBe('https://scooters.example/x?a=1')
    await sleep(writtenMs)
    expect(await totalOf(server)).toMatchObject({ clicks: 0 })
  })

  it('leads nowhere where there is no such ad, none that is shown, or none that leads anywhere', async () => {
    const server = await startServer()
    const { placement, desk, slot } = await adOnArticle(server)
    const silent = await desk.place(slot, await desk.creative({ clickUrl: null }))
    const unknown = '018ced2a-4000-7000-8000-00000000f001'
    await desk.patch(`/ad-placements/${placement.id}`, { status: 'paused' })
    for (const id of [unknown, silent.id, placement.id])
      await server.http.get(`/v1/ads/${id}/click?url=https://evil.example`).redirects(0).expect(404)
    await server.http.get('/v1/ads/x/click').redirects(0).expect(400)
  })

  it('writes addresses in other scripts so that a header can carry them', async () => {
    const server = await startServer()
    const { placement } = await adOnArticle(server, { clickUrl: 'https://дом.example/дом?q=дом' })
    const { headers } = await server.http.get(`/v1/ads/${placement.id}/click`).redirects(0).expect(302)
    expect(headers.location).toBe(new URL('https://дом.example/дом?q=дом').href)
  })
})
