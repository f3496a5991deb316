import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const article = '/v1/articles/anthony-blinken-the-return-and-israel'

/** An answer of a connection of its own. */
function get(server: TestServer, path: string, headers = {}) {
  const { port } = server.app.server.address() as AddressInfo
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path, headers, agent: false }, async (answer) => {
        const text = (await answer.setEncoding('utf8').toArray()).join('')
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text })
      })
      sent.on('error', reject).end()
    },
  )
}

async function refusals(server: TestServer): Promise<number> {
  const { text } = await server.http.get('/metrics').expect(200)
  return Number(/^http_requests_refused_total\{reason="at-work"\} (\d+)$/m.exec(text)?.[1])
}

describe('a server that has too much to do', () => {
  it('refuses at once what is over its limit, answers what is cached, and goes on when there is less', async () => {
    const server = await startServer({
      seeded: true,
      env: { OVERLOAD_REQUESTS: '5', DATABASE_POOL_SIZE: '2' },
    })
    await expect.poll(() => server.db.publicVersion()).toBeDefined()
    await server.http.get(article).expect(200)
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    // All connections are taken, so that every read waits.
    const holders = [1, 2].map(() => server.db.read(() => gate))
    const waiting = Array.from({ length: 5 }, (_, index) => get(server, `/v1/articles?limit=${index + 1}`))
    await expect.poll(async () => (await get(server, '/v1/tags')).status).toBe(503)
    const before = await refusals(server)
    const refused = await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => get(server, `/v1/articles?limit=${index + 50}`)),
      get(server, '/manage/v1/articles', bearer()),
      get(server, '/nothing/here'),
    ])
    for (const { status, headers, text } of refused) {
      expect(status).toBe(503)
      expect(headers['content-type']).toBe('application/problem+json')
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      expect(headers['x-request-id']).toBeDefined()
      expect(JSON.parse(text)).toMatchObject({ code: 'unavailable', status: 503 })
    }
    expect(refused[0]?.headers['access-control-allow-origin']).toBe('*')
    expect(await refusals(server)).toBe(before + refused.length)
    // The second has to go through the router: nobody has asked for this form before.
    for (const headers of [{}, { 'accept-encoding': 'gzip' }])
      expect((await get(server, article, headers)).status).toBe(200)
    expect((await get(server, '/healthz')).status).toBe(200)

    release()
    await Promise.all([...holders, ...waiting])
    for (let asked = 0; asked < 20; asked += 1)
      expect((await get(server, `/v1/articles?limit=${asked + 10}`)).status).toBe(200)
    expect(await refusals(server)).toBe(before + refused.length)
  })

  it('counts no request whose body is still to come, nor one whose client has left', async () => {
    const server = await startServer({ env: { OVERLOAD_REQUESTS: '2' } })
    const { port } = server.app.server.address() as AddressInfo
    const slow = Array.from({ length: 5 }, () => {
      const sent = request({
        port,
        host: '127.0.0.1',
        path: '/manage/v1/articles',
        method: 'POST',
        headers: { ...bearer(), 'content-type': 'application/json', 'content-length': '100' },
        agent: false,
      })
      sent.on('error', () => {})
      sent.write('{')
      return sent
    })
    await expect.poll(async () => (await get(server, '/metrics')).text).toContain('http_requests_in_flight 6')
    expect((await get(server, '/v1/articles')).status).toBe(200)
    for (const sent of slow) sent.destroy()
    await expect.poll(async () => (await get(server, '/metrics')).text).toContain('http_requests_in_flight 1')
    for (let asked = 1; asked < 10; asked += 1)
      expect((await get(server, `/v1/articles?limit=${asked}`)).status).toBe(200)
    expect(await refusals(server)).toBe(0)
  })
})
