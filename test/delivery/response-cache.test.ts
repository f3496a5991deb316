import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { countStatements } from '../support/statements.ts'

const manage = '/manage/v1/articles'
const dayMs = 86_400_000

async function publish({ http }: TestServer, input: object): Promise<string> {
  const { body } = await http.post(manage).set(bearer()).send(input).expect(201)
  await http.post(`${manage}/${body.id}/publish`).set(bearer()).expect(200)
  return body.id
}

const patch = ({ http }: TestServer, id: string, input: object) =>
  http.patch(`${manage}/${id}`).set(bearer()).set('if-match', '*').send(input).expect(200)

/** An answer of a real connection, byte for byte. */
function rawGet(server: TestServer, path: string, headers = {}, method = 'GET') {
  const { port } = server.app.server.address() as AddressInfo
  return new Promise<{ status: number; headers: object; bytes: Buffer }>((resolve, reject) => {
    const sent = httpRequest({ port, host: '127.0.0.1', path, headers, method }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** A server that knows how far the public has come, which one over PostgreSQL first has to ask. */
async function startReady(options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const server = await startServer(options)
  await expect.poll(() => server.db.publicVersion()).toBeDefined()
  return server
}

describe('the cache of delivery', () => {
  it('answers again without a statement, and says so', async () => {
    const server = await startReady()
    await publish(server, { title: 'Bridge' })
    for (const path of ['/v1/articles/bridge', '/v1/articles', '/v1/tags', '/v1/articles/unknown']) {
      const first = await server.http.get(path)
      const count = await countStatements(server, async () => {
        const second = await server.http.get(path)
        expect([second.status, second.headers.etag]).toEqual([first.status, first.headers.etag])
        if (first.status === 200) expect(second.body).toEqual(first.body)
      })
      expect([path, count]).toEqual([path, 0])
    }
    const { headers } = await server.http.get('/v1/articles/bridge')
    expect(headers['cache-status']).toBe('Copydesk; hit')
  })

  it.each(['64', '0'])('answers the same past the router as through it, with %s MiB', async (mib) => {
    // Long ago: while the second of a change is not over, `Last-Modified` goes with the clock.
    const clock = Date.parse('2026-01-01T12:00:00Z')
    const server = await startReady({ seeded: true, clock, env: { RESPONSE_CACHE_MIB: mib } })
    const article = '/v1/articles/anthony-blinken-the-return-and-israel'
    const { headers } = await server.http.get(article).expect(200)
    const asked: [string, Record<string, string>][] = [
      ['GET', {}],
      ['HEAD', {}],
      ['GET', { 'accept-encoding': 'gzip' }],
      ['GET', { 'accept-encoding': 'br, gzip;q=0.5' }],
      ['HEAD', { 'accept-encoding': 'br' }],
      ['GET', { 'accept-encoding': 'identity' }],
      ['GET', { 'if-none-match': headers.etag ?? '' }],
      ['HEAD', { 'if-none-match': `W/${headers.etag}`, 'accept-encoding': 'gzip' }],
      ['GET', { 'if-none-match': '"other"', origin: 'https://site.example' }],
      ['GET', { 'if-modified-since': new Date().toUTCString() }],
      ['GET', { 'x-request-id': 'mine-1' }],
    ]
    const unlike = ['date', 'x-request-id', 'connection', 'keep-alive', 'transfer-encoding']
    const comparable = (all: object) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !unlike.includes(name)))
    for (const path of [article, '/v1/articles?limit=5', `${article}?body=html`]) {
      await server.http.get(path)
      for (const [method, sent] of asked) {
        // What is injected goes through the router always; it also makes the compressed forms.
        const inner = await server.app.inject({ method: method as 'GET', url: path, headers: sent })
        const outer = await rawGet(server, path, sent, method)
        const label = `${method} ${path} ${JSON.stringify(sent)}`
        expect([label, outer.status, comparable(outer.headers)]).toEqual([
          label,
          inner.statusCode,
          comparable(inner.headers),
        ])
        expect(outer.bytes.equals(inner.rawPayload), label).toBe(true)
      }
    }
    expect((await rawGet(server, article, { 'x-request-id': 'mine-2' })).headers).toMatchObject({
      'x-request-id': 'mine-2',
    })
  })

  it('refuses through the router what it would refuse', async () => {
    const server = await startReady()
    await publish(server, { title: 'Bridge' })
    await server.http.get('/v1/articles/bridge').expect(200)
    expect((await rawGet(server, '/v1/articles/bridge', { 'content-length': '3' })).status).toBe(400)
    expect((await rawGet(server, '/v1/articles/bridge', {}, 'POST')).status).toBe(405)
    expect((await rawGet(server, '/v1/articles/bridge?nope=1')).status).toBe(400)
  })

  it('is exact from the moment of every public change, in each of two servers', {
    timeout: 60_000,
  }, async () => {
    const databaseUrl = await temporaryDatabase()
    const servers = [await startReady({ databaseUrl }), await startReady({ databaseUrl })] as const
    const id = await publish(servers[0], { title: 'Bridge' })
    for (let round = 0; round < 40; round += 1) {
      const writer = servers[round % 2] ?? servers[0]
      const other = servers[(round + 1) % 2] ?? servers[0]
      await Promise.all(servers.map((server) => server.http.get('/v1/articles/bridge').expect(200)))
      await patch(writer, id, { subtitle: `round ${round}` })
      await writer.http.post(`${manage}/${id}/publish`).set(bearer()).expect(200)
      const { body } = await writer.http.get('/v1/articles/bridge').expect(200)
      expect(body.subtitle).toBe(`round ${round}`)
      const read = async () => (await other.http.get('/v1/articles/bridge')).body.subtitle
      if (databaseUrl.startsWith('file:')) expect(await read()).toBe(`round ${round}`)
      else await expect.poll(read, { timeout: 1_000, interval: 20 }).toBe(`round ${round}`)
    }
  })

  it('stays when nothing public changes', async () => {
    const server = await startReady()
    const id = await publish(server, { title: 'Bridge' })
    await server.http.get('/v1/articles/bridge').expect(200)
    await patch(server, id, { subtitle: 'Not public yet' })
    await server.http.post(manage).set(bearer()).send({ title: 'A draft' }).expect(201)
    const { headers } = await server.http.get('/v1/articles/bridge').expect(200)
    expect(headers['cache-status']).toBe('Copydesk; hit')
  })

  it('knows what is gone, moved and unknown, and forgets it when it comes back', async () => {
    const server = await startReady()
    const { http } = server
    await http.get('/v1/articles/bridge').expect(404)
    const id = await publish(server, { title: 'Bridge' })
    await http.get('/v1/articles/bridge').expect(200)
    await patch(server, id, { slug: 'new-bridge' })
    await http.post(`${manage}/${id}/publish`).set(bearer()).expect(200)
    for (const query of ['', '?body=html'])
      expect((await http.get(`/v1/articles/bridge${query}`).expect(308)).headers.location).toBe(
        `/v1/articles/new-bridge${query}`,
      )
    await http.post(`${manage}/${id}/unpublish`).set(bearer()).expect(200)
    for (const slug of ['bridge', 'new-bridge', 'new-bridge']) {
      const { body } = await http.get(`/v1/articles/${slug}`).expect(410)
      expect(body.instance).toBe(`/v1/articles/${slug}`)
    }
    await http.post(`${manage}/${id}/publish`).set(bearer()).expect(200)
    await http.get('/v1/articles/new-bridge').expect(200)
  })

  it('takes no notice of the order of parameters', async () => {
    const server = await startReady()
    await publish(server, { title: 'Bridge', language: 'en' })
    const one = await server.http.get('/v1/articles?language=en&limit=3').expect(200)
    const other = await server.http.get('/v1/articles?limit=3&language=en').expect(200)
    expect(other.headers['cache-status']).toBe('Copydesk; hit')
    expect(other.body).toEqual(one.body)
  })

  it('computes once what many ask for at once', async () => {
    const server = await startReady()
    await publish(server, { title: 'Bridge' })
    // What the first reader of all reads is known afterwards: the slots of ads.
    await server.http.get('/v1/articles/bridge?fields=id').expect(200)
    const alone = await countStatements(server, () => server.http.get('/v1/articles/bridge').expect(200))
    await publish(server, { title: 'Tunnel' })
    const together = await countStatements(server, () =>
      Promise.all(Array.from({ length: 40 }, () => server.http.get('/v1/articles/bridge').expect(200))),
    )
    expect(alone).toBeGreaterThan(0)
    expect(together).toBe(alone)
  })

  it('gives ads the tokens of the day', async () => {
    const start = Date.parse('2026-03-01T23:59:59.000Z')
    const server = await startReady({ seeded: true, clock: start })
    const path = '/v1/articles/anthony-blinken-the-return-and-israel/ads'
    const tokens = async () => JSON.stringify((await server.http.get(path).expect(200)).body)
    const today = await tokens()
    expect(await tokens()).toBe(today)
    server.setClock(start + 1_000)
    const tomorrow = await tokens()
    expect(tomorrow).not.toBe(today)
    server.setClock(start + dayMs)
    expect(await tokens()).toBe(tomorrow)
  })

  it('keeps within its bounds, and can be turned off', async () => {
    const off = await startReady({ env: { RESPONSE_CACHE_MIB: '0' } })
    await publish(off, { title: 'Bridge' })
    await off.http.get('/v1/articles/bridge').expect(200)
    const count = await countStatements(off, () => off.http.get('/v1/articles/bridge').expect(200))
    expect(count).toBeGreaterThan(0)

    const small = await startReady({ env: { RESPONSE_CACHE_MIB: '1' } })
    await publish(small, { title: 'Bridge' })
    for (let index = 0; index < 1_500; index += 1)
      await small.app.inject({ url: `/v1/articles/nothing-${index}`, method: 'GET' })
    await sleep(10)
    const { text } = await small.http.get('/metrics').expect(200)
    const bytes = Number(/^copydesk_response_cache_bytes (\d+)$/m.exec(text)?.[1])
    expect(bytes).toBeGreaterThan(500_000)
    expect(bytes).toBeLessThanOrEqual(1_048_576)
  })
})
