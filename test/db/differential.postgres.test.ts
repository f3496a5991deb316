import { join } from 'node:path'
import fc from 'fast-check'
import { expect, inject, it } from 'vitest'
import { piecesOf, wordsOf } from '../../src/search/words.ts'
import { temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

/**
 * The same random operations against both databases, one after the other, must be answered alike to the byte,
 * save ids, which are made anew, and what is derived from them.
 */

const operations = 1_500
const clockStart = Date.parse('2026-01-01T00:00:00.000Z')

const titles = [
  'Élection à Genève',
  'Storm',
  'Storm!',
  'Новости дня',
  'zebra',
  'Zebra',
  'Ångström',
  '日本の新聞',
  '“Quoted” — dash',
  '12345',
  'a_b%c',
]
const title = fc.oneof(
  fc.constantFrom(...titles),
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
)
const block = fc.record({
  _type: fc.constant('block'),
  children: fc.array(
    fc.record({ _type: fc.constant('span'), text: fc.string({ unit: 'grapheme', maxLength: 60 }) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
})
const json = fc.dictionary(
  fc.string({ unit: 'grapheme', maxLength: 10 }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
  {
    maxKeys: 4,
  },
)
const input = fc.record(
  {
    title,
    subtitle: fc.option(fc.string({ unit: 'grapheme', maxLength: 30 })),
    language: fc.constantFrom('en', 'fr', 'ru', 'zz'),
    body: fc.array(block, { maxLength: 5 }),
    custom: json,
    externalIds: fc.dictionary(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
      fc.constant('1'),
      { maxKeys: 3 },
    ),
    embargoUntil: fc.option(
      fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.9999Z', '2026-01-01T00:00:00.1239+00:00'),
    ),
  },
  { requiredKeys: ['title'] },
)
const typed = fc
  .oneof(
    fc.tuple(title, fc.nat(6)).map(([words, end]) => words.slice(0, end + 1).toWellFormed()),
    fc.tuple(title, title).map(([one, other]) => `"${one}" -"${other}"`),
    fc.string({ unit: 'grapheme', maxLength: 4 }),
  )
  // Not what the random end of a slug may begin with.
  .filter((q) => !wordsOf(piecesOf(q)).some((word) => /^[0-9a-f]{1,4}$/.test(word)))
const pick = fc.nat(1_000)
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('create' as const), input }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('patch' as const),
      pick,
      patch: fc.oneof(
        input,
        fc.record({ slug: fc.constantFrom('storm', 'storm-2', 'a', 'новости', null) }),
        json,
      ),
      version: fc.constantFrom('*', '"1"', '"3"'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('publish' as const, 'unpublish' as const), pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      pick,
      format: fc.constantFrom('', '?body=html', '?body=markdown', '?body=text'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('slug' as const), title }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('search' as const), q: typed }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      path: fc.constantFrom('/v1/articles', '/manage/v1/articles', '/v1/sections', '/v1/tags'),
      query: fc.constantFrom(
        ...['?limit=3', '?limit=100', '?language=fr,ru', '?limit=1', '?nope=1', '?count=true&limit=2'],
        ...['?status=draft,unpublished&limit=5', '?hasUnpublishedChanges=true', '?createdBy=me&limit=4'],
        ...['?trashed=true&count=true', '?hasUnpublishedChanges=false&language=fr&limit=4'],
      ),
    }),
  },
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** One of the two servers, with the ids that it gave, in the order in which it gave them. */
class Side {
  readonly server: TestServer
  readonly ids: string[] = []
  constructor(server: TestServer) {
    this.server = server
  }

  async run(step: Operation): Promise<string> {
    const { http } = this.server
    const id = 'pick' in step ? (this.ids[step.pick % Math.max(this.ids.length, 1)] ?? 'none') : ''
    const address = `/manage/v1/articles/${id}`
    const answer = await {
      create: () =>
        http
          .post('/manage/v1/articles')
          .set(bearer())
          .send('input' in step ? step.input : {}),
      patch: () =>
        http
          .patch(address)
          .set(bearer())
          .set('if-match', 'version' in step ? step.version : '*')
          .send('patch' in step ? (step.patch as object) : {}),
      publish: () => http.post(`${address}/publish`).set(bearer()),
      unpublish: () => http.post(`${address}/unpublish`).set(bearer()),
      read: () => http.get(`/v1/articles/${id}${'format' in step ? step.format : ''}`),
      slug: () =>
        http.get(`/v1/articles/${encodeURIComponent('title' in step ? step.title.toLowerCase() : '')}`),
      list: () => http.get('path' in step ? step.path + step.query : '/').set(bearer()),
      // By relevance the two may differ.
      search: () =>
        http
          .get('/manage/v1/articles')
          .set(bearer())
          .query({ q: 'q' in step ? step.q : '', sort: '-updatedAt', count: 'true', limit: '7' }),
    }[step.kind]()
    if (answer.status === 201) this.ids.push(answer.body.id)
    const { location = '', etag = '' } = answer.headers
    return this.#anonymous(`${answer.status} ${location} ${etag.length} ${answer.text}`)
  }

  /** The text with each id replaced by its number; cursors and request ids, which hold ids, are struck out. */
  #anonymous(text: string): string {
    const numbers = new Map(this.ids.map((id, index) => [id, `<id ${index}>`]))
    return text
      .replace(
        /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g,
        (id) => numbers.get(id) ?? '<id>',
      )
      .replace(/"(next|requestId)":"[^"]+"/g, '"$1":"…"')
      .replace(/article-[0-9a-f]{8}/g, 'article-<random>')
  }
}

it(`answers ${operations} random operations alike on both databases`, { timeout: 180_000 }, async () => {
  expect(inject('postgresUrl')).toBeDefined()
  const here = new Side(await startServer({ databaseUrl: `file:${join(temporaryFolder(), 'copydesk.db')}` }))
  const there = new Side(await startServer({ databaseUrl: await temporaryDatabase() }))
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  const steps = fc.sample(operation, { numRuns: operations, seed })
  const statuses = new Map<string, number>()
  for (const [index, step] of steps.entries()) {
    for (const { server } of [here, there]) server.setClock(clockStart + index * 37)
    const [one, other] = [await here.run(step), await there.run(step)]
    const status = `${step.kind} ${one.slice(0, 3)}`
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    expect(other, `SEED=${seed}, step ${index}: ${JSON.stringify(step)}`).toBe(one)
  }
  // The run is worth something only when the operations mostly did something.
  const mostly = ['create', 'patch', 'publish', 'unpublish', 'read', 'list', 'search']
  for (const status of mostly.map((kind) => `${kind} ${kind === 'create' ? 201 : 200}`))
    expect(statuses.get(status) ?? 0, status).toBeGreaterThan(operations / 100)
})
