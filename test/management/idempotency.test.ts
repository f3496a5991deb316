import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { idempotencyAbandonedMs, idempotencyKeptMs } from '../../src/contract/idempotency.ts'
import type { KeyedRequest } from '../../src/store/idempotency.ts'
import type { Db } from '../../src/store/index.ts'
import { description } from '../support/contract.ts'
import { temporaryDatabase } from '../support/database.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { keyedApp, newTag } from './keyed.ts'

const base = '/manage/v1/articles'
/** Servers begin with this clock: with a later one they would tidy up what is kept under it. */
const start = Date.parse('2026-03-01T12:00:00.000Z')

async function recordsOf({ engine }: TestServer) {
  return engine.snapshot(async ({ sql, tables }) => sql.select().from(tables.idempotencyRecords))
}

async function titlesOf({ engine }: TestServer): Promise<string[]> {
  const rows = await engine.snapshot(async ({ sql, tables }) =>
    sql.select({ title: tables.articles.title }).from(tables.articles),
  )
  return rows.map((row) => row.title)
}

/** A `POST` of an article with a key. */
function create({ http }: TestServer, key: string | readonly string[], input: object, token?: string) {
  return http
    .post(base)
    .set({ ...bearer(token), 'idempotency-key': key as string })
    .send(input)
}

describe('a request that is repeated with its Idempotency-Key', () => {
  it('gets the first answer, to the byte, and writes nothing', async () => {
    const server = await startServer()
    const custom = { '10': 1, b: { z: 0.1, a: [null, true, -0] }, '2': '\u2028', é: 'ü"\\' }
    const first = await create(server, 'one', { title: 'Once', custom }).expect(201)
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    const second = await create(server, 'one', { title: 'Once', custom }).expect(201)
    expect(second.text).toBe(first.text)
    expect(second.headers['idempotency-replayed']).toBe('true')
    for (const name of ['etag', 'location', 'content-type', 'content-length', 'cache-control'])
      expect(second.headers[name], name).toBe(first.headers[name])
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id'])
    expect(await titlesOf(server)).toEqual(['Once'])

    const keyless = await server.http.post(base).set(bearer()).send({ title: 'Once', custom }).expect(201)
    expect(Object.keys(keyless.body), 'as without a key').toEqual(Object.keys(first.body))
    expect(keyless.headers['content-type']).toBe(first.headers['content-type'])
  })

  it('gets it from another instance too, whatever became of the article since', async () => {
    const databaseUrl = await temporaryDatabase()
    const [here, there] = [await startServer({ databaseUrl }), await startServer({ databaseUrl })]
    const first = await create(here, 'one', { title: 'Once' }).expect(201)
    const address = `${base}/${first.body.id}`
    const publish = (server: TestServer) =>
      server.http.post(`${address}/publish`).set(bearer()).set('idempotency-key', 'two')
    const published = await publish(here).expect(200)
    await here.http.post(`${address}/unpublish`).set(bearer()).expect(200)
    expect((await create(there, 'one', { title: 'Once' }).expect(201)).text).toBe(first.text)
    const again = await publish(there).expect(200)
    expect(again.text).toBe(published.text)
    expect(again.headers.etag).toBe('"2"')
    const read = await here.http.get(address).set(bearer()).expect(200)
    expect(read.body.status, 'it was not published again').toBe('unpublished')
  })

  it('is the same however the key is quoted and its members are ordered', async () => {
    const server = await startServer()
    const key = 'a"b\\c'
    const seo = { title: 'T', description: 'D' }
    const { body } = await create(server, key, { title: 'Once', seo }).expect(201)
    for (const sent of ['"a\\"b\\\\c"', key]) {
      const reordered = { seo: { description: 'D', title: 'T' }, title: 'Once' }
      expect((await create(server, sent, reordered).expect(201)).body.id).toBe(body.id)
    }
    expect((await recordsOf(server)).map((record) => record.key)).toEqual([key])
  })

  it('is another one when anything but the order differs: 422, and nothing is written', async () => {
    const server = await startServer()
    const { body } = await create(server, 'one', { title: 'Once', tagIds: [] }).expect(201)
    const publish = (key: string, headers: object) =>
      server.http.post(`${base}/${body.id}/publish`).set({ ...bearer(), 'idempotency-key': key, ...headers })
    for (const request of [
      create(server, 'one', { title: 'Twice', tagIds: [] }),
      create(server, 'one', { title: 'Once' }),
      create(server, 'one', { title: 'Once', tagIds: [], custom: { a: 1 } }),
      publish('one', {}),
    ]) {
      const answer = await request
      expect([answer.status, answer.body.code]).toEqual([422, 'idempotency-key-reused'])
      expect(answer.headers['content-type']).toContain('application/problem+json')
    }
    await publish('two', { 'if-match': '"1"' }).expect(200)
    await publish('two', { 'if-match': '"2"' }).expect(422)
    expect(await titlesOf(server)).toEqual(['Once'])
  })

  it('is one of the same token: others have keys of their own', async () => {
    const server = await startServer()
    const tokens = [undefined, await server.token('writer'), await server.token('writer')]
    const ids = new Set<string>()
    for (const token of [...tokens, ...tokens]) {
      ids.add((await create(server, 'one', { title: 'Mine' }, token).expect(201)).body.id)
    }
    expect(ids.size).toBe(3)
    expect(await titlesOf(server)).toHaveLength(3)
  })

  it('runs again after an error, which wrote nothing', async () => {
    const server = await startServer()
    const { body: taken } = await create(server, 'one', { title: 'Taken', slug: 'wanted' }).expect(201)
    const send = () => create(server, 'two', { title: 'Wants it', slug: 'wanted' })
    await send().expect(409)
    await create(server, 'three', { title: '' }).expect(422)
    expect((await recordsOf(server)).map((record) => record.key)).toEqual(['one'])
    await server.http
      .patch(`${base}/${taken.id}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ slug: 'other' })
      .expect(200)
    const made = await send().expect(201)
    expect(made.headers['idempotency-replayed']).toBeUndefined()
    expect((await send().expect(201)).text).toBe(made.text)
  })

  it('is taken for the first after 24 hours', async () => {
    const server = await startServer({ clock: start })
    const first = await create(server, 'one', { title: 'Daily' }).expect(201)
    server.setClock(start + idempotencyKeptMs - 1)
    expect((await create(server, 'one', { title: 'Daily' }).expect(201)).text).toBe(first.text)
    await create(server, 'one', { title: 'Other' }).expect(422)
    server.setClock(start + idempotencyKeptMs)
    const next = await create(server, 'one', { title: 'Other' }).expect(201)
    expect(next.headers['idempotency-replayed']).toBeUndefined()
    expect((await create(server, 'one', { title: 'Other' }).expect(201)).text).toBe(next.text)
    expect(await recordsOf(server)).toHaveLength(1)
  })

  it('gets the answer without the secrets that were shown in it, which are not kept', async () => {
    const server = await startServer()
    const app = keyedApp(server.db, async () => ({
      status: 201,
      body: { name: 'n', token: 's3cret', inner: { secret: 's3cret', shown: 'x' } },
      secretMembers: ['token', '/inner/secret'],
    }))
    const send = () => app.inject({ method: 'POST', url: '/', headers: { 'idempotency-key': 'one' } })
    expect((await send()).json()).toEqual({
      name: 'n',
      token: 's3cret',
      inner: { secret: 's3cret', shown: 'x' },
    })
    const again = await send()
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.json()).toEqual({ name: 'n', inner: { shown: 'x' } })
    expect(JSON.stringify(await recordsOf(server))).not.toContain('s3cret')
  })
})

describe('an Idempotency-Key', () => {
  it('of another form is a 400 that names the header', async () => {
    const server = await startServer()
    for (const [what, key] of [
      ['empty', '""'],
      ['open', '"abc'],
      ['with more behind it', '"abc";a=1'],
      ['with a backslash that escapes nothing', '"a\\bc"'],
      ['with a space', 'a b'],
      ['with a space in quotes', '"a b"'],
      ['of 256 characters', 'k'.repeat(256)],
      ['of 256 characters in quotes', `"${'k'.repeat(256)}"`],
      ['with other letters than ASCII', 'clé'],
      ['sent twice', ['one', 'two']],
      ['sent twice alike', ['one', 'one']],
    ] as const) {
      const { status, body } = await create(server, key, { title: 'T' })
      expect(status, what).toBe(400)
      expect(body).toMatchObject({ code: 'invalid-parameter', errors: [{ header: 'idempotency-key' }] })
    }
    expect(await titlesOf(server)).toEqual([])
  })

  it('is checked together with the rest of the request', async () => {
    const { http } = await startServer()
    const { body } = await http
      .post(`${base}?nope=1`)
      .set({ ...bearer(), 'idempotency-key': 'a b' })
      .send({ title: '' })
      .expect(400)
    const places = body.errors.map(({ detail: _, code: __, ...place }: Record<string, string>) => place)
    expect(places).toEqual([{ pointer: '/title' }, { parameter: 'nope' }, { header: 'idempotency-key' }])
  })

  it('may be any 1 to 255 visible ASCII characters', async () => {
    const server = await startServer()
    const keys = ['k', 'k'.repeat(255), `"${'q'.repeat(255)}"`, "!#$%&'()*,;=~", '018ced2a-4000-7000-8000']
    for (const key of keys) {
      const { body } = await create(server, key, { title: 'T' }).expect(201)
      expect((await create(server, key, { title: 'T' }).expect(201)).body.id).toBe(body.id)
    }
  })

  it('costs nothing where there is none', async () => {
    const server = await startServer()
    const { body } = await server.http.post(base).set(bearer()).send({ title: 'T' }).expect(201)
    await server.http.post(`${base}/${body.id}/publish`).set(bearer()).expect(200)
    expect(await recordsOf(server)).toEqual([])
  })

  it('is honoured by every POST of the management API', async () => {
    const server = await startServer()
    await create(server, 'taken', { title: 'Took the key' }).expect(201)
    const paths = Object.entries(description.paths ?? {}).flatMap(([path, item]) =>
      path.startsWith('/manage/v1/') && !path.endsWith('/import') && item?.post
        ? [[path, item.post] as const]
        : [],
    )
    expect(paths.length).toBeGreaterThan(5)
    for (const [path, operation] of paths) {
      const requestBody = operation.requestBody as
        | { content?: Record<string, { example?: object }> }
        | undefined
      const example = requestBody?.content?.['application/json']?.example
      const url = path.replace(/\{version\}/, '1').replace(/\{\w+\}/g, '018ced2a-4000-7000-8000-00000000a001')
      const answer = await server.http
        .post(url)
        .set({ ...bearer(), 'idempotency-key': 'taken' })
        .send(example)
      expect([answer.status, answer.body.code], `POST ${path} goes through answerWrite`).toEqual([
        422,
        'idempotency-key-reused',
      ])
      const { parameters } = operation
      expect(parameters, path).toContainEqual({ $ref: '#/components/parameters/Idempotency-Key' })
      expect(operation.responses, path).toHaveProperty('409')
    }
  })
})

describe('while the first request with a key is running', () => {
  const keyed: KeyedRequest = { tokenId: '', key: 'one', fingerprint: 'f' }
  const claim = (server: TestServer, request = keyed) =>
    server.db.write((tx) => tx.idempotency.claim(request, idempotencyAbandonedMs))

  it('others are told to wait, until it is taken for lost after a minute', async () => {
    const server = await startServer({ clock: start })
    const { body } = await create(server, 'one', { title: 'T' }).expect(201)
    await server.engine.write(async ({ sql, tables }) => {
      await sql.update(tables.idempotencyRecords).set({ status: null, headers: null, body: null })
    })
    server.setClock(start + 59_999)
    const { body: problem, headers } = await create(server, 'one', { title: 'T' }).expect(409)
    expect(problem.code).toBe('idempotency-in-progress')
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    await create(server, 'one', { title: 'Other' }).expect(422)
    server.setClock(start + 60_000)
    const second = await create(server, 'one', { title: 'T' }).expect(201)
    expect(second.body.id).not.toBe(body.id)
    expect((await create(server, 'one', { title: 'T' }).expect(201)).text).toBe(second.text)
  })

  it('one of many gets to run it, at first and when it was abandoned', async () => {
    const databaseUrl = await temporaryDatabase()
    const servers = await Promise.all([1, 2, 3].map(() => startServer({ databaseUrl, clock: start })))
    for (const now of [start, start + idempotencyAbandonedMs, start + 2 * idempotencyAbandonedMs]) {
      for (const server of servers) server.setClock(now)
      const claims = await Promise.all(
        Array.from({ length: 30 }, (_, index) => claim(servers[index % 3] as TestServer)),
      )
      const states = claims.map(({ state }) => state).sort()
      expect(states).toEqual(['claimed', ...Array(29).fill('running')])
    }
  })

  it('forty at once, over several instances, all get one answer in the end', async () => {
    const databaseUrl = await temporaryDatabase()
    const servers = await Promise.all([1, 2, 3].map(() => startServer({ databaseUrl, clock: start })))
    const send = async (index: number): Promise<string> => {
      for (;;) {
        const answer = await create(servers[index % 3] as TestServer, 'one', { title: 'T' })
        if (answer.status === 201) return answer.text
        expect([409, 503]).toContain(answer.status)
        expect(answer.headers['retry-after']).toBeDefined()
        await sleep(20)
      }
    }
    const texts = await Promise.all(Array.from({ length: 40 }, (_, index) => send(index)))
    expect(new Set(texts).size).toBe(1)
    expect(await titlesOf(servers[0] as TestServer)).toEqual(['T'])
  })

  it('it writes nothing when another has taken it over meanwhile', async () => {
    const server = await startServer({ clock: start })
    let writes = 0
    const db: Db = {
      ...server.db,
      // The first write claims the key; before the second, which is the work, a minute passes.
      write: async (work) => {
        writes += 1
        server.setClock(start + (writes - 1) * idempotencyAbandonedMs)
        if (writes === 2) expect((await claim(server)).state).toBe('claimed')
        return server.db.write(work)
      },
    }
    const app = keyedApp(db, async (tx) => {
      await tx.terms.insert('tag', newTag('Late', tx.now))
      return { status: 201, body: { name: 'late' } }
    })
    const answer = await app.inject({ method: 'POST', url: '/', headers: { 'idempotency-key': 'one' } })
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'idempotency-in-progress'])
    expect(writes, 'claim, work, and giving the claim back').toBe(3)
    const tags = await server.db.read((reader) => reader.terms.list('tag', { limit: 10, after: undefined }))
    expect(tags.items).toEqual([])
    expect(await recordsOf(server)).toMatchObject([
      { status: null, startedAt: new Date(start + idempotencyAbandonedMs).toISOString() },
    ])
  })

  it('a claim that was taken over can neither be completed nor given back', async () => {
    const server = await startServer({ clock: start })
    const first = await claim(server)
    server.setClock(start + idempotencyAbandonedMs)
    const second = await claim(server)
    if (first.state !== 'claimed' || second.state !== 'claimed') throw new Error('both were to be claimed')
    const answer = { status: 201, headers: {}, body: { by: 'second' } }
    expect(await server.db.write((tx) => tx.idempotency.complete(first.claim, answer))).toBe(false)
    await server.db.write((tx) => tx.idempotency.release(first.claim))
    expect((await claim(server)).state).toBe('running')
    expect(await server.db.write((tx) => tx.idempotency.complete(second.claim, answer))).toBe(true)
    expect(await server.db.write((tx) => tx.idempotency.complete(second.claim, answer))).toBe(false)
    await server.db.write((tx) => tx.idempotency.release(second.claim))
    expect(await claim(server)).toEqual({ state: 'answered', answer })
    expect(await claim(server, { ...keyed, fingerprint: 'g' })).toEqual({ state: 'reused' })
  })
})

describe('expired records', () => {
  it('are removed, the oldest first and about as many as are asked for', async () => {
    const server = await startServer({ clock: start })
    for (let index = 0; index < 10; index += 1) {
      server.setClock(start + index)
      await create(server, `key-${index}`, { title: `T${index}` }).expect(201)
    }
    const remove = (before: number, limit: number) =>
      server.db.write((tx) => tx.idempotency.removeExpired(new Date(before).toISOString(), limit))
    expect(await remove(start, 100)).toBe(0)
    expect(await remove(start + 5, 3)).toBe(3)
    expect((await recordsOf(server)).map((record) => record.key).sort()).toEqual(
      Array.from({ length: 7 }, (_, index) => `key-${index + 3}`),
    )
    expect(await remove(start + 5, 3)).toBe(2)
    expect(await remove(start + 5, 3)).toBe(0)
    expect(await recordsOf(server)).toHaveLength(5)
  })
})
