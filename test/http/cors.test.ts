import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { managementOrigin, startTestApp } from './app.ts'

type Started = Awaited<ReturnType<typeof startTestApp>>

describe('cross-origin requests', () => {
  let started: Started
  beforeAll(async () => {
    started = await startTestApp()
  })
  afterAll(() => started.app.close())

  const manage = '/manage/v1/articles/a1'
  const ask = (method: 'get' | 'options' | 'post', path: string, origin: string, headers = {}) =>
    supertest(started.app.server)
      [method](path)
      .set({ origin, ...headers })

  it.each(['/v1/pages/long', '/v1/nope', '/v1/failures/error', '/v1/pages/long?nope=1'])(
    'may read delivery from anywhere, errors too: %s',
    async (path) => {
      const { headers } = await ask('get', path, 'https://evil.example')
      expect(headers['access-control-allow-origin']).toBe('*')
      expect(headers['access-control-expose-headers']).toBe('ETag, Link, Location, X-Request-Id')
      expect(headers['access-control-allow-credentials']).toBeUndefined()
      expect(headers.vary ?? '').not.toContain('Origin')
    },
  )

  it('may use management from a listed origin, errors too', async () => {
    for (const path of [manage, '/manage/v1/nope']) {
      const { headers, status } = await ask('post', path, managementOrigin)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(headers['access-control-allow-origin']).toBe(managementOrigin)
      expect(headers['access-control-allow-credentials']).toBeUndefined()
      expect(headers.vary).toContain('Origin')
    }
  })

  const strangers = [
    'https://evil.example',
    'null',
    `${managementOrigin}.evil.example`,
    'http://desk.example',
    'https://DESK.example',
    'https://a.desk.example',
    `${managementOrigin}:443`,
  ]

  it.each(strangers)('may not use management from %s', async (origin) => {
    for (const path of [manage, '/manage/v1/nope', '/%6Danage/v1/articles/a1', '/manage%2Fv1/x']) {
      for (const method of ['get', 'post', 'options'] as const) {
        const preflight = method === 'options' ? { 'access-control-request-method': 'POST' } : {}
        const { headers } = await ask(method, path, origin, preflight)
        expect(headers['access-control-allow-origin']).toBeUndefined()
        expect(headers.vary).toContain('Origin')
      }
    }
  })

  it('are allowed beforehand', async () => {
    const preflight = {
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,content-type,if-match',
    }
    const { status, headers } = await ask('options', manage, managementOrigin, preflight)
    expect(status).toBe(204)
    expect(headers['access-control-allow-origin']).toBe(managementOrigin)
    expect(headers['access-control-allow-methods']).toContain('PATCH')
    expect(headers['access-control-allow-headers']).toBe('authorization,content-type,if-match')
  })

  it('are allowed beforehand on delivery, unknown paths too, so that the error can be read', async () => {
    for (const path of ['/v1/pages/long', '/v1/nope']) {
      const { status, headers } = await ask('options', path, 'https://a.example', {
        'access-control-request-method': 'GET',
      })
      expect([status, headers['access-control-allow-origin']]).toEqual([204, '*'])
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })
})
