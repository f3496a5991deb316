import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lastModifiedOf } from '../../src/http/representation.ts'
import { longText, longTextHash, startTestApp } from './app.ts'

type Started = Awaited<ReturnType<typeof startTestApp>>

describe('cacheable answers', () => {
  let started: Started
  beforeAll(async () => {
    started = await startTestApp()
  })
  afterAll(() => started.app.close())

  const plain = `"${longTextHash}"`
  const get = (headers: Record<string, string> = {}, path = '/v1/pages/long') =>
    supertest(started.app.server)
      .get(path)
      .set({ 'accept-encoding': 'identity', ...headers })

  /** Without `superagent` undoing the encoding. */
  async function fetchBytes(acceptEncoding: string) {
    const response = await started.app.inject({
      url: '/v1/pages/long',
      headers: { 'accept-encoding': acceptEncoding },
    })
    return response
  }

  it('carry validators and cache headers', async () => {
    const response = await get()
    expect(response.status).toBe(200)
    expect(response.text).toBe(longText)
    expect(response.headers).toMatchObject({
      etag: plain,
      'last-modified': 'Tue, 09 Jan 2024 08:00:00 GMT',
      'cache-control': 'public, max-age=10',
      'cache-tag': 'article:1,section:%D8%A7%D9%84%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1,tag:a%20b%2Cc',
      'surrogate-key': 'article:1 section:%D8%A7%D9%84%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1 tag:a%20b%2Cc',
      'content-length': String(longText.length),
      'content-type': 'text/plain; charset=utf-8',
      vary: 'Accept-Encoding',
    })
  })

  const encodings: [accept: string, encoding: string | undefined][] = [
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br', 'br'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['x-gzip', 'gzip'],
    ['*', 'br'],
    ['identity, gzip;q=0.5', undefined],
    ['deflate', undefined],
    ['gzip;q=0', undefined],
    ['gzip;q=nonsense', undefined],
    ['', undefined],
  ]

  it.each(encodings)(
    'to Accept-Encoding %j are sent as %s, with a tag of their own',
    async (accept, encoding) => {
      const response = await fetchBytes(accept)
      expect(response.headers['content-encoding']).toBe(encoding)
      expect(response.headers.etag).toBe(encoding === undefined ? plain : `"${longTextHash}-${encoding}"`)
      expect(response.headers.vary).toBe('Accept-Encoding')
      const decode =
        { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? ''] ?? ((bytes: Buffer) => bytes)
      expect(decode(response.rawPayload).toString()).toBe(longText)
      expect(response.headers['content-length']).toBe(String(response.rawPayload.length))
    },
  )

  it('are not compressed when they are short', async () => {
    const response = await get({ 'accept-encoding': 'br, gzip' }, '/v1/pages/short')
    expect(response.headers['content-encoding']).toBeUndefined()
    expect(response.headers.vary).toBe('Accept-Encoding')
  })

  const known: [name: string, headers: Record<string, string>][] = [
    ['the tag', { 'if-none-match': plain }],
    ['the weak tag', { 'if-none-match': `W/${plain}` }],
    ['the tag of another encoding', { 'if-none-match': `"${longTextHash}-br"` }],
    ['a list with the tag', { 'if-none-match': `"x", ${plain},"y"` }],
    ['any tag', { 'if-none-match': '*' }],
    ['the date', { 'if-modified-since': 'Tue, 09 Jan 2024 08:00:00 GMT' }],
    ['a later date', { 'if-modified-since': 'Wed, 10 Jan 2024 08:00:00 GMT' }],
    [
      'the tag and an older date',
      { 'if-none-match': plain, 'if-modified-since': 'Mon, 08 Jan 2024 08:00:00 GMT' },
    ],
    [
      'the tag, as fetch sends it',
      { 'if-none-match': plain, 'cache-control': 'no-cache', pragma: 'no-cache' },
    ],
  ]

  it.each(known)('are 304 for %s, with the headers of a 200', async (_name, headers) => {
    const response = await get(headers)
    expect([response.status, response.text]).toEqual([304, ''])
    const full = await get()
    for (const name of ['last-modified', 'cache-control', 'cache-tag', 'surrogate-key', 'vary']) {
      expect(response.headers[name]).toBe(full.headers[name])
    }
    expect(response.headers['content-length']).toBeUndefined()
    expect(response.headers['access-control-allow-origin']).toBe('*')
  })

  it('are 304 with the tag that a 200 would have', async () => {
    for (const headers of [
      { 'if-none-match': '*' },
      { 'if-modified-since': 'Wed, 10 Jan 2024 08:00:00 GMT' },
    ]) {
      const response = await get({ ...headers, 'accept-encoding': 'br' })
      expect([response.status, response.headers.etag]).toEqual([304, `"${longTextHash}-br"`])
    }
  })

  const unknown: [name: string, headers: Record<string, string>][] = [
    ['another tag', { 'if-none-match': '"x"' }],
    ['an unquoted tag', { 'if-none-match': longTextHash }],
    ['an older date', { 'if-modified-since': 'Mon, 08 Jan 2024 08:00:00 GMT' }],
    ['no date', { 'if-modified-since': 'yesterday' }],
    [
      'another tag and the date',
      { 'if-none-match': '"x"', 'if-modified-since': 'Wed, 10 Jan 2024 08:00:00 GMT' },
    ],
  ]

  it.each(unknown)('are sent in full for %s', async (_name, headers) => {
    const response = await get(headers)
    expect([response.status, response.text]).toEqual([200, longText])
  })

  it('have the same headers for HEAD as for GET, in every form', async () => {
    const forms = [{}, { 'accept-encoding': 'br' }, { 'accept-encoding': 'gzip' }, { 'if-none-match': plain }]
    for (const headers of forms) {
      const request = { url: '/v1/pages/long', headers: { 'x-request-id': 'same', ...headers } }
      const full = await started.app.inject({ method: 'GET', ...request })
      const head = await started.app.inject({ method: 'HEAD', ...request })
      expect(head.statusCode).toBe(full.statusCode)
      expect({ ...head.headers, date: '' }).toEqual({ ...full.headers, date: '' })
      expect(head.rawPayload.length).toBe(0)
    }
  })
})

describe('Last-Modified', () => {
  const now = Date.parse('2024-01-09T08:00:10.900Z')

  it('is the second of the change once that second is over', () => {
    expect(lastModifiedOf('2024-01-09T08:00:09.999Z', now)).toEqual({
      header: 'Tue, 09 Jan 2024 08:00:09 GMT',
      isSettled: true,
    })
  })

  it.each(['2024-01-09T08:00:10.000Z', '2024-01-09T08:00:10.899Z', '2024-01-09T08:00:30.000Z'])(
    'is the second before now while the second of %s is not over',
    (change) => {
      expect(lastModifiedOf(change, now)).toEqual({
        header: 'Tue, 09 Jan 2024 08:00:09 GMT',
        isSettled: false,
      })
    },
  )

  it('never answers 304 by date within the second of the change', async () => {
    const { app } = await startTestApp({ changedAt: new Date(Date.now() + 60_000).toISOString() })
    const first = await supertest(app.server).get('/v1/pages/long')
    const again = await supertest(app.server)
      .get('/v1/pages/long')
      .set('if-modified-since', String(first.headers['last-modified']))
    expect(again.status).toBe(200)
    await app.close()
  })
})
