import supertest from 'supertest'
import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { dump } from '../support/dump.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const start = Date.parse('2026-05-01T00:00:00.000Z')
const wrong = (n = 0) => bearer(`copydesk_${String(n).padStart(43, 'A')}`)

function limited(env: Record<string, string> = {}) {
  return startServer({
    env: { RATE_LIMIT_WRITES_PER_SECOND: '2', RATE_LIMIT_WRITE_BURST: '5', ...env },
    clock: start,
  })
}

const write = ({ http }: TestServer, who = bearer()) =>
  http.post('/manage/v1/tags').set(who).send({ name: 'Tag' })

describe('the writes of a token', () => {
  it('may come in a burst and then as fast as they come back, and are told what is left', async () => {
    const server = await limited()
    const answers = []
    for (let n = 0; n < 6; n += 1) answers.push(await write(server))
    expect(answers.map(({ status, headers }) => [status, headers.ratelimit])).toEqual([
      [201, '"writes";r=4;t=1'],
      [201, '"writes";r=3;t=1'],
      [201, '"writes";r=2;t=1'],
      [201, '"writes";r=1;t=1'],
      [201, '"writes";r=0;t=1'],
      [429, '"writes";r=0;t=1'],
    ])
    for (const { headers } of answers) expect(headers['ratelimit-policy']).toBe('"writes";q=6;w=3')
    const refused = answers[5]
    expect(refused?.body).toMatchObject({ code: 'rate-limited', status: 429, type: '/problems/rate-limited' })
    expect(refused?.headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' })
    if (refused) expectDescribed('post', '/manage/v1/tags', refused)

    server.setClock(start + 499)
    expect((await write(server)).status).toBe(429)
    server.setClock(start + 500)
    expect((await write(server)).status).toBe(201)
    expect((await write(server)).status).toBe(429)
    server.setClock(start + 60_000)
    expect((await write(server)).headers.ratelimit).toBe('"writes";r=4;t=1')
  })

  it('are 100 a second with bursts of 1,000 unless it is set otherwise', async () => {
    const server = await startServer()
    const { headers } = await write(server).expect(201)
    expect(headers).toMatchObject({
      'ratelimit-policy': '"writes";q=1000;w=10',
      ratelimit: '"writes";r=999;t=1',
    })
  })

  it('are not limited where the limit is 0', async () => {
    const server = await limited({ RATE_LIMIT_WRITES_PER_SECOND: '0' })
    for (let n = 0; n < 10; n += 1) {
      const { headers } = await write(server).expect(201)
      expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([])
    }
  })

  it('count for each token by itself, whatever becomes of them', async () => {
    const server = await limited()
    const [one, other] = [bearer(await server.token('editor')), bearer(await server.token('editor'))]
    const { http } = server
    const id = '018ced2a-4000-7000-8000-00000000abcd'
    const attempts = [
      http.post('/manage/v1/tags').set(one).send({ nope: 1 }).expect(422),
      http.patch(`/manage/v1/articles/${id}`).set(one).set('if-match', '*').send({}).expect(404),
      http.put(`/manage/v1/tags/${id}`).set(one).send({ name: 'X' }).expect(428),
      http.delete(`/manage/v1/tags/${id}`).set(one).set('if-match', '*').expect(404),
      http.post('/manage/v1/articles').set(one).type('text/plain').send('x').expect(415),
    ]
    for (const attempt of attempts) await attempt
    await write(server, one).expect(429)
    await write(server, other).expect(201)
    await write(server).expect(201)
  })

  it('do not count what the token may not do, nor reading, nor delivery', async () => {
    const server = await limited()
    const viewer = bearer(await server.token('viewer'))
    for (let n = 0; n < 8; n += 1) {
      const refused = await write(server, viewer).expect(403)
      expect(refused.headers.ratelimit).toBeUndefined()
      for (const path of ['/manage/v1/tags', '/v1/articles', '/healthz']) {
        const { headers } = await server.http.get(path).set(bearer()).expect(200)
        expect(headers.ratelimit).toBeUndefined()
        await server.http.head(path).set(bearer()).expect(200)
      }
      await server.http.options('/manage/v1/tags').set(bearer()).expect(204)
      await server.http.get('/v1/articles').set(wrong()).expect(200)
    }
    await write(server).expect(201)
  })

  it('are counted whatever the spelling of path, query or headers, and changes nothing when refused', async () => {
    const server = await limited()
    for (let n = 0; n < 5; n += 1) await write(server).expect(201)
    const before = await dump(server.engine)
    const paths = [
      '/manage/v1/tags',
      '/%6Danage/v1/tags',
      '/manage/v1/t%61gs',
      '/manage/v1/tags?x=1',
      '/manage/v1/articles',
    ]
    const headers = [
      {},
      { 'x-forwarded-for': '203.0.113.7' },
      { forwarded: 'for=203.0.113.8', 'x-real-ip': '203.0.113.9' },
      { 'x-request-id': 'another' },
      { authorization: `bearer ${bearer().authorization.slice(7)}` },
    ]
    for (const path of paths)
      for (const header of headers)
        await server.http
          .post(path)
          .set({ ...bearer(), ...header })
          .send({ name: 'Tag', title: 'Title' })
          .expect(429)
    expect(await dump(server.engine)).toBe(before)
  })

  it('go with the token and not with its secret', async () => {
    const server = await limited()
    const made = await server.http.post('/manage/v1/tokens').set(bearer()).send({ name: 'T', role: 'admin' })
    const { id, token } = made.body
    for (let n = 0; n < 4; n += 1) await write(server, bearer(token)).expect(201)
    const { body } = await server.http.post(`/manage/v1/tokens/${id}/rotate`).set(bearer(token)).expect(200)
    await write(server, bearer(body.token)).expect(429)
    await write(server, bearer(token)).expect(429)
  })
})

describe('wrong tokens', () => {
  const ask = ({ http }: TestServer, who: object) => http.get('/manage/v1/articles').set({ ...who })
  const env = { RATE_LIMIT_FAILED_AUTH_PER_MINUTE: '6' }

  it('are limited by address, and never hinder a good one', async () => {
    const server = await limited(env)
    const expired = bearer(await server.token({ role: 'admin', expiresAt: '2020-01-01T00:00:00.000Z' }))
    const bad = [wrong(1), wrong(2), expired, { authorization: 'Basic x' }, bearer('short'), wrong(3)]
    for (const who of bad) {
      const { headers } = await ask(server, who).expect(401)
      expect(headers.ratelimit).toBeUndefined()
    }
    const refused = await ask(server, wrong(4)).expect(429)
    expect(refused.body.code).toBe('rate-limited')
    expect(refused.headers).toMatchObject({
      'retry-after': '10',
      'ratelimit-policy': '"failed-authentication";q=6;w=60',
      ratelimit: '"failed-authentication";r=0;t=10',
    })
    expect(refused.headers['www-authenticate']).toBeUndefined()
    expectDescribed('get', '/manage/v1/articles', refused)
    await server.http.head('/manage/v1/articles').set(wrong(5)).expect(429)
    await server.http.post('/manage/v1/articles').set(wrong(5)).send({ title: 'T' }).expect(429)
    // Whoever sends none is told to.
    await server.http.get('/manage/v1/articles').expect(401)

    await ask(server, bearer()).expect(200)
    await ask(server, bearer(await server.token('viewer'))).expect(200)
    await write(server).expect(201)
    server.setClock(start + 9_999)
    await ask(server, wrong(6)).expect(429)
    server.setClock(start + 10_000)
    await ask(server, wrong(7)).expect(401)
    await ask(server, wrong(8)).expect(429)
  })

  it('are 60 a minute unless it is set otherwise, and as many as come where it is 0', async () => {
    const server = await startServer({ clock: start })
    const open = await limited({ RATE_LIMIT_FAILED_AUTH_PER_MINUTE: '0' })
    for (let n = 0; n < 60; n += 1) await ask(server, wrong(n)).expect(401)
    await ask(server, wrong(60)).expect(429)
    for (let n = 0; n < 70; n += 1) await ask(open, wrong(n)).expect(401)
  })

  it('are counted at the address of the peer, whatever headers say, unless the peer is a trusted proxy', async () => {
    const server = await limited(env)
    const spoofed = (n: number) => ({
      'x-forwarded-for': `203.0.113.${n}`,
      forwarded: `for=203.0.113.${n}`,
      'x-real-ip': `203.0.113.${n}`,
      'x-forwarded-host': 'other.example',
      'x-forwarded-proto': 'https',
    })
    for (let n = 0; n < 6; n += 1) await ask(server, { ...wrong(n), ...spoofed(n) }).expect(401)
    await ask(server, { ...wrong(7), ...spoofed(7) }).expect(429)
    expect(server.log()).not.toMatch(/203\.0\.113|other\.example/)

    const behind = await limited({ ...env, TRUST_PROXY: 'loopback' })
    const from = (address: string) => ({ ...wrong(), 'x-forwarded-for': address })
    for (let n = 0; n < 6; n += 1) await ask(behind, from('203.0.113.1')).expect(401)
    await ask(behind, from('203.0.113.1')).expect(429)
    // What the client itself wrote there stands before what the proxy adds.
    await ask(behind, from('198.51.100.7, 203.0.113.1')).expect(429)
    await ask(behind, from('203.0.113.2')).expect(401)
    expect(behind.log()).toContain('"address":"203.0.113.1"')
  })

  it('are counted together within one /64 of IPv6', async () => {
    const server = await limited({ ...env, TRUST_PROXY: 'loopback' })
    const from = (address: string) => ({ ...wrong(), 'x-forwarded-for': address })
    for (let n = 0; n < 6; n += 1) await ask(server, from(`2001:db8:0:1:${n}::${n}`)).expect(401)
    await ask(server, from('2001:db8:0:1:ffff::1')).expect(429)
    await ask(server, from('2001:DB8::1:0:0:0:9')).expect(429)
    await ask(server, from('2001:db8:0:2::1')).expect(401)
    for (let n = 0; n < 3; n += 1) await ask(server, from('::ffff:192.0.2.1')).expect(401)
    for (let n = 0; n < 3; n += 1) await ask(server, from('192.0.2.1')).expect(401)
    await ask(server, from('192.0.2.1')).expect(429)
  })

  it('and each connection is the same address', async () => {
    const server = await limited(env)
    const { app } = server
    for (let n = 0; n < 6; n += 1)
      await supertest(app.server)
        .get('/manage/v1/articles')
        .set(wrong(n))
        .set('connection', 'close')
        .expect(401)
    await supertest(app.server).get('/manage/v1/articles').set(wrong()).expect(429)
  })
})
