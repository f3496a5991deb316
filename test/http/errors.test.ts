import { once } from 'node:events'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorDefinitions } from '../../src/contract/errors.ts'
import { openRaw, startTestApp } from './app.ts'

type Started = Awaited<ReturnType<typeof startTestApp>>

describe('error answers', () => {
  let started: Started
  const get = (path: string) => supertest(started.app.server).get(path)
  beforeAll(async () => {
    started = await startTestApp()
  })
  afterAll(() => started.app.close())

  it('are problem documents for unknown paths, without the query', async () => {
    const response = await get('/v1/n%C3%B6pe?token=s3cret&x=1').set('x-request-id', 'my-id.1')
    expect(response.status).toBe(404)
    expect(response.headers['content-type']).toBe('application/problem+json')
    expect(response.body).toEqual({
      type: '/problems/not-found',
      title: 'Not found',
      status: 404,
      detail: 'There is nothing at this path.',
      instance: '/v1/n%C3%B6pe',
      code: 'not-found',
      requestId: 'my-id.1',
    })
  })

  it('are the same for every method on an unknown path, whatever the body', async () => {
    for (const method of ['post', 'put', 'patch', 'delete'] as const) {
      const response = await supertest(started.app.server)
        [method]('/nope')
        .set('content-type', 'text/csv')
        .send('{')
      expect([response.status, response.body.code]).toEqual([404, 'not-found'])
    }
  })

  it('answer a thrown problem as it is, but never let an extension replace a standard member', async () => {
    const response = await get('/v1/failures/problem')
    expect(response.status).toBe(409)
    expect(response.headers['x-extra']).toBe('yes')
    expect(response.body).toMatchObject({ code: 'slug-taken', suggestion: 'a-2', status: 409 })
  })

  it('take back the headers of the success that did not come about', async () => {
    const response = await get('/v1/failures/problem')
    expect(response.headers.etag).toBeUndefined()
    expect(response.headers['cache-tag']).toBeUndefined()
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it.each(['error', 'string'])('tell nothing of an unknown failure (%s), but log it', async (kind) => {
    const before = started.logLines.length
    const response = await get(`/v1/failures/${kind}`)
    expect(response.status).toBe(500)
    expect(response.body).toEqual({
      type: '/problems/internal-error',
      title: errorDefinitions['internal-error'].title,
      status: 500,
      detail: 'The request could not be completed.',
      instance: `/v1/failures/${kind}`,
      code: 'internal-error',
      requestId: response.headers['x-request-id'],
    })
    const logged = started.logLines.slice(before).join('')
    expect(logged).toContain(kind === 'error' ? 'SELECT secret' : 'only a string')
    expect(logged).toContain(`"requestId":"${response.headers['x-request-id']}"`)
  })

  it('log the stack and the causes of an unknown failure', async () => {
    const before = started.logLines.length
    await get('/v1/failures/error')
    const line = started.logLines.slice(before).find((text) => text.includes('request failed')) ?? '{}'
    const entry = JSON.parse(line)
    expect(entry.level).toBe('error')
    expect(entry.err.stack).toContain('app.ts')
    expect(entry.err.cause.message).toBe('inner cause')
  })

  it('say when to come back, and how to authenticate', async () => {
    const unavailable = await get('/v1/failures/unavailable')
    expect([unavailable.status, unavailable.headers['retry-after']]).toEqual([503, '2'])
    const unauthenticated = await get('/v1/failures/unauthenticated')
    expect([unauthenticated.status, unauthenticated.headers['www-authenticate']]).toEqual([401, 'Bearer'])
  })

  it('are 503 when a handler takes too long', async () => {
    const response = await get('/v1/slow')
    expect([response.status, response.body.code]).toEqual([503, 'unavailable'])
    expect(response.headers['retry-after']).toBe('2')
  })

  it('are 500 when an answer breaks its own schema, without saying how', async () => {
    const response = await get('/v1/mistaken')
    expect([response.status, response.body.detail]).toEqual([500, 'The request could not be completed.'])
  })

  it('are 400 for a path that is not percent-encoded correctly, with all headers', async () => {
    const response = await get('/v1/pages/%zz?token=s3cret')
    expect(response.body).toMatchObject({ status: 400, code: 'malformed-request', instance: '/v1/pages/%zz' })
    expect(response.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-request-id': response.body.requestId,
    })
  })

  it('are 414 for a path parameter that is too long', async () => {
    const response = await get(`/v1/pages/${'a'.repeat(2_100)}`)
    expect([response.status, response.body.code]).toEqual([414, 'uri-too-long'])
  })

  it('have no body for HEAD', async () => {
    const response = await supertest(started.app.server).head('/nope')
    expect([response.status, response.text]).toEqual([404, undefined])
    expect(response.headers['content-type']).toBe('application/problem+json')
  })

  it('are 503 on an open connection once the server is closing', async () => {
    const other = await startTestApp()
    const connection = openRaw(other.app)
    // A request that has begun to arrive keeps its connection open.
    connection.send('GET /healthz HTTP/1.1\r\nHost: a\r\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    const closed = other.app.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    connection.send('\r\n')
    const [head = '', body = ''] = (await connection.received).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 503 /)
    expect(head).toMatch(/^connection: close$/im)
    expect(JSON.parse(body)).toMatchObject({
      status: 503,
      code: 'unavailable',
      detail: 'The server is shutting down.',
    })
    await closed
  })

  it('close a kept-alive connection after the request that was under way at closing', async () => {
    const other = await startTestApp()
    const connection = openRaw(other.app)
    connection.send('GET /v1/slow HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(other.app.server, 'request')
    const closed = other.app.close()
    const [head = ''] = (await connection.received).split('\r\n\r\n')
    expect(head).toMatch(/^connection: close$/im)
    await closed
  })
})
