import type supertest from 'supertest'
import { v7 as newId } from 'uuid'
import { describe, expect, it } from 'vitest'
import type { PublicChange } from '../../src/contract/public-change.ts'
import { listChanges } from '../../src/store/published-changes.ts'
import { planOf } from '../search/plans.ts'
import { expectDescribed } from '../support/contract.ts'
import { engineName, temporaryDatabase } from '../support/database.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { countStatements } from '../support/statements.ts'
import { editorOf } from './change-editor.ts'
import { analyze } from './list-rows.ts'

const at = Date.parse('2026-03-01T08:00:00.123Z')

async function listFrom({ http }: TestServer, query = ''): Promise<PublicChange[]> {
  const changes: PublicChange[] = []
  for (let url: string | undefined = `/v1/changes${query}`; url !== undefined; ) {
    const answer: supertest.Response = await http.get(url).expect(200)
    expectDescribed('get', '/v1/changes', answer)
    changes.push(...answer.body.data)
    url = /<([^>]+)>; rel="next"/.exec(answer.headers.link ?? '')?.[1]
    expect(url === undefined).toBe(answer.body.page.next === null)
  }
  return changes
}

const told = (changes: readonly PublicChange[]) =>
  changes.map(({ type, subject, reason }) => [type, subject.slug, reason].filter(Boolean).join(' '))

describe('the list of changes', () => {
  it('is empty where nothing was ever public', async () => {
    const { http } = await startServer()
    const { body } = await http.get('/v1/changes?count=true').expect(200)
    expect(body).toEqual({ data: [], page: { limit: 20, next: null, total: 0 } })
  })

  it('tells number, type, time and subject of a change, and nothing else', async () => {
    const server = await startServer({ clock: at })
    const id = await editorOf(server).publish('Bridge')
    const answer = await server.http.get('/v1/changes').expect(200)
    expect(answer.body.data).toEqual([
      {
        seq: 1,
        type: 'article.published',
        at: '2026-03-01T08:00:00.123Z',
        subject: { type: 'article', id, slug: 'bridge' },
      },
    ])
    expect(Object.keys(answer.body.data[0])).toEqual(['seq', 'type', 'at', 'subject'])
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=10, stale-while-revalidate=60',
      'cache-tag': 'list:changes',
    })
    await server.http.get('/v1/changes').set('if-none-match', String(answer.headers.etag)).expect(304)
    await server.http.head('/v1/changes').expect(200)
  })

  it('tells why an article is gone, for ever: not again when it goes to the trash or is deleted', async () => {
    const server = await startServer()
    const { publish, write } = editorOf(server)
    const [taken, killed, both] = await Promise.all(
      ['Taken', 'Killed', 'Both'].map((title) => publish(title)),
    )
    await write('post', `/articles/${taken}/unpublish`)
    await write('post', `/articles/${killed}/kill`, { reason: 'It was not true.', note: 'Said the lawyer' })
    await write('post', `/articles/${both}/unpublish`)
    await write('post', `/articles/${both}/kill`, { reason: 'Neither was this.' })
    for (const id of [taken, both]) {
      if (id === both) await write('post', `/articles/${id}/revive`)
      await write('delete', `/articles/${id}`)
      await write('delete', `/articles/${id}?permanent=true`)
    }
    const changes = await listFrom(server, '?since=3')
    expect(told(changes)).toEqual([
      'article.unpublished taken unpublished',
      'article.killed killed killed',
      'article.unpublished both unpublished',
      'article.killed both killed',
    ])
    expect(JSON.stringify(changes)).not.toMatch(/lawyer|true|test-admin|token/)
    for (const id of [taken, killed, both]) await server.http.get(`/v1/articles/${id}`).expect(410)
  })

  it('tells of an article under its public slug, which may be a new one', async () => {
    const server = await startServer()
    const { publish, write } = editorOf(server)
    const id = await publish('Bridge')
    await write('patch', `/articles/${id}`, { slug: 'secret-slug', title: 'Secret' })
    await write('post', `/articles/${id}/corrections`, { text: 'It was the other bridge.' })
    await write('post', `/articles/${id}/publish`)
    await write('patch', `/articles/${id}`, { slug: 'hidden-slug' })
    await write('post', `/articles/${id}/unpublish`)
    await write('post', `/articles/${id}/publish`)
    expect(told(await listFrom(server))).toEqual([
      'article.published bridge',
      'article.corrected bridge',
      'article.published secret-slug',
      'article.unpublished secret-slug unpublished',
      'article.published hidden-slug',
    ])
  })

  it('has no gap where only drafts changed, and nothing of them', async () => {
    const server = await startServer()
    const { publish, write } = editorOf(server)
    const { id } = await write('post', '/articles', { title: 'Draft one' })
    await publish('First')
    await write('patch', `/articles/${id}`, { title: 'Draft two' })
    await write('post', `/articles/${id}/submit`)
    await write('post', '/tags', { name: 'Hidden tag' })
    await write('post', '/authors', { name: 'Hidden author' })
    await write('post', '/tokens', { name: 'Desk', role: 'editor' })
    await write('post', `/articles/${id}/publish`, { at: '2999-01-01T00:00:00Z' })
    await write('post', `/articles/${id}/kill`, { reason: 'Never was public.' })
    const second = await publish('Second')
    await write('patch', `/articles/${second}`, { title: 'Unpublished words' })
    await publish('Third')
    const changes = await listFrom(server)
    expect(changes.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(told(changes)).toEqual([
      'article.published first',
      'article.published second',
      'article.published third',
    ])
  })

  it('tells of sections, tags, authors and collections what the public sees of them', async () => {
    const server = await startServer()
    const { publish, write } = editorOf(server)
    const [section, tag, author] = await Promise.all([
      write('post', '/sections', { name: 'City' }),
      write('post', '/tags', { name: 'Bridges' }),
      write('post', '/authors', { name: 'Jane Roe' }),
    ])
    const article = await publish('Bridge', {
      sectionId: section.id,
      tagIds: [tag.id],
      authors: [{ authorId: author.id }],
    })
    await write('patch', `/sections/${section.id}`, { name: 'Town', slug: 'town' })
    await write('patch', `/tags/${tag.id}`, { slug: 'crossings' })
    await write('patch', `/authors/${author.id}`, { name: 'Jane Doe', slug: 'jane-doe' })
    const other = await write('post', '/sections', { name: 'Other' })
    await write('delete', `/sections/${other.id}`)
    const list = await write('post', '/collections', { key: 'front', name: 'Front page' })
    await write('patch', `/collections/${list.id}`, { items: [{ articleId: article }] })
    await write('patch', `/collections/${list.id}`, { key: 'home' })
    await write('delete', `/collections/${list.id}`)
    const changes = await listFrom(server)
    expect(told(changes)).toEqual([
      'section.created city',
      'article.published bridge',
      'section.updated town',
      'tag.updated crossings',
      'author.updated jane-doe',
      'section.created other',
      'section.deleted other',
      'collection.created front',
      'collection.updated front',
      'collection.updated home',
      'collection.deleted home',
    ])
    expect(changes[3]?.subject).toEqual({ type: 'tag', id: tag.id, slug: 'crossings' })
  })

  it('tells of the ads that came with a page', async () => {
    const server = await startServer({ seeded: true })
    const types = (await listFrom(server)).map(({ type }) => type)
    expect([...new Set(types)].sort()).toEqual([
      'ad-placement.created',
      'ad-slot.created',
      'article.published',
      'creative.created',
    ])
  })

  it('is walked page by page from any number, each change once, while more are made', async () => {
    const server = await startServer()
    const { publish, tell } = editorOf(server)
    await tell(230)
    const first = await server.http.get('/v1/changes?since=100&limit=50&count=true').expect(200)
    expect(first.body.page).toMatchObject({ limit: 50, total: 130 })
    await publish('Meanwhile')
    const changes = await listFrom(server, '?since=100&limit=50')
    expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: 131 }, (_, index) => 101 + index))
    expect(await listFrom(server, '?since=231')).toEqual([])
    // The last page that is full has none after it.
    const { body } = await server.http.get('/v1/changes?since=181&limit=50').expect(200)
    expect([body.data.length, body.page.next]).toEqual([50, null])
  })

  it('reads a page with one statement from an index, wherever it begins', async () => {
    const server = await startServer()
    const { tell } = editorOf(server)
    await tell(5_000)
    await server.db.write(async (tx) => {
      await tx.changes.append(
        Array.from({ length: 3_000 }, () => ({
          type: 'article.created',
          subject: { type: 'article', id: newId(), slug: 'draft' },
          actor: { tokenId: null, name: 'system', role: null },
          payload: {},
          visibility: 'hidden',
        })),
      )
    })
    if (engineName === 'postgres') await server.engine.write(analyze)
    const plan = await planOf(server, (query) => listChanges(query, { after: 4_000, limit: 101 }))
    expect(plan.join('\n')).toMatch(/changes_public/)
    expect(plan.join('\n')).not.toMatch(/TEMP B-TREE|\bSort\b|Seq Scan|SCAN changes$/m)
    await expect.poll(() => server.db.publicVersion()).toBe(5_000)
    for (const query of ['since=0', 'since=4000&limit=100', 'since=4000&limit=100&count=true']) {
      const count = await countStatements(server, () =>
        server.http.get(`/v1/changes?${query}`).expect(200).then(),
      )
      expect([query, count]).toEqual([query, 1])
    }
  })

  it('gives times that do not go back, whatever the clock does', async () => {
    const server = await startServer({ clock: at })
    const { publish } = editorOf(server)
    await publish('Later')
    server.setClock(at - 60_000)
    await publish('Earlier')
    const changes = await listFrom(server)
    expect(changes.map((change) => change.at)).toEqual([
      '2026-03-01T08:00:00.123Z',
      '2026-03-01T08:00:00.123Z',
    ])
  })

  it('is answered from the cache until something public changes', async () => {
    const server = await startServer()
    const { publish, write } = editorOf(server)
    await publish('First')
    await expect.poll(() => server.db.publicVersion()).toBe(1)
    const { body } = await server.http.get('/v1/changes?since=0').expect(200)
    const count = await countStatements(server, async () => {
      expect((await server.http.get('/v1/changes?since=0').expect(200)).body).toEqual(body)
    })
    expect(count).toBe(0)
    await write('post', '/articles', { title: 'Draft' })
    const again = await server.http.get('/v1/changes?since=0').expect(200)
    expect(again.headers['cache-status']).toBe('Copydesk; hit')
    await publish('Second')
    expect(await listFrom(server, '?since=0')).toHaveLength(2)
  })
})

describe('a number beyond the newest change', () => {
  it('is answered 410 with the newest, until there is such a change', async () => {
    const server = await startServer()
    const { publish, tell } = editorOf(server)
    await publish('First')
    for (const since of ['2', '500', '2147483648', '999999999999999']) {
      const answer = await server.http.get(`/v1/changes?since=${since}`).expect(410)
      expect(answer.body).toMatchObject({ code: 'change-unknown', newest: 1 })
      expectDescribed('get', '/v1/changes', answer)
    }
    await tell(1)
    await server.http.get('/v1/changes?since=2').expect(200)
    await server.http.get('/v1/changes?since=3').expect(410)
  })

  it('is none that another instance has told of already', async () => {
    const databaseUrl = await temporaryDatabase()
    const [one, other] = [await startServer({ databaseUrl }), await startServer({ databaseUrl })]
    const { publish } = editorOf(one)
    for (let seq = 1; seq <= 20; seq += 1) {
      await other.http.get(`/v1/changes?since=${seq}`).expect(410)
      await publish(`Number ${seq}`)
      await other.http.get(`/v1/changes?since=${seq}`).expect(200)
    }
  })
})

describe('parameters of the list of changes', () => {
  const hostile = [
    ...['-1', '1.5', '01', '1e3', '0x1', '+1', ' 1', '', 'null', 'NaN', "1' or 1=1 --", '\u0661'],
    ...['9999999999999999', '1'.repeat(500), '%00', '\u{1F600}'],
  ]

  it('are refused when they are no numbers, naming the parameter', async () => {
    const { http } = await startServer()
    for (const since of hostile) {
      const answer = await http.get(`/v1/changes?since=${encodeURIComponent(since)}`)
      const places = answer.body.errors?.map(({ parameter }: { parameter: string }) => parameter)
      expect([since, answer.status, places]).toEqual([since, 400, ['since']])
      expectDescribed('get', '/v1/changes', answer)
    }
  })

  it('are refused all at once when they are unknown, repeated or out of range', async () => {
    const { http } = await startServer()
    const { body } = await http.get('/v1/changes?since=x&limit=101&count=yes&type=a').expect(400)
    expect(body.errors.map(({ parameter }: { parameter: string }) => parameter).sort()).toEqual([
      'count',
      'limit',
      'since',
      'type',
    ])
    await http.get('/v1/changes?since=1&since=2').expect(400)
  })

  it('are refused as a cursor that is not of this list', async () => {
    const server = await startServer()
    await editorOf(server).tell(3)
    const { body } = await server.http.get('/v1/changes?since=1&limit=1').expect(200)
    const cursor: string = body.page.next
    await server.http.get(`/v1/changes?since=1&limit=1&cursor=${cursor}`).expect(200)
    const [, , hash] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    for (const wrong of [forged('x', '', hash), forged('2', '1', hash), forged(2, '', hash), 'bm90aGluZw']) {
      const answer = await server.http.get(`/v1/changes?since=1&cursor=${wrong}`).expect(400)
      expect(answer.body.code).toBe('invalid-cursor')
    }
    await server.http.get(`/v1/changes?cursor=${cursor}`).expect(400)
    await server.http.get(`/v1/changes?since=1&cursor=${forged('999999999999999', '', hash)}`).expect(410)
  })
})

it('tells nothing of who did what, whatever the token', async () => {
  const server = await startServer()
  await editorOf(server).publish('Bridge')
  const [anonymous, admin] = [
    await server.http.get('/v1/changes').expect(200),
    await server.http.get('/v1/changes').set(bearer()).expect(200),
  ]
  expect(admin.text).toBe(anonymous.text)
})
