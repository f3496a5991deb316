import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { mostOperations } from '../../src/contract/batch.ts'
import type { Role } from '../../src/contract/permissions.ts'
import { description, expectDescribed } from '../support/contract.ts'
import { engineName } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { allowedRoles } from '../support/permissions-table.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1'
const unknownId = '018ced2a-4000-7000-8000-00000000a001'

interface Sent {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly ifMatch?: string | number
}

interface Result {
  readonly status: number
  readonly body: Record<string, unknown>
}

function send({ http }: TestServer, batch: object, headers: object = bearer()) {
  return http
    .post(`${base}/batch`)
    .set({ ...headers })
    .send(batch)
}

/** The results of a batch that is not atomic. */
async function each(server: TestServer, operations: readonly Sent[], headers?: object): Promise<Result[]> {
  const answer = await send(server, { atomic: false, operations }, headers).expect(200)
  expectDescribed('post', `${base}/batch`, answer)
  return answer.body.results
}

/** The answer of an atomic batch. */
function all(server: TestServer, operations: readonly Sent[], headers?: object) {
  return send(server, { atomic: true, operations }, headers)
}

const tag = (slug: string): Sent => ({ method: 'POST', path: '/tags', body: { name: slug, slug } })
const article = (title: string): Sent => ({ method: 'POST', path: '/articles', body: { title } })
const patch = (id: string, body: object, ifMatch: string | number = '*'): Sent => ({
  ...{ method: 'PATCH', path: `/articles/${id}`, body },
  ifMatch,
})

const statusesOf = ({ results }: { results: Result[] }) => results.map(({ status }) => status)

async function makeArticle({ http }: TestServer, input: object = { title: 'Made' }) {
  return (await http.post(`${base}/articles`).set(bearer()).send(input).expect(201)).body
}

describe('a batch whose operations are each by themselves', () => {
  it('answers each as if it had been sent alone, in order, whatever became of the others', async () => {
    const server = await startServer()
    const { id } = await makeArticle(server)
    const results = await each(server, [
      tag('transport'),
      tag('transport'),
      { method: 'POST', path: '/manage/v1/tags', body: { name: '' } },
      patch(id, { subtitle: 'By number' }, 1),
      patch(id, { subtitle: 'Stale' }, '"1"'),
      patch(id, { subtitle: 'By tag' }, '"2"'),
      { method: 'PATCH', path: `/articles/${id}`, body: { subtitle: 'None' } },
      { method: 'GET', path: `/articles/${id}` },
      { method: 'GET', path: '/articles?limit=1&status=draft' },
      { method: 'GET', path: '/articles?nope=1' },
      { method: 'POST', path: `/articles/${id}/publish` },
      { method: 'DELETE', path: `/tags/${unknownId}`, ifMatch: '*' },
      { method: 'DELETE', path: '/tags' },
      { method: 'GET', path: '/tags', body: {} },
      { method: 'POST', path: '/tags', body: null },
    ])
    const expected = [201, 409, 422, 200, 412, 200, 428, 200, 200, 400, 200, 404, 405, 400, 422]
    expect(results.map(({ status }) => status)).toEqual(expected)
    expect(results[0]?.body).toMatchObject({ slug: 'transport', version: 1 })
    expect(results[2]?.body).toMatchObject({ status: 422, errors: [{ pointer: '/name' }] })
    expect(results[4]?.body).toMatchObject({ code: 'version-mismatch', currentVersion: 2 })
    expect(results[5]?.body, 'the same but for what is there only once').toEqual(results[7]?.body)
    expect(results[8]?.body).toMatchObject({ data: [{ id }], page: { limit: 1, next: null } })
    const read = await server.http.get(`${base}/articles/${id}`).set(bearer()).expect(200)
    expect(read.body).toEqual(results[10]?.body)

    const deletion: Sent = { method: 'DELETE', path: `/tags/${results[0]?.body.id}`, ifMatch: 1 }
    expect(await each(server, [deletion])).toEqual([{ status: 204, body: null }])
  })

  it('has a status and a code for each role and each operation as if it had been sent alone', async () => {
    const calls = Object.entries(description.paths ?? {}).flatMap(([pattern, item]) =>
      (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
        const operation = item?.[method]
        const isOne = pattern.startsWith(`${base}/`) && !/\/(?:batch|import|export)$/.test(pattern)
        if (!operation || !isOne) return []
        const content = (operation.requestBody as { content?: object } | undefined)?.content ?? {}
        const body: unknown = Object.values(content)[0]?.example
        const path = pattern.replace(/\{version\}/, '1').replace(/\{\w+\}/g, unknownId)
        const mayViewer = allowedRoles.get(operation.operationId ?? '')?.includes('viewer')
        return [{ method: method.toUpperCase(), path, body, ifMatch: '*', mayViewer }]
      }),
    )
    expect(calls.length).toBeGreaterThan(20)
    const roles: Role[] = ['viewer', 'writer', 'editor', 'ads', 'admin']
    // Two worlds, so that what the one makes is not in the way of the other.
    const [alone, batched] = [await startServer(), await startServer()]
    const what = ({ status, body }: Result) => ({ status, code: body?.code, errors: body?.errors })
    for (const role of roles) {
      const [here, there] = [bearer(await alone.token(role)), bearer(await batched.token(role))]
      const results: ReturnType<typeof what>[] = []
      for (let from = 0; from < calls.length; from += mostOperations) {
        const part = calls.slice(from, from + mostOperations).map(({ mayViewer: _, ...call }) => call)
        results.push(...(await each(batched, part, there)).map(what))
      }
      const expected = []
      for (const { method, path, body, ifMatch } of calls) {
        const verb = method.toLowerCase() as 'get'
        const answer = await alone.http[verb](path)
          .set({ ...here, 'if-match': ifMatch })
          .send(body as object | undefined)
        expected.push(what({ status: answer.status, body: answer.body }))
      }
      expect(results, role).toEqual(expected)
      if (role === 'viewer') {
        const forbidden = results.filter(({ code }) => code === 'forbidden')
        expect(forbidden.length).toBe(calls.filter(({ mayViewer }) => !mayViewer).length)
      }
    }
  })

  it('stops to begin operations when the answers are 32 MiB, and says which it has not begun', async () => {
    const server = await startServer()
    const text = 'All the news. '.repeat(1_000)
    const body = Array.from({ length: 60 }, () => ({
      _type: 'block',
      children: [{ _type: 'span', text }],
    }))
    const { id } = await makeArticle(server, { title: 'Long', body })
    const read: Sent = { method: 'GET', path: `/articles/${id}` }
    const { text: alone } = await server.http.get(`${base}/articles/${id}`).set(bearer()).expect(200)
    const fitting = Math.ceil((32 * 1024 * 1024) / alone.length)
    expect(fitting).toBeLessThan(50)
    const results = await each(server, [...Array(50).fill(read), tag('too-late')])
    const statuses = results.map(({ status }) => status)
    expect(statuses).toEqual([...Array(fitting).fill(200), ...Array(51 - fitting).fill(413)])
    expect(results.at(-1)?.body).toMatchObject({ code: 'payload-too-large', instance: `${base}/tags` })
  })
})

describe('an atomic batch', () => {
  it('is one transaction: each operation sees those before it, and all have one instant', async () => {
    const server = await startServer()
    const { id } = await makeArticle(server)
    const told: Promise<number>[] = []
    const stop = server.db.onChange(() => {
      told.push(server.db.published(async (published) => (await published.findState()).seq))
    })
    const { body } = await all(server, [
      article('First'),
      patch(id, { title: 'Renamed' }, 1),
      { method: 'GET', path: `/articles/${id}` },
      patch(id, { subtitle: 'After' }, 2),
      { method: 'POST', path: `/articles/${id}/publish` },
      article('Second'),
      { method: 'GET', path: '/articles' },
    ]).expect(200)
    const results: Result[] = body.results
    expect(results.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 201, 200])
    expect(results[2]?.body).toEqual(results[1]?.body)
    expect(results[6]?.body.data).toHaveLength(3)
    expect(results[0]?.body.createdAt).toBe(results[5]?.body.createdAt)
    expect(results[4]?.body.updatedAt).toBe(results[0]?.body.createdAt)
    await expect.poll(async () => (await Promise.all(told)).at(-1), { timeout: 2_000 }).toBe(1)
    stop()
    // A server may also tell of nothing, when the connection that listens is opened.
    if (engineName === 'sqlite') expect(told, 'once, at the end').toHaveLength(1)
  })

  it('that fails is a 422 which names the operation and its problem, and nothing is written', async () => {
    const server = await startServer()
    const { id } = await makeArticle(server)
    const before = await dump(server.engine)
    for (const [failing, code] of [
      [patch(id, { subtitle: 'Stale' }, 1), 'version-mismatch'],
      [{ method: 'POST', path: '/articles', body: { title: '', nope: 1 } }, 'invalid-body'],
      [{ method: 'POST', path: '/articles', body: { title: 'T', tagIds: [unknownId] } }, 'invalid-body'],
      [tag('one'), 'slug-taken'],
      [{ method: 'GET', path: `/articles/${unknownId}` }, 'not-found'],
      [{ method: 'DELETE', path: '/tags' }, 'method-not-allowed'],
      [{ method: 'GET', path: '/articles?limit=1000' }, 'invalid-parameter'],
    ] as const) {
      const answer = await all(server, [
        tag('one'),
        patch(id, { subtitle: 'New' }, 1),
        { method: 'POST', path: `/articles/${id}/publish` },
        failing,
        tag('after'),
      ]).expect(422)
      expectDescribed('post', `${base}/batch`, answer)
      expect(answer.body).toMatchObject({ code: 'batch-failed', operation: 3, problem: { code } })
      expect(answer.body.problem.requestId).toBe(`${answer.headers['x-request-id']}.3`)
      expect(answer.headers.etag).toBeUndefined()
      expect(await dump(server.engine), code).toBe(before)
    }
    const viewer = bearer(await server.token('viewer'))
    const denied = await all(server, [{ method: 'GET', path: '/tags' }, tag('one')], viewer).expect(422)
    expect(denied.body).toMatchObject({ operation: 1, problem: { status: 403, code: 'forbidden' } })
  })
})

describe('what a batch may hold', () => {
  it('is paths of the management API alone, and no batch, however it is spelled', async () => {
    const server = await startServer()
    const before = await dump(server.engine)
    const paths = [
      '',
      'articles',
      '/',
      '/batch',
      '/export',
      '/batch?x=1',
      '/%62atch',
      '/manage/v1/batch',
      '/manage/v1/%62%61tch',
      '/articles/../batch',
      '/articles/%2e%2e/batch',
      '/v1/articles',
      '/../../v1/articles',
      '/manage/v1/../../v1/articles',
      '/manage/v1/%2e%2e/%2E%2E/healthz',
      '/manage/v1\\..\\..\\healthz',
      '/manage/v1',
      '/manage/v1/',
      '/MANAGE/v1/articles',
      '/healthz',
      '//host.example/manage/v1/articles',
      'http://host.example/manage/v1/articles',
      '/articles#x',
      '/articles/%zz',
      `/articles/${unknownId}/nope`,
    ]
    for (const atomic of [true, false]) {
      const operations = [tag('one'), ...paths.map((path) => ({ method: 'POST', path }))]
      const { body } = await send(server, { atomic, operations }).expect(422)
      expect(body.code).toBe('invalid-body')
      expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
        paths.map((_, index) => `/operations/${index + 1}/path`),
      )
      expect(body.errors[0].code).toBe('invalid-path')
    }
    expect(await dump(server.engine)).toBe(before)
  })

  it('is checked whole before anything runs, all faults at once', async () => {
    const server = await startServer()
    const { body } = await send(server, {
      nope: 1,
      operations: [
        tag('one'),
        { method: 'HEAD', path: '/tags', headers: {} },
        { method: 'GET' },
        { method: 'PATCH', path: '/tags', ifMatch: 0 },
        { method: 'PATCH', path: '/tags', ifMatch: 'a\r\nb' },
        { method: 'PATCH', path: '/tags', ifMatch: 1.5 },
      ],
    }).expect(422)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/atomic',
      '/nope',
      '/operations/1/headers',
      '/operations/1/method',
      '/operations/2/path',
      '/operations/3/ifMatch',
      '/operations/4/ifMatch',
      '/operations/5/ifMatch',
    ])
    expect((await server.http.get(`${base}/tags`).set(bearer())).body.data).toEqual([])
  })

  it('is 1 to 100 operations of 6 MiB together, each within its own limit', async () => {
    const server = await startServer()
    const count = (number: number) => Array.from({ length: number }, (_, index) => tag(`tag-${index}`))
    for (const number of [0, 101, 40_000]) {
      const { body } = await send(server, { atomic: true, operations: count(number) }).expect(422)
      expect(body.errors).toMatchObject([{ pointer: '/operations' }])
    }
    const tooLong = { method: 'POST', path: '/tags', body: { name: 'x'.repeat(1_100_000) } }
    const [refused] = await each(server, [tooLong])
    expect(refused).toMatchObject({ status: 413, body: { code: 'payload-too-large' } })
    const tooMuch = { method: 'POST', path: '/articles', body: { title: 'x'.repeat(6_300_000) } }
    await all(server, [tooMuch]).expect(413)
    expect((await all(server, count(100)).expect(200)).body.results).toHaveLength(100)
  })

  it('needs a token, and no permission of its own', async () => {
    const server = await startServer()
    await send(server, { atomic: false, operations: [tag('one')] }, {}).expect(401)
    await send(server, { atomic: false, operations: [tag('one')] }, bearer('unknown')).expect(401)
    const ads = bearer(await server.token('ads'))
    const results = await each(server, [tag('one'), { method: 'GET', path: '/tags' }], ads)
    expect(results.map(({ status }) => status)).toEqual([403, 200])
  })
})

describe('a batch with an Idempotency-Key', () => {
  const keyed = { ...bearer(), 'idempotency-key': 'one' }
  const keysOf = ({ engine }: TestServer) =>
    engine.snapshot(async ({ sql, tables }) => {
      const rows = await sql.select({ key: tables.idempotencyRecords.key }).from(tables.idempotencyRecords)
      return rows.map(({ key }) => key).sort()
    })

  it('that is atomic is kept in its own transaction, and free again when it failed', async () => {
    const server = await startServer()
    await all(server, [tag('one'), tag('one')], keyed).expect(422)
    expect(await keysOf(server)).toEqual([])
    const first = await all(server, [tag('one'), tag('two')], keyed).expect(200)
    const second = await all(server, [tag('one'), tag('two')], keyed).expect(200)
    expect(second.text).toBe(first.text)
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(await keysOf(server)).toEqual(['one'])
    expect((await all(server, [tag('one')], keyed).expect(422)).body.code).toBe('idempotency-key-reused')
  })

  it('that is not atomic is kept when it is done, and its operations each by themselves until then', async () => {
    const server = await startServer()
    const { id } = await makeArticle(server)
    const inTheWay = (await each(server, [tag('taken')]))[0]?.body.id
    const operations = [
      ...[tag('one'), tag('taken'), { method: 'GET', path: '/tags' }, article('Once')],
      ...[patch(id, { subtitle: 'By version' }, 1), patch(id, { subtitle: 'By any' }, '*')],
    ]
    const first = await send(server, { atomic: false, operations }, keyed).expect(200)
    expect(statusesOf(first.body)).toEqual([201, 409, 200, 201, 200, 200])
    // What failed is kept as failed, also where it would no longer fail.
    await each(server, [{ method: 'DELETE', path: `/tags/${inTheWay}`, ifMatch: '*' }])
    const second = await send(server, { atomic: false, operations }, keyed).expect(200)
    expect(second.text).toBe(first.text)
    expect(await keysOf(server), 'one for each that was written').toEqual(['one', 'one 0', 'one 3'])

    // As if the server had stopped before the last operation was done.
    await server.engine.write(async ({ sql, tables }) => {
      await sql
        .update(tables.idempotencyRecords)
        .set({ status: null, startedAt: '2020-01-01T00:00:00.000Z' })
        .where(eq(tables.idempotencyRecords.key, 'one'))
    })
    const third = await send(server, { atomic: false, operations }, keyed).expect(200)
    expect(third.headers['idempotency-replayed']).toBeUndefined()
    expect(statusesOf(third.body)).toEqual([201, 201, 200, 201, 412, 200])
    expect(third.body.results[3]).toEqual(first.body.results[3])
    expect(third.body.results[0]).toEqual(first.body.results[0])
    expect(third.body.results[5].body.version, 'written once more').toBe(4)
  })
})
