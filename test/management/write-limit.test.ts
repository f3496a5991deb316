import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { dump } from '../support/dump.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const burst = 10
const batchPath = '/manage/v1/batch'

/** A server whose clock stands still: each token may write ten times, and no more come back. */
function limited() {
  const env = { RATE_LIMIT_WRITES_PER_SECOND: '2', RATE_LIMIT_WRITE_BURST: String(burst) }
  return startServer({ env, clock: Date.parse('2026-05-01T00:00:00.000Z') })
}

let names = 0
/** What makes another tag each time. */
function newTag() {
  names += 1
  return { name: `Tag ${names}`, slug: `tag-${names}` }
}
const operation = (path = '/tags') => ({ method: 'POST', path, body: newTag() })
const read = { method: 'GET', path: '/tags' }

async function tagCount({ http }: TestServer): Promise<number> {
  const { body } = await http.get('/manage/v1/tags?count=true').set(bearer()).expect(200)
  return body.page.total
}

const batch = ({ http }: TestServer, input: object, headers: object = bearer()) =>
  http
    .post(batchPath)
    .set({ ...headers })
    .send(input)

const statusesOf = ({ results }: { results: { status: number }[] }) => results.map(({ status }) => status)

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Sends a request with its path as it is written, which most clients would put in order first. */
function sendAsWritten({ app }: TestServer, { method, path, headers, body }: Sent): Promise<number> {
  const { port } = app.server.address() as AddressInfo
  const text = body === undefined ? '' : JSON.stringify(body)
  const own = text === '' ? {} : { 'content-type': 'application/json', 'content-length': text.length }
  return new Promise((resolve, reject) => {
    request({ port, method, path, headers: { ...bearer(), ...own, ...headers } }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
    })
      .on('error', reject)
      .end(text)
  })
}

/** Ways to write, or to seem to, that a limit might count apart or not at all. */
function evasions(): Sent[] {
  const paths = [
    ...['/manage/v1/tags', '/MANAGE/v1/tags', '/manage/V1/tags', '/manage/v1/Tags'],
    ...['/manage/v1/tags/', '/manage/v1/tags//', '//manage/v1/tags', '/manage//v1/tags', '/manage/v1//tags'],
    ...['/manage/v1/./tags', '/manage/v1/x/../tags', '/manage/v1/x/%2e%2e/tags', '/manage/v1\\tags'],
    ...['/%6Danage/v1/tags', '/manage/%76%31/tags', '/manage/v1/t%61gs', '/manage%2Fv1%2Ftags'],
    ...['/manage/v1/tags%2F', '/manage/v1/tags%20', '/manage/v1/tags%00', '/manage/v1/t%2561gs'],
    ...['/manage/v1/tags?', '/manage/v1/tags?x=1', '/manage/v1/tags;x=1', 'http://a.example/manage/v1/tags'],
  ]
  const headers = [
    ...[
      {},
      { 'x-forwarded-for': '203.0.113.7' },
      { 'x-real-ip': '203.0.113.8' },
      { 'x-request-id': 'other' },
    ],
    ...[{ authorization: `bearer ${bearer().authorization.slice(7)}` }, { 'idempotency-key': 'other' }],
  ]
  const overriding = ['HEAD', 'GET', 'OPTIONS'].map((method) => ({
    ...{ method, path: '/manage/v1/tags' },
    headers: { 'x-http-method-override': 'POST', 'x-method-override': 'POST' },
  }))
  const post = (path: string, header = {}) => ({ method: 'POST', path, headers: header, body: newTag() })
  const batches = [true, false].flatMap((atomic) =>
    [batchPath, '/manage/v1/b%61tch'].map((path) => ({
      ...{ method: 'POST', path },
      body: { atomic, operations: Array.from({ length: 3 }, () => operation()) },
    })),
  )
  return [
    ...paths.map((path) => post(path)),
    ...headers.map((header) => post('/manage/v1/tags', header)),
    ...overriding,
    ...batches,
  ]
}

describe('the writes of a batch', () => {
  it('count each as one and the batch as another, and reading does not', async () => {
    const server = await limited()
    const operations = [read, ...Array.from({ length: burst }, () => operation()), read]
    const answer = await batch(server, { atomic: false, operations }).expect(200)
    expectDescribed('post', batchPath, answer)
    const refused = 429
    expect(statusesOf(answer.body)).toEqual([200, ...Array(burst - 1).fill(201), refused, 200])
    expect(answer.body.results[burst].body).toMatchObject({ code: 'rate-limited', status: refused })
    expect(answer.headers.ratelimit, 'as it is afterwards').toBe('"writes";r=0;t=1')
    expect(await tagCount(server)).toBe(burst - 1)
    await batch(server, { atomic: false, operations: [read] }).expect(refused)
    const other = bearer(await server.token('editor'))
    expect(
      statusesOf((await batch(server, { atomic: false, operations: [operation()] }, other)).body),
    ).toEqual([201])
  })

  it('count in an atomic batch too, which fails at the first that is too many, and what was counted stays so', async () => {
    const server = await limited()
    const before = await dump(server.engine)
    const operations = Array.from({ length: burst }, () => operation())
    const failed = await batch(server, { atomic: true, operations }).expect(422)
    expect(failed.body).toMatchObject({
      ...{ code: 'batch-failed', operation: burst - 1 },
      problem: { code: 'rate-limited', status: 429 },
    })
    expect(failed.headers.ratelimit).toBe('"writes";r=0;t=1')
    expect(await dump(server.engine)).toBe(before)
    const refused = await batch(server, { atomic: true, operations: [operation()] }).expect(429)
    expect(refused.headers['retry-after']).toBe('1')
  })

  it('are not counted again where a batch that was written is only answered again', async () => {
    const server = await limited()
    const keyed = { ...bearer(), 'idempotency-key': 'one' }
    const input = { atomic: true, operations: [operation(), operation(), operation()] }
    const first = await batch(server, input, keyed).expect(200)
    expect(first.headers.ratelimit).toBe(`"writes";r=${burst - 4};t=1`)
    const second = await batch(server, input, keyed).expect(200)
    expect(second.headers).toMatchObject({
      'idempotency-replayed': 'true',
      ratelimit: `"writes";r=${burst - 5};t=1`,
    })
  })

  it('are counted when refused for their paths and bodies, however those are spelled', async () => {
    const server = await limited()
    const paths = ['/tags', '/manage/v1/tags', '/t%61gs', '/x/../tags', '/tags?x=1', '/%74ags?']
    const operations = [...paths.map((path) => operation(path)), { method: 'POST', path: '/tags', body: 1 }]
    const answer = await batch(server, { atomic: false, operations }).expect(200)
    expect(statusesOf(answer.body)).toEqual([201, 201, 201, 201, 400, 201, 422])
    expect(answer.headers.ratelimit).toBe(`"writes";r=${burst - 1 - operations.length};t=1`)
  })
})

describe('the limit of writes', () => {
  it('holds whatever the spelling of a path, the method, the headers, or a batch', async () => {
    const server = await limited()
    for (let round = 0; round < 3; round += 1)
      for (const sent of evasions()) await sendAsWritten(server, sent)
    const made = await tagCount(server)
    expect(made).toBeGreaterThan(0)
    expect(made).toBeLessThanOrEqual(burst)
  })

  it('that is used up lets nothing through, and refuses what would be a write', async () => {
    const server = await limited()
    for (let n = 0; n < burst; n += 1)
      expect(await sendAsWritten(server, { method: 'POST', path: '/manage/v1/tags', body: newTag() })).toBe(
        201,
      )
    const before = await dump(server.engine)
    const passed: string[] = []
    for (const sent of evasions()) {
      const status = await sendAsWritten(server, sent)
      // No route is there, or it is one that only reads.
      const isHarmless = [400, 404, 405].includes(status) || ['HEAD', 'GET', 'OPTIONS'].includes(sent.method)
      if (status !== 429 && !isHarmless) passed.push(`${status} ${sent.method} ${sent.path}`)
    }
    expect(passed).toEqual([])
    expect(await dump(server.engine)).toBe(before)
  })
})
