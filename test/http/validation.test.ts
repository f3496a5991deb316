import supertest from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApp } from './app.ts'

type Started = Awaited<ReturnType<typeof startTestApp>>

describe('input faults', () => {
  let started: Started
  beforeAll(async () => {
    started = await startTestApp()
  })
  afterAll(() => started.app.close())

  const write = (body: unknown, path = '/manage/v1/articles/a1') =>
    supertest(started.app.server)
      .post(path)
      .set('content-type', 'application/json')
      .send(JSON.stringify(body))

  async function faultsOf(body: unknown) {
    const response = await write(body)
    expect([response.status, response.body.code]).toEqual([422, 'invalid-body'])
    return response.body.errors
  }

  const bodies: [string, unknown, object[]][] = [
    [
      'a missing member',
      {},
      [{ pointer: '/title', code: 'required', detail: 'The member `title` is required.' }],
    ],
    [
      'a wrong type',
      { title: 1 },
      [{ pointer: '/title', code: 'invalid-type', detail: 'The member `title` must be a string.' }],
    ],
    [
      'unknown members, one by one',
      { title: 'a', nope: 1, 'x/y~z': 2 },
      [
        {
          pointer: '/nope',
          code: 'unknown-member',
          detail: 'The member `nope` is not known here; remove it.',
        },
        {
          pointer: '/x~1y~0z',
          code: 'unknown-member',
          detail: 'The member `x/y~z` is not known here; remove it.',
        },
      ],
    ],
    [
      'the code that a schema gives',
      { title: 'x'.repeat(21) },
      [
        {
          pointer: '/title',
          code: 'too-long',
          detail: 'The member `title` must have at most 20 characters.',
        },
      ],
    ],
    [
      'numbers, choices and lengths',
      { title: 'a', rank: 9, kind: 'poem', tags: ['x'] },
      [
        { pointer: '/rank', code: 'too-large', detail: 'The member `rank` must be at most 5.' },
        {
          pointer: '/kind',
          code: 'invalid-value',
          detail: 'The member `kind` must be one of `news`, `opinion`.',
        },
        { pointer: '/tags/0', code: 'too-short', detail: 'Item 0 must have at least 2 characters.' },
      ],
    ],
    [
      'too many items',
      { title: 'a', tags: ['aa', 'bb', 'cc', 'dd'] },
      [{ pointer: '/tags', code: 'too-many', detail: 'The member `tags` must have at most 3 items.' }],
    ],
    [
      'the nearest form of a union',
      { title: 'a', links: [{ url: 'https://a.example', kind: 'related' }] },
      [{ pointer: '/links/0/title', code: 'required', detail: 'The member `title` is required.' }],
    ],
    [
      'all kinds of a union when none fits',
      { title: 'a', position: true },
      [
        {
          pointer: '/position',
          code: 'invalid-type',
          detail: 'The member `position` must be a number or `last`.',
        },
      ],
    ],
    [
      'an unknown discriminator',
      { title: 'a', scope: { type: 'moon' } },
      [
        {
          pointer: '/scope/type',
          code: 'invalid-value',
          detail: 'The member `type` must be one of `site`, `tag`.',
        },
      ],
    ],
    [
      'a missing discriminator',
      { title: 'a', scope: {} },
      [{ pointer: '/scope/type', code: 'required', detail: 'The member `type` is required.' }],
    ],
    [
      'a body of another kind',
      [1],
      [{ pointer: '', code: 'invalid-type', detail: 'The body must be an object.' }],
    ],
    [
      'a null body',
      null,
      [{ pointer: '', code: 'invalid-type', detail: 'The body must not be null; leave it out instead.' }],
    ],
  ]

  it.each(bodies)('name %s', async (_name, body, expected) => {
    expect(await faultsOf(body)).toEqual(expected)
  })

  it('name text that cannot be stored, in values and in names', async () => {
    const sent = '{"title":"a\\u0000","custom":{"x":["\\ud800"],"\\udfff":1}}'
    const response = await supertest(started.app.server)
      .post('/manage/v1/articles/a1')
      .set('content-type', 'application/json')
      .send(sent)
    expect(response.status).toBe(422)
    const places = response.body.errors.map((fault: { pointer: string; code: string }) => [
      fault.pointer,
      fault.code,
    ])
    expect(places).toContainEqual(['/title', 'invalid-text'])
    expect(places).toContainEqual(['/custom/x/0', 'invalid-text'])
    expect(places).toContainEqual(['/custom', 'invalid-text'])
  })

  it('name numbers that JSON can write but no program can hold', async () => {
    const response = await supertest(started.app.server)
      .post('/manage/v1/articles/a1')
      .set('content-type', 'application/json')
      .send('{"title":"a","custom":{"n":1e999}}')
    expect(response.body.errors[0]).toMatchObject({ pointer: '/custom/n', code: 'invalid-number' })
  })

  it('are required where a body is', async () => {
    const response = await supertest(started.app.server).post('/manage/v1/articles/a1')
    expect([response.status, response.body.errors]).toEqual([
      422,
      [{ pointer: '', code: 'required', detail: 'The body is required.' }],
    ])
  })

  it('of path, query, headers and body are reported together, as a 400', async () => {
    const response = await write({ nope: 1 }, '/manage/v1/articles/A!?nope=1&note=a&note=b').set(
      'if-match',
      '1',
    )
    expect([response.status, response.body.code]).toEqual([400, 'invalid-parameter'])
    expect(response.body.detail).toBe('The request has 6 faults: see `errors`.')
    expect(response.body.errors).toEqual([
      {
        parameter: 'id',
        code: 'invalid-format',
        detail: 'The parameter `id` must be lower-case letters and digits.',
      },
      { pointer: '/title', code: 'required', detail: 'The member `title` is required.' },
      { pointer: '/nope', code: 'unknown-member', detail: 'The member `nope` is not known here; remove it.' },
      {
        parameter: 'note',
        code: 'repeated-parameter',
        detail: 'The parameter `note` must be given only once.',
      },
      {
        parameter: 'nope',
        code: 'unknown-parameter',
        detail: 'The parameter `nope` is not known here; remove it.',
      },
      {
        header: 'if-match',
        code: 'too-short',
        detail: 'The header `if-match` must have at least 2 characters.',
      },
    ])
  })

  it('in the body and a header alone are a 400 too', async () => {
    const response = await write({}).set('if-match', '1')
    expect([response.status, response.body.errors.length]).toEqual([400, 2])
  })

  it('name a parameter of which one part is wrong, once, as an invalid value', async () => {
    for (const kinds of ['nope', 'news,nope,no']) {
      const response = await supertest(started.app.server).get(`/v1/pages/long?kinds=${kinds}`)
      expect([response.status, response.body.errors]).toEqual([
        400,
        [
          {
            parameter: 'kinds',
            code: 'invalid-value',
            detail: 'The parameter `kinds` must be one of `news`, `opinion`.',
          },
        ],
      ])
    }
  })

  it('beside text that cannot be stored are named too, each place once', async () => {
    const response = await supertest(started.app.server)
      .post('/manage/v1/articles/a1')
      .set('content-type', 'application/json')
      .send(
        '{"title":"\\ud800","kind":"\\u0000","nope":1,"\\udfff":1,"tags":["\\ud800"],"custom":{"x":"\\ud800","n":1e999}}',
      )
    const places = response.body.errors.map((fault: { pointer: string; code: string }) => [
      fault.pointer,
      fault.code,
    ])
    expect(places.toSorted()).toEqual([
      ['', 'invalid-text'],
      ['/custom/n', 'invalid-number'],
      ['/custom/x', 'invalid-text'],
      ['/kind', 'invalid-text'],
      ['/nope', 'unknown-member'],
      ['/tags/0', 'invalid-text'],
      ['/title', 'invalid-text'],
    ])
  })

  it('name NUL in paths and queries', async () => {
    const response = await supertest(started.app.server).get('/v1/pages/a%00b?limit=%00')
    expect([response.status, response.body.errors]).toMatchObject([
      400,
      [
        { parameter: 'name', code: 'invalid-text' },
        { parameter: 'limit', code: 'invalid-text' },
      ],
    ])
  })

  it.each(['callback=x', '__proto__=x', 'constructor=x', 'token[]=x'])(
    'name the unknown parameter in ?%s, also where a route declares none',
    async (query) => {
      for (const path of ['/v1/pages/long', '/healthz']) {
        const response = await supertest(started.app.server).get(`${path}?${query}`)
        expect([response.status, response.body.errors[0].code]).toEqual([400, 'unknown-parameter'])
      }
    },
  )

  it('name members sent to an action that takes no body', async () => {
    const response = await supertest(started.app.server).post('/v1/actions').send({ nope: 1 })
    expect([response.status, response.body.errors]).toMatchObject([422, [{ pointer: '/nope' }]])
  })

  it('are listed up to a hundred', async () => {
    const body = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x${index}`, 1]))
    const response = await write({ title: 'a', ...body })
    expect(response.body.errors).toHaveLength(100)
    expect(response.body.detail).toBe('The request has 150 faults: see `errors`; the first 100 are listed.')
  })

  it('do not echo what is long', async () => {
    const response = await write({ title: 'a'.repeat(100_000), ['k'.repeat(100_000)]: 'v'.repeat(100_000) })
    expect(response.status).toBe(422)
    expect(response.text.length).toBeLessThan(3_000)
  })
})
