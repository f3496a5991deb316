import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRaw, sendRaw, startTestApp } from './app.ts'

type Started = Awaited<ReturnType<typeof startTestApp>>

/** Status, headers in lower case, and body of the first answer in some bytes. */
function parse(received: string) {
  const [head = '', body = ''] = received.split('\r\n\r\n', 2)
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: body.startsWith('{') ? JSON.parse(body) : body,
  }
}

describe('requests that are not quite HTTP', () => {
  let started: Started
  beforeAll(async () => {
    started = await startTestApp()
  })
  afterAll(() => started.app.close())

  const malformed: Record<string, string> = {
    'no HTTP at all': 'hello\r\n\r\n',
    'a NUL in a header': 'GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n',
    'a folded header': 'GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n',
    'two lengths': 'POST /v1/actions HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    'a length beside chunks':
      'POST /v1/actions HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'an unknown transfer encoding':
      'POST /v1/actions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
    'no host': 'GET /healthz HTTP/1.1\r\n\r\n',
    'two hosts': 'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'a body on GET': 'GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}',
    'chunks on GET': 'GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  }

  it.each(Object.entries(malformed))('are answered 400 and cut: %s', async (_name, bytes) => {
    const { status, headers, body } = parse(await sendRaw(started.app, bytes))
    expect([status, body.code]).toEqual([400, 'malformed-request'])
    expect(headers).toMatchObject({
      connection: 'close',
      'content-type': 'application/problem+json',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-request-id': body.requestId,
    })
  })

  it('are answered 431 when the headers are too large', async () => {
    const bytes = `GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`
    const { status, body, headers } = parse(await sendRaw(started.app, bytes))
    expect([status, body.code, headers.connection]).toEqual([431, 'headers-too-large', 'close'])
  })

  it('are answered 431 when the headers are too many', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `X${index}: 1\r\n`).join('')
    const { status } = parse(await sendRaw(started.app, `GET /healthz HTTP/1.1\r\nHost: a\r\n${many}\r\n`))
    expect(status).toBe(431)
  })

  it('are answered 417 when something unknown is expected', async () => {
    const bytes = 'POST /v1/actions HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 2\r\n\r\n{}'
    const { status, body, headers } = parse(await sendRaw(started.app, bytes))
    expect([status, body.code, body.instance]).toEqual([417, 'expectation-failed', '/v1/actions'])
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  it('are answered 413 before an announced flood is read', async () => {
    const bytes =
      'POST /v1/actions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000000000\r\n\r\n{'
    const { status, body, headers } = parse(await sendRaw(started.app, bytes))
    expect([status, body.code, headers.connection]).toEqual([413, 'payload-too-large', 'close'])
  })

  it('do not disturb with a header named like a prototype', async () => {
    const bytes = 'GET /healthz HTTP/1.1\r\nHost: a\r\n__proto__: x\r\nConnection: close\r\n\r\n'
    expect(parse(await sendRaw(started.app, bytes)).status).toBe(200)
  })

  it('are not upgraded', async () => {
    const bytes =
      'GET /healthz HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA\r\n\r\n'
    expect(parse(await sendRaw(started.app, bytes, 500)).status).toBe(200)
  })

  it('are served under HTTP/1.0 without a host', async () => {
    expect(parse(await sendRaw(started.app, 'GET /healthz HTTP/1.0\r\n\r\n')).status).toBe(200)
  })

  it('are answered 408 and cut when they arrive too slowly', async () => {
    const other = await startTestApp()
    // The real limits are 10 and 30 seconds; the mechanism is the same.
    other.app.server.headersTimeout = 200
    other.app.server.requestTimeout = 400
    const slowHeaders = openRaw(other.app, 5_000)
    slowHeaders.send('GET /healthz HTTP/1.1\r\nHost: a\r\n')
    const slowBody = openRaw(other.app, 5_000)
    slowBody.send(
      'POST /v1/actions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    )
    for (const connection of [slowHeaders, slowBody]) {
      const { status, body } = parse(await connection.received)
      expect([status, body.code]).toEqual([408, 'request-timeout'])
    }
    await other.app.close()
  })
})

describe('limits of the server', () => {
  it('are all set on the HTTP server', async () => {
    const { app } = await startTestApp()
    const { server } = app
    expect(server).toMatchObject({
      headersTimeout: 10_000,
      keepAliveTimeout: 25_000,
      maxConnections: 10_000,
      maxHeadersCount: 0,
      maxRequestsPerSocket: 10_000,
      requestTimeout: 30_000,
      timeout: 30_000,
    })
    expect(app.initialConfig.bodyLimit).toBe(1_048_576)
    await app.close()
  })
})
