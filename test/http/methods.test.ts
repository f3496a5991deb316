import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApp } from './app.ts'

type Started = Awaited<ReturnType<typeof startTestApp>>

describe('methods', () => {
  let started: Started
  beforeAll(async () => {
    started = await startTestApp()
  })
  afterAll(() => started.app.close())

  it('that a path lacks are answered 405 with those that it has', async () => {
    for (const method of ['post', 'put', 'patch', 'delete', 'trace'] as const) {
      const response = await supertest(started.app.server)[method]('/v1/pages/long').set('content-type', 'x')
      expect([response.status, response.body.code]).toEqual([405, 'method-not-allowed'])
      expect(response.headers.allow).toBe('GET, HEAD, OPTIONS')
    }
    const response = await supertest(started.app.server).get('/manage/v1/articles/a1')
    expect([response.status, response.headers.allow]).toEqual([405, 'OPTIONS, PATCH, POST'])
  })

  it('are listed for OPTIONS', async () => {
    const response = await supertest(started.app.server).options('/manage/v1/articles/a1')
    expect([response.status, response.headers.allow, response.text]).toEqual([
      204,
      'OPTIONS, PATCH, POST',
      '',
    ])
  })

  it('include HEAD wherever GET is', async () => {
    for (const path of ['/healthz', '/v1/pages/long', '/openapi.json', '/docs', '/problems', '/metrics']) {
      const response = await supertest(started.app.server).head(path)
      expect([response.status, response.text]).toEqual([200, undefined])
    }
  })

  it('are not found, not forbidden, on unknown paths', async () => {
    for (const method of ['get', 'options', 'delete'] as const) {
      const response = await supertest(started.app.server)[method]('/v1/nope')
      expect(response.status).toBe(404)
      expect(response.headers.allow).toBeUndefined()
    }
  })
})
