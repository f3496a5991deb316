import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { collectRoutes } from '../../src/http/route-table.ts'
import { answerWrite } from '../../src/management/answers.ts'
import { manageBatch } from '../../src/management/batch.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { emptyKeyedApp, newTag } from './keyed.ts'

/** None of its operations has a body to convert. */
const noConverter = { convert: () => Promise.reject(new Error('nothing to convert')), close: async () => {} }
const path = '/manage/v1/batch'
const tag = (slug: string) => ({ method: 'POST', path: '/tags', body: { name: slug, slug } })
const tags = (count: number) => Array.from({ length: count }, (_, index) => tag(`tag-${index}`))

interface LogLine {
  readonly msg: string
  readonly requestId: string
  readonly status: number
  readonly method: string
  readonly path: string
  readonly route: string
  readonly address: string
}

function linesOf(server: TestServer): LogLine[] {
  const lines = server.log().trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line)).filter((line) => line.requestId !== undefined)
}

/** An app with batches of operations that each take a while in their transaction. */
function slowBatches(
  { db }: TestServer,
  { operationMs, timeLimitMs }: { operationMs: number; timeLimitMs: number },
) {
  let begun = 0
  const app = emptyKeyedApp(
    '/manage/v1',
    async (scope) => {
      const findRoute = collectRoutes(scope)
      await scope.register(manageBatch, { db, findRoute, converter: noConverter })
      scope.post('/slow', { schema: { response: { 201: z.strictObject({}) } } }, (request, reply) =>
        answerWrite(db, request, reply, async (tx) => {
          begun += 1
          await tx.terms.insert('tag', { ...newTag(`T${begun}`, tx.now), id: newId() })
          await sleep(operationMs)
          return { status: 201, body: {} }
        }),
      )
    },
    { timeLimitMs },
  )
  return {
    begun: () => begun,
    run: ({ atomic, count }: { atomic: boolean; count: number }) => {
      const operations = Array(count).fill({ method: 'POST', path: '/slow' })
      return app.inject({ method: 'POST', url: path, payload: { atomic, operations } })
    },
  }
}

describe('the operations of a batch', () => {
  it('are logged each, under an id that leads to their request, and counted as one request', async () => {
    const server = await startServer()
    const operations = [tag('one'), tag('one'), { method: 'GET', path: '/tags?limit=1' }]
    await server.http
      .post(path)
      .set({ ...bearer(), 'x-request-id': 'mine' })
      .send({ atomic: false, operations })
      .expect(200)
    const shown = linesOf(server).map(({ msg, requestId, status, method, route }) => [
      ...[msg, requestId, status, method, route],
    ])
    expect(shown).toEqual([
      ['operation completed', 'mine.0', 201, 'POST', '/manage/v1/tags'],
      ['operation completed', 'mine.1', 409, 'POST', '/manage/v1/tags'],
      ['operation completed', 'mine.2', 200, 'GET', '/manage/v1/tags'],
      ['request completed', 'mine', 200, 'POST', path],
    ])
    const { text } = await server.http.get('/metrics').expect(200)
    const counts = text.split('\n').filter((line) => line.startsWith('http_request_duration_seconds_count'))
    expect(counts).toEqual([expect.stringMatching(/method="POST".*route="\/manage\/v1\/batch".* 1$/)])
    expect(text).toMatch(/^http_requests_in_flight 1$/m)
  })

  it('come from the address of their request, which a proxy may say and a client may not', async () => {
    for (const [env, expected] of [
      [{ TRUST_PROXY: 'loopback' }, '203.0.113.9'],
      [{}, '127.0.0.1'],
    ] as const) {
      const server = await startServer({ env })
      await server.http
        .post(path)
        .set({ ...bearer(), 'x-forwarded-for': '203.0.113.9' })
        .send({ atomic: true, operations: [tag('one')] })
        .expect(200)
      const addresses = linesOf(server).map(({ address }) => address.replace('::ffff:', ''))
      expect(addresses).toEqual([expected, expected])
    }
  })

  it('have ids that fit, whatever id the client sent', async () => {
    const server = await startServer()
    const id = 'x'.repeat(128)
    const { headers, body } = await server.http
      .post(path)
      .set({ ...bearer(), 'x-request-id': id })
      .send({ atomic: false, operations: [{ method: 'GET', path: '/tags?limit=0' }] })
      .expect(200)
    expect(headers['x-request-id']).toBe(id)
    expect(body.results[0].body.requestId).toBe(`${'x'.repeat(120)}.0`)
  })

  it('are checked with the token as it is when they begin', async () => {
    const server = await startServer({ env: { RATE_LIMIT_FAILED_AUTH_PER_MINUTE: '0' } })
    const secret = await server.token('editor')
    const revoke = async () => {
      await server.engine.write(async ({ sql, tables }) => {
        await sql.update(tables.tokens).set({ revokedAt: '2026-01-01T00:00:00.000Z' })
      })
    }
    let begun = 0
    server.app.server.on('request', () => {
      begun += 1
    })
    const sending = server.http
      .post(path)
      .set(bearer(secret))
      .send({ atomic: false, operations: tags(100) })
    const [{ body }] = await Promise.all([
      sending,
      expect
        .poll(() => linesOf(server).length, { interval: 1 })
        .toBeGreaterThan(2)
        .then(revoke),
    ])
    const statuses: number[] = body.results.map(({ status }: { status: number }) => status)
    const made = statuses.filter((status) => status === 201).length
    expect(statuses).toEqual([...Array(made).fill(201), ...Array(100 - made).fill(401)])
    expect(made).toBeLessThan(100)
    expect(begun, 'through the server once').toBe(1)
  })

  it.each([true, false])('are completed while the server closes (atomic: %s)', async (atomic) => {
    const server = await startServer()
    const sending = server.http
      .post(path)
      .set(bearer())
      .send({ atomic, operations: tags(100) })
    const answered = sending.then((answer) => answer)
    await expect.poll(() => linesOf(server).length, { interval: 1 }).toBeGreaterThan(2)
    const closing = server.app.close()
    const { status, body } = await answered
    await closing
    expect(status).toBe(200)
    const statuses = body.results.map((result: { status: number }) => result.status)
    expect(statuses).toEqual(Array(100).fill(201))
  })

  it.each([true, false])(
    'are not begun when the time of their batch is over (atomic: %s)',
    async (atomic) => {
      const server = await startServer()
      const { run, begun } = slowBatches(server, { operationMs: 120, timeLimitMs: 300 })
      const answer = await run({ atomic, count: 10 })
      expect([answer.statusCode, answer.json().code]).toEqual([503, 'unavailable'])
      await sleep(300)
      expect(begun()).toBeLessThan(5)
      const { items } = await server.db.read((reader) =>
        reader.terms.list('tag', { limit: 10, after: undefined }),
      )
      expect(items).toHaveLength(atomic ? 0 : begun())
    },
  )

  it('may take longer together than one of them may', async () => {
    const { run } = slowBatches(await startServer(), { operationMs: 800, timeLimitMs: 20_000 })
    const answer = await run({ atomic: true, count: 4 })
    expect(answer.statusCode, answer.body).toBe(200)
  })

  it.each([true, false])('show their secrets in the first answer alone (atomic: %s)', async (atomic) => {
    const server = await startServer()
    const app = emptyKeyedApp('/manage/v1', async (scope) => {
      const findRoute = collectRoutes(scope)
      await scope.register(manageBatch, { db: server.db, findRoute, converter: noConverter })
      const answer = z.strictObject({ name: z.string(), token: z.string().optional() })
      scope.post('/tokens', { schema: { response: { 201: answer } } }, (request, reply) =>
        answerWrite(server.db, request, reply, async () => ({
          status: 201,
          body: { name: 'n', token: 's3cret' },
          secretMembers: ['token'],
        })),
      )
    })
    const send = () =>
      app.inject({
        method: 'POST',
        url: path,
        headers: { 'idempotency-key': 'one' },
        payload: { atomic, operations: [tokens, tokens] },
      })
    const tokens = { method: 'POST', path: '/tokens' }
    const shown = { status: 201, body: { name: 'n', token: 's3cret' } }
    expect((await send()).json()).toEqual({ results: [shown, shown] })
    const kept = { status: 201, body: { name: 'n' } }
    expect((await send()).json()).toEqual({ results: [kept, kept] })
    const stored = await server.engine.snapshot(async ({ sql, tables }) =>
      sql.select().from(tables.idempotencyRecords),
    )
    expect(stored).toHaveLength(atomic ? 1 : 3)
    expect(JSON.stringify(stored)).not.toContain('s3cret')
  })
})
