import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { strikeSecretsInLogLine, strikeTokens } from '../../src/http/secrets.ts'
import { sendRaw, startTestApp } from './app.ts'

type Started = Awaited<ReturnType<typeof startTestApp>>

const canary = 'c4n4ry-S3cret_0'

describe('the log', () => {
  let started: Started
  beforeAll(async () => {
    started = await startTestApp()
  })
  afterAll(() => started.app.close())

  it('has one line of JSON for each request, with what is needed and nothing secret', async () => {
    const before = started.logLines.length
    await supertest(started.app.server).get('/v1/pages/short?limit=3&token=x').set('x-request-id', 'log-1')
    const lines = started.logLines.slice(before).map((line) => JSON.parse(line))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      level: 'info',
      requestId: 'log-1',
      method: 'GET',
      path: '/v1/pages/short?limit=3&token=***',
      route: '/v1/pages/:name',
      status: 200,
      msg: 'request completed',
    })
    expect(lines[0].durationMs).toBeGreaterThan(0)
    expect(new Date(lines[0].time).getTime()).not.toBeNaN()
  })

  const spellings = [
    `/v1/pages/long?token=${canary}`,
    `/v1/pages/long?limit=1&token=${canary}`,
    `/v1/pages/long?token=${canary}&limit=1&token=${canary}`,
    `/v1/pages/long?TOKEN=${canary}`,
    `/v1/pages/long?%74oken=${canary}`,
    `/v1/pages/long?%54%4F%4b%65%6E=${canary}`,
    `/v1/pages/long?%2574oken=${canary}`,
    `/v1/pages/long?token[]=${canary}`,
    `/v1/pages/long?token%5B0%5D=${canary}`,
    `/v1/pages/long?token%3D${canary}`,
    `/v1/pages/long?x=1;token=${canary}`,
    `/v1/pages/long?access_token=${canary}`,
    `/v1/pages/long%3Ftoken=${canary}`,
    `/v1/pages/%zz?token=${canary}`,
    `/v1/pages/${'a'.repeat(2_100)}?token=${canary}`,
    `/v1/failures/error?token=${canary}`,
    `/v1/slow?token=${canary}`,
    `/manage/v1/nope?token=${canary}`,
    `//nope?token=${canary}`,
    `/v1/pages/long?token="${canary}`,
    `/v1/pages/long?token=\\${canary}`,
    `/v1/pages/long?token=a#${canary}`,
  ]

  it.each(spellings)('never holds the token of %s, nor does the answer', async (url) => {
    const before = started.logLines.length
    const received = await sendRaw(
      started.app,
      `GET ${url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nReferer: http://a${url}\r\n\r\n`,
    )
    expect(received).not.toContain(canary)
    // The handler of /v1/slow goes on for a while after its answer.
    if (url.includes('slow')) await new Promise((resolve) => setTimeout(resolve, 300))
    const lines = started.logLines.slice(before)
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.join('')).not.toContain(canary)
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
  })

  it('tells of a failed query where and why, but neither its text nor its parameters', async () => {
    const before = started.logLines.length
    await supertest(started.app.server).get('/v1/failures/query')
    const lines = started.logLines.slice(before).filter((line) => line.includes('request failed'))
    expect(lines).toHaveLength(1)
    expect(lines.join('')).not.toContain('c4n4ry')
    const { err } = JSON.parse(lines[0] ?? '')
    expect(err).toMatchObject({
      type: 'Error',
      message: 'could not save',
      cause: {
        type: 'DrizzleQueryError',
        message: 'a query failed',
        cause: { type: 'Error', message: 'disk I/O error', code: 'SQLITE_IOERR' },
      },
    })
    for (const { stack } of [err, err.cause, err.cause.cause]) expect(stack).toMatch(/^at .*app\.ts/)
  })

  it('takes no words from a failed query that is logged without any', async () => {
    const before = started.logLines.length
    await supertest(started.app.server).get('/v1/failures/wordless')
    const lines = started.logLines.slice(before)
    expect(lines.filter((line) => JSON.parse(line).msg === 'a query failed')).toHaveLength(2)
    expect(lines.join('')).not.toContain('c4n4ry')
  })

  it('never holds credentials from headers or bodies', async () => {
    const before = started.logLines.length
    await supertest(started.app.server)
      .post(`/manage/v1/articles/a1`)
      .set('authorization', `Bearer ${canary}`)
      .set('cookie', canary)
      .send({ [canary]: canary })
    await sendRaw(started.app, `GET / HTTP/1.1\r\nAuthorization: Bearer ${canary}\r\nX: \0\r\n\r\n`)
    expect(started.logLines.slice(before).join('')).not.toContain(canary)
  })
})

describe('striking secrets', () => {
  it('leaves the rest of a URL as it was', () => {
    expect(strikeTokens('/a/b%20c?q=tokens%20of&token=x&limit=2')).toBe(
      '/a/b%20c?q=tokens%20of&token=***&limit=2',
    )
  })

  it('covers credentials in messages of libraries, and keeps the line valid JSON', () => {
    const line = JSON.stringify({
      msg: `cannot reach postgres://desk:${canary}@db/x with Bearer ${canary} via "/p?token=${canary}"\\`,
      tokenId: 'kept',
    })
    const struck = strikeSecretsInLogLine(line)
    expect(struck).not.toContain(canary)
    expect(JSON.parse(struck).tokenId).toBe('kept')
  })

  it('knows the tokens of editors wherever they stand', () => {
    const token = `copydesk_${'aZ09-'.repeat(8)}_-x`
    for (const text of [`/manage/v1/tokens/${token}`, `/v1/articles?${token}=1&a=${token}`, `"${token}"`])
      expect(strikeTokens(text)).toBe(text.replaceAll(token, 'copydesk_***'))
    const line = JSON.stringify({
      msg: `no such file: ${token}.json`,
      names: [token],
      database: 'copydesk_test',
    })
    expect(JSON.parse(strikeSecretsInLogLine(line))).toEqual({
      msg: 'no such file: copydesk_***.json',
      names: ['copydesk_***'],
      database: 'copydesk_test',
    })
  })

  it('takes no longer on hostile input', () => {
    const hostile = `/${'%25'.repeat(5_000)}${'token'.repeat(2_000)}${'%74%6f%6b%65%6e'.repeat(500)}`
    const startedAt = performance.now()
    strikeTokens(hostile)
    strikeSecretsInLogLine(JSON.stringify({ msg: hostile }))
    expect(performance.now() - startedAt).toBeLessThan(200)
  })
})
