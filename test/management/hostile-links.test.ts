import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bearer, startServer } from '../support/server.ts'

/** Whatever is sent about links and collections is accepted or refused with a reason: nothing breaks the server. */

const id = '018ced2a-4000-7000-8000-00000000a001'

const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    1.5,
    1e300,
    201,
    '',
    ' ',
    '\u0000',
    '\ud800',
    'a\u0301'.repeat(40),
    id,
    id.toUpperCase(),
    "'; drop table articles; --",
    '$.x',
    '__proto__',
    'javascript:alert(1)',
    'https://good@evil.example',
    '//evil.example',
    'https:\\\\evil.example\\x',
    'x'.repeat(5_000),
    { isRaw: true, value: '(select 1)' },
    { sql: 'select 1' },
    [],
    [[]],
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
)

const member = fc.constantFrom(
  ...['id', 'kind', 'articleId', 'url', 'title', 'excerpt', 'position', 'links', 'key', 'name', 'items'],
  ...['version', '__proto__', 'constructor', 'target', 'delivered', 'a.b', 'a/b~c'],
)
const input = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(member, odd, { maxKeys: 5, noNullPrototype: false }) },
  { weight: 1, arbitrary: odd },
  {
    weight: 1,
    arbitrary: fc.record({ links: fc.array(fc.dictionary(member, odd, { maxKeys: 4 }), { maxLength: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      key: fc.constantFrom('a', 'b'),
      name: odd,
      items: fc.array(fc.record({ articleId: odd }), { maxLength: 3 }),
    }),
  },
)

/** As text, which an object whose `toString` is a member of its own is not by itself. */
const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

it('any input about links and collections is a 2xx or a 4xx', { timeout: 120_000 }, async () => {
  const server = await startServer()
  const { http } = server
  const make = async (path: string, body: object) =>
    (await http.post(`/manage/v1/${path}`).set(bearer()).send(body).expect(201)).body.id as string
  const article = await make('articles', { title: 'Main' })
  const link = await make(`articles/${article}/related`, { title: 'Link' })
  const collection = await make('collections', { key: 'front', name: 'Front' })
  const routes = [
    ['put', `articles/${article}/related`],
    ['post', `articles/${article}/related`],
    ['patch', `articles/${article}/related/${link}`],
    ['post', 'collections'],
    ['put', `collections/${collection}`],
    ['patch', `collections/${collection}`],
  ] as const
  const statuses = new Set<number>()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), input, async ([method, path], body) => {
      const answer = await http[method](`/manage/v1/${path}`)
        .set(bearer())
        .set('if-match', '*')
        .type('application/json')
        .send(JSON.stringify(body))
      statuses.add(answer.status)
      expect([200, 201, 400, 404, 409, 422], JSON.stringify(body)).toContain(answer.status)
      if (answer.status === 422) expect(answer.body.errors.length).toBeGreaterThan(0)
    }),
    { numRuns: 600 },
  )
  const odds = fc.sample(odd, 60).map((value) => encodeURIComponent(textOf(value).toWellFormed()))
  for (const value of odds) {
    for (const path of [
      `/manage/v1/articles/${value}/backlinks`,
      `/manage/v1/articles/${article}/related/${value}`,
      `/manage/v1/articles/${article}/backlinks?cursor=${value}`,
      `/manage/v1/articles/${article}/related/suggestions?limit=${value}`,
      `/manage/v1/collections/${value}`,
      `/manage/v1/collections?cursor=${value}`,
      `/v1/collections/${value}`,
      `/v1/resolve?path=${value}`,
    ]) {
      const { status } = await http.get(path).set(bearer())
      expect([200, 400, 404, 414], path).toContain(status)
    }
  }
  expect([...statuses]).toEqual(expect.arrayContaining([200, 422]))
})
