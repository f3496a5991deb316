import { describe, expect, it } from 'vitest'
import { anyToken, permissions, permissionsOfGrant, roles } from '../../src/contract/permissions.ts'
import { followChanges } from '../delivery/event-client.ts'
import { sendRaw } from '../http/app.ts'
import { dump } from '../support/dump.ts'
import { allowedRoles } from '../support/permissions-table.ts'
import { fill, listRoutes, type Route, unknownId } from '../support/routes.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const env = {
  RATE_LIMIT_FAILED_AUTH_PER_MINUTE: '0',
  RATE_LIMIT_WRITES_PER_SECOND: '0',
  PUBLIC_URL: 'https://news.example',
}

const guarded = ({ routes }: TestServer) =>
  listRoutes(routes).filter(({ url, isAboutPath }) => url.startsWith('/manage') && !isAboutPath)

const reads = (route: Route) => ['GET', 'HEAD', 'OPTIONS'].includes(route.method)

function call({ http }: TestServer, { method, url }: Route, headers: object, values = {}, query = '') {
  const request = http[method.toLowerCase() as 'get'](fill(url, values) + query).set({ ...headers })
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method)
    ? request.set('if-match', '*').send(method === 'DELETE' ? undefined : {})
    : request
}

const nameOf = ({ method, url, operationId }: Route) => `${method} ${url} (${operationId})`

// Each route is asked with each permission: more than the usual time on a busy machine.
describe('the permissions of every management route', { timeout: 90_000 }, () => {
  it('are in the table, and the table has no route that is not there', async () => {
    const server = await startServer({ env })
    const operations = new Set(
      guarded(server).map(({ operationId }) => operationId ?? 'a route without a name'),
    )
    expect(operations.size).toBeGreaterThan(20)
    expect([...operations].filter((operation) => !allowedRoles.has(operation))).toEqual([])
    expect([...allowedRoles.keys()].filter((operation) => !operations.has(operation))).toEqual([])
  })

  it.each(roles)('are those of the table for the role %s', async (role) => {
    const server = await startServer({ env })
    const token = bearer(await server.token(role))
    const before = await dump(server.engine)
    const found: string[] = []
    const expected: string[] = []
    for (const route of guarded(server)) {
      const { status, body } = await call(server, route, token)
      const outcome = status === 403 ? 'denied' : status === 401 || status >= 500 ? String(status) : 'allowed'
      if (status === 403 && route.method !== 'HEAD') expect(body.code).toBe('forbidden')
      found.push(`${nameOf(route)}: ${outcome}`)
      const isAllowed = allowedRoles.get(route.operationId ?? '')?.includes(role)
      expected.push(`${nameOf(route)}: ${isAllowed ? 'allowed' : 'denied'}`)
    }
    expect(found).toEqual(expected)
    expect(found.some((line) => line.startsWith('HEAD'))).toBe(true)
    // What is allowed found nothing to write to, or nothing in the body to write.
    expect(await dump(server.engine)).toBe(before)
  })

  it('open to nobody without a token, with an expired or a revoked one, or one of another form', async () => {
    const server = await startServer({ env })
    const past = '2020-01-01T00:00:00.000Z'
    const good = await server.token('admin')
    const bad = [
      { name: 'none', headers: {} },
      { name: 'expired', headers: bearer(await server.token({ role: 'admin', expiresAt: past })) },
      { name: 'revoked', headers: bearer(await server.token({ role: 'admin', revokedAt: past })) },
      { name: 'unknown', headers: bearer(`copydesk_${'A'.repeat(43)}`) },
      { name: 'of another scheme', headers: { authorization: `Basic ${btoa(`admin:${good}`)}` } },
      { name: 'without a scheme', headers: { authorization: good } },
      { name: 'in a cookie', headers: { cookie: `token=${good}; authorization=Bearer ${good}` } },
      { name: 'in another header', headers: { 'x-api-key': good, 'proxy-authorization': `Bearer ${good}` } },
      { name: 'in the query', headers: {}, query: `?token=${good}&access_token=${good}` },
    ]
    for (const { name, headers, query } of bad)
      for (const route of guarded(server)) {
        const { status, headers: answered } = await call(server, route, headers, {}, query)
        expect([name, nameOf(route), status, answered['www-authenticate']]).toEqual([
          name,
          nameOf(route),
          401,
          'Bearer',
        ])
      }
  })

  it('are the same for a list with each permission: what it includes, and no more', async () => {
    const server = await startServer({ env })
    const routes = guarded(server)
    for (const permission of permissions) {
      const token = bearer(await server.token({ permissions: [permission] }))
      const granted = permissionsOfGrant({ role: null, permissions: [permission] })
      for (const route of routes) {
        const { status } = await call(server, route, token)
        const { permission: needed } = route
        const isGranted = needed === anyToken || (needed !== undefined && granted.includes(needed))
        expect([permission, nameOf(route), status === 403]).toEqual([permission, nameOf(route), !isGranted])
      }
    }
  })

  it('leave the answers about a path alone: they tell its methods and do nothing', async () => {
    const server = await startServer({ env })
    const aboutPaths = listRoutes(server.routes).filter(
      ({ url, isAboutPath, method }) =>
        isAboutPath &&
        url.startsWith('/manage') &&
        ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method),
    )
    expect(aboutPaths.length).toBeGreaterThan(10)
    for (const route of aboutPaths) {
      const { status, headers } = await call(server, route, {})
      expect([nameOf(route), status]).toEqual([nameOf(route), route.method === 'OPTIONS' ? 204 : 405])
      expect(headers.allow).toBeDefined()
    }
  })
})

describe('a viewer', () => {
  it('changes nothing by any route, with what is really there and with good input', async () => {
    const server = await startServer({ env, seeded: true })
    const made = await makeOneOfEach(server)
    const viewer = bearer(await server.token('viewer'))
    const before = await dump(server.engine)
    // A batch is for everybody: each of its operations is checked by itself.
    const writing = guarded(server).filter((route) => !reads(route) && route.permission !== anyToken)
    expect(writing.length).toBeGreaterThan(15)
    for (const route of writing) {
      const path = fill(route.url, { id: idFor(route.url, made) })
      const input = goodInput.find(({ of }) => of.test(route.url))?.input ?? {}
      const answer = await server.http[route.method.toLowerCase() as 'post'](path)
        .set(viewer)
        .set('if-match', '*')
        .send(route.method === 'DELETE' ? undefined : input)
      expect([nameOf(route), answer.status]).toEqual([nameOf(route), 403])
    }
    expect(await dump(server.engine)).toBe(before)
  })
})

describe('reading', () => {
  it('changes nothing: every GET, HEAD and OPTIONS of the program, twice', async () => {
    const server = await startServer({ env, seeded: true })
    const made = await makeOneOfEach(server)
    const before = await dump(server.engine)
    const routes = listRoutes(server.routes).filter(
      ({ method, url }) => ['GET', 'HEAD', 'OPTIONS'].includes(method) && url !== '*',
    )
    expect(routes.length).toBeGreaterThan(50)
    const statuses = new Map<number, number>()
    for (const round of [1, 2])
      for (const route of routes) {
        const values = { id: idFor(route.url, made), idOrSlug: 'anthony-blinken-the-return-and-israel' }
        const isStream = route.isEndless && route.method === 'GET'
        const { status } = isStream
          ? await followChanges(server.app, { query: '?since=0' })
          : await call(server, route, bearer(), values)
        expect([round, nameOf(route), status < 500]).toEqual([round, nameOf(route), true])
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    expect(statuses.get(200)).toBeGreaterThan(40)
    expect(await dump(server.engine)).toBe(before)
  })
})

describe('whoever may not know of something', { timeout: 90_000 }, () => {
  it('is answered alike whether it is there or not', async () => {
    const server = await startServer({ env, seeded: true })
    const made = await makeOneOfEach(server)
    const holders = [
      ...roles.map((role) => ({ role })),
      ...permissions.map((permission) => ({ permissions: [permission] })),
      {},
    ]
    let denied = 0
    for (const grant of holders) {
      const token = bearer(await server.token(grant))
      for (const route of guarded(server).filter(({ url }) => url.includes(':id'))) {
        const values = { id: idFor(route.url, made) }
        const missing = await call(server, route, token, { id: unknownId })
        if (missing.status !== 403) continue
        const there = await call(server, route, token, values)
        denied += 1
        expect(asAnswered(there, values.id)).toEqual(asAnswered(missing, unknownId))
      }
    }
    expect(denied).toBeGreaterThan(100)
  })

  it('learns nothing of why a token is refused: the answers are the same bytes', async () => {
    const server = await startServer({ env })
    const past = '2020-01-01T00:00:00.000Z'
    const rotated = await server.http
      .post('/manage/v1/tokens')
      .set(bearer())
      .send({ name: 'R', role: 'admin' })
    await server.http
      .post(`/manage/v1/tokens/${rotated.body.id}/rotate`)
      .set(bearer())
      .send({ overlapSeconds: 0 })
      .expect(200)
    const secrets = [
      `copydesk_${'A'.repeat(43)}`,
      'no-token-at-all',
      await server.token({ role: 'admin', expiresAt: past }),
      await server.token({ role: 'admin', revokedAt: past }),
      await server.token({ role: 'viewer', expiresAt: past, revokedAt: past }),
      rotated.body.token,
    ]
    const answers = await Promise.all(
      secrets.map((secret) =>
        server.http.get('/manage/v1/articles').set(bearer(secret)).set('x-request-id', 'same').expect(401),
      ),
    )
    const [first, ...others] = answers.map(({ text, headers: { date: _date, ...headers } }) => ({
      text,
      headers,
    }))
    for (const other of others) expect(other).toEqual(first)
  })
})

describe('other spellings of a path', () => {
  const spellings = [
    '/%6Danage/v1/articles',
    '/m%61nage/v1/%61rticles',
    '/%6d%61%6e%61%67%65/%76%31/articles',
    '/manage%2Fv1%2Farticles',
    '/manage/v1%2farticles',
    '/%2Fmanage/v1/articles',
    '//manage/v1/articles',
    '/manage//v1/articles',
    '/manage/v1//articles',
    '///manage/v1/articles',
    '/manage/v1/articles/',
    '/manage/v1/articles//',
    '/manage/v1/articles%2F',
    '/MANAGE/v1/articles',
    '/Manage/V1/Articles',
    '/manage/v1/articles;a=b',
    '/manage;a=b/v1/articles',
    '/manage/./v1/articles',
    '/v1/../manage/v1/articles',
    '/v1/%2e%2e/manage/v1/articles',
    '/v1/..%2Fmanage/v1/articles',
    '/manage/v1/articles%00',
    '/manage/v1/articles%20',
    '/manage/v1/articles.json',
    '/manage/v1/articles?_method=POST',
    '/manage/v1/articles#x',
    '\\manage\\v1\\articles',
    'http://127.0.0.1/manage/v1/articles',
    'http://127.0.0.1//manage/v1/articles',
    'https://other.example/manage/v1/articles',
    '%2Fmanage/v1/articles',
    '/manage/v1/articles/%252e%252e/articles',
  ]

  it('never lead around the guard', async () => {
    const server = await startServer({ env })
    const viewer = await server.token('viewer')
    const before = await dump(server.engine)
    const send = async (method: string, target: string, headers: string) => {
      const body = method === 'POST' ? '{"title":"Around"}' : ''
      const received = await sendRaw(
        server.app,
        `${method} ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`,
      )
      return Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1])
    }
    const json = 'Content-Type: application/json\r\n'
    const override =
      'X-HTTP-Method-Override: POST\r\nX-Original-URL: /v1/articles\r\nX-Rewrite-URL: /v1/articles\r\n'
    for (const target of spellings) {
      for (const method of ['GET', 'HEAD', 'POST'])
        expect([target, method, await send(method, target, method === 'POST' ? json : '')]).toEqual([
          target,
          method,
          expect.toBeOneOf([400, 401, 404, 405]),
        ])
      const asViewer = `Authorization: Bearer ${viewer}\r\n`
      expect([target, await send('POST', target, asViewer + json)]).toEqual([
        target,
        expect.toBeOneOf([400, 403, 404, 405]),
      ])
      expect([target, await send('GET', target, override)]).toEqual([
        target,
        expect.toBeOneOf([400, 401, 404, 405]),
      ])
    }
    expect(await send('GET', '/manage/v1/articles', `Authorization: Bearer ${viewer}\r\n`)).toBe(200)
    expect(await dump(server.engine)).toBe(before)
  }, 60_000)
})

interface Made {
  readonly [collection: string]: string
}

/** The ids of one article, section, tag, author and token. */
async function makeOneOfEach({ http }: TestServer): Promise<Made> {
  const make = async (collection: string, input: object) =>
    (await http.post(`/manage/v1/${collection}`).set(bearer()).send(input).expect(201)).body.id as string
  return {
    articles: await make('articles', { title: 'There' }),
    sections: await make('sections', { name: 'There' }),
    tags: await make('tags', { name: 'There' }),
    authors: await make('authors', { name: 'There' }),
    tokens: await make('tokens', { name: 'There', role: 'viewer' }),
  }
}

function idFor(url: string, made: Made): string {
  return made[/^\/manage\/v1\/([\w-]+)/.exec(url)?.[1] ?? ''] ?? unknownId
}

/** Input that a caller with the permission would have accepted; the first that fits a path. */
const goodInput = [
  { of: /\/rotate$/, input: {} },
  { of: /\/tokens/, input: { name: 'Mine', role: 'admin' } },
  { of: /\/(sections|tags|authors)/, input: { name: 'New name' } },
  { of: /\/related$/, input: { links: [{ title: 'New link' }] } },
  { of: /\/articles(\/:id)?$/, input: { title: 'New title' } },
]

function asAnswered(
  { text, headers }: { text: string; headers: Record<string, string> },
  id: string,
): { text: string; headers: Record<string, string> } {
  const { date: _date, 'x-request-id': requestId = '', ...same } = headers
  return {
    text: (text ?? '').replaceAll(requestId, 'ID').replaceAll(id, 'X').replaceAll(unknownId, 'X'),
    headers: same,
  }
}
