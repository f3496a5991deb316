import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorDefinitions } from '../../src/contract/errors.ts'
import { startTestApp } from './app.ts'

type Started = Awaited<ReturnType<typeof startTestApp>>

describe('the public pages of the server', () => {
  let started: Started
  const get = (path: string) => supertest(started.app.server).get(path)
  beforeAll(async () => {
    started = await startTestApp({ checks: { database: async () => {} } })
  })
  afterAll(() => started.app.close())

  it('carry security headers and the request id on every answer', async () => {
    const paths = [
      '/healthz',
      '/nope',
      '/v1/failures/error',
      '/docs/static/nope',
      '/v1/pages/%zz',
      '/metrics',
    ]
    for (const path of paths) {
      const { headers } = await get(path).set('x-request-id', 'id-1')
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'cross-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-request-id': 'id-1',
      })
      expect(headers['x-powered-by']).toBeUndefined()
      expect(headers.server).toBeUndefined()
    }
  })

  it.each(['', 'a b', 'x'.repeat(129), 'a\tb', 'é', 'a,b', '<script>'])(
    'make a request id of their own in place of %j',
    async (sent) => {
      const { headers } = await started.app.inject({ url: '/healthz', headers: { 'x-request-id': sent } })
      expect(headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/)
    },
  )

  it('tell that the process is alive and ready', async () => {
    const health = await get('/healthz')
    expect([health.status, health.body, health.headers['cache-control']]).toEqual([
      200,
      { status: 'ok' },
      'no-store',
    ])
    const ready = await get('/readyz')
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready', checks: { database: 'ok' } }])
  })

  it('tell which check failed, but not why', async () => {
    const other = await startTestApp({
      checks: {
        database: async () => {
          throw new Error('connect ECONNREFUSED 10.0.0.1')
        },
        scheduler: async () => {},
      },
    })
    const response = await supertest(other.app.server).get('/readyz')
    expect([response.status, response.headers['retry-after']]).toEqual([503, '2'])
    expect(response.body).toMatchObject({ code: 'unavailable', failedChecks: ['database'] })
    expect(response.text).not.toContain('ECONNREFUSED')
    expect(other.logLines.join('')).toContain('ECONNREFUSED')
    await other.app.close()
  })

  it('count requests by pattern, never by path', async () => {
    await get('/v1/pages/canary-7f3a?limit=1')
    await get('/canary-unmatched')
    const { text, headers } = await get('/metrics')
    expect(headers['content-type']).toContain('text/plain')
    expect(text).toContain(
      'http_request_duration_seconds_count{method="GET",route="/v1/pages/:name",status="2xx"} 1',
    )
    expect(text).toContain('route="unmatched",status="4xx"')
    expect(text).toContain('http_requests_in_flight 1')
    expect(text).toContain('process_cpu_seconds_total')
    expect(text).not.toContain('canary')
  })

  it('explain every error, as a page and as JSON', async () => {
    for (const [code, { title }] of Object.entries(errorDefinitions)) {
      const page = await get(`/problems/${code}`).set('accept', 'text/html,*/*;q=0.8')
      expect([page.status, page.type]).toEqual([200, 'text/html'])
      expect(page.text).toContain(`<h1>${title}</h1>`)
      expect(page.text).not.toMatch(/<script|<style|`/)
      const json = await get(`/problems/${code}`).set('accept', 'application/json')
      expect(json.body).toMatchObject({ type: `/problems/${code}`, code, title })
    }
    expect((await get('/problems')).text).toContain('<a href="/problems/slug-taken">')
    expect((await get('/problems').set('accept', 'application/json')).body.data).toHaveLength(
      Object.keys(errorDefinitions).length,
    )
  })

  it.each(['nope', '__proto__', 'constructor', '%3Cscript%3E'])('know no error named %s', async (code) => {
    const response = await get(`/problems/${code}`)
    expect([response.status, response.body.code]).toEqual([404, 'not-found'])
  })
})

describe('the documentation page', () => {
  let started: Started
  const get = (path: string) => supertest(started.app.server).get(path)
  beforeAll(async () => {
    started = await startTestApp()
  })
  afterAll(() => started.app.close())

  it.each(['/docs', '/docs/'])('is at %s, and lets only its own scripts and styles run', async (path) => {
    const { status, headers, text } = await get(path)
    expect(status).toBe(200)
    expect(headers['content-security-policy']).toContain("script-src 'self'; style-src 'self'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(text).not.toMatch(/https?:/)
    expect(text).not.toMatch(/<script>|style=|onload=/)
  })

  it('has all that it needs on this server', async () => {
    const { text } = await get('/docs/')
    const links = [...text.matchAll(/(?:src|href)="([^"]+)"/g)]
    const files = links.map(([, file]) => new URL(String(file), 'http://a/docs/').pathname)
    expect(files.length).toBeGreaterThan(4)
    for (const file of files) expect((await get(file)).status).toBe(200)
    const { text: start } = await get('/docs/static/start.js')
    expect(start).toContain('validatorUrl: null')
    expect(start).toContain("url: '/openapi.json'")
  })

  const stray = [
    '/docs/json',
    '/docs/yaml',
    '/docs/static/package.json',
    '/docs/static/../package.json',
    '/docs/static/%2e%2e/package.json',
    '/docs/static/..%2fpackage.json',
    '/docs/static/%5c..%5cpackage.json',
    '/docs/%2e%2e/',
    '/docs/static/csp.json/',
    '/.git/HEAD',
    '/data/db.sqlite',
    '/media/',
  ]

  it.each(stray)('serves no stray file at %s', async (path) => {
    const response = await started.app.inject({ url: path })
    expect(response.statusCode).toBe(404)
    expect(response.headers['content-type']).toBe('application/problem+json')
  })
})
