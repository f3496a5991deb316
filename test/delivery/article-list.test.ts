import { v7 as newId } from 'uuid'
import { describe, expect, it } from 'vitest'
import { paragraphs, startDesk } from '../search/editor.ts'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const minute = 60_000
const at = (minutes: number) => new Date(start + minutes * minute).toISOString()

/** A desk on which each article is published a minute after the one before. */
async function startPress() {
  const desk = await startDesk(await startServer({ clock: start }))
  let minutes = 0
  return {
    ...desk,
    async publish(input: object | string): Promise<string> {
      desk.setClock(start + minutes * minute)
      minutes += 1
      const { id } = await desk.make(input)
      await desk.publish(id)
      return id
    },
    async ask(query: string, status = 200) {
      const answer = await desk.http.get(`/v1/articles?${query}`)
      expect(answer.status, `${query} ${answer.text}`).toBe(status)
      expectDescribed('get', '/v1/articles', answer)
      return answer.body
    },
    async titles(query: string): Promise<string[]> {
      const { body } = await desk.http.get(`/v1/articles?${query}`).expect(200)
      return body.data.map((card: { title: string }) => card.title)
    },
  }
}

describe('the order of a list', () => {
  it('is by publication, by the last publication or by title, folded', async () => {
    const { publish, patch, publish: _publish, titles, http, setClock } = await startPress()
    const first = await publish('Zebra')
    for (const title of ['école', 'Easel', 'apple', 'Новости', 'Eclair']) await publish(title)
    expect(await titles('')).toEqual(['Eclair', 'Новости', 'apple', 'Easel', 'école', 'Zebra'])
    expect(await titles('sort=publishedAt')).toEqual((await titles('sort=-publishedAt')).toReversed())
    expect(await titles('sort=title')).toEqual(['apple', 'Easel', 'Eclair', 'école', 'Zebra', 'Новости'])
    setClock(start + 100 * minute)
    await patch(first, { subtitle: 'Again' })
    await http.post(`/manage/v1/articles/${first}/publish`).set(bearer()).expect(200)
    expect((await titles('sort=-updatedAt'))[0]).toBe('Zebra')
    expect((await titles('sort=-publishedAt')).at(-1)).toBe('Zebra')
  })

  it('can be followed page by page in every order, titles of any script and length included', async () => {
    const { publish, http } = await startPress()
    const titles = [
      '新'.repeat(300),
      '\u0001"\\'.repeat(100),
      '😀'.repeat(300),
      'a',
      'á',
      'A',
      'b'.repeat(300),
    ]
    for (const title of titles) await publish(title)
    for (const sort of ['title', 'publishedAt', '-publishedAt', '-updatedAt']) {
      const seen: string[] = []
      let url: string | undefined = `/v1/articles?sort=${sort}&limit=1&fields=title`
      while (url) {
        const answer: { body: { data: { title: string }[] }; headers: Record<string, string> } = await http
          .get(url)
          .expect(200)
        seen.push(...answer.body.data.map((card) => card.title))
        url = /<([^>]+)>; rel="next"/.exec(answer.headers.link ?? '')?.[1]
      }
      expect(seen).toHaveLength(titles.length)
      expect(new Set(seen)).toEqual(new Set(titles))
    }
  })
})

describe('a list between instants', () => {
  it('leaves out the instants themselves, in whatever order it is', async () => {
    const { publish, titles, ask, patch, http, setClock } = await startPress()
    const ids: string[] = []
    for (const title of ['b', 'd', 'a', 'c']) ids.push(await publish(title))
    expect(await titles(`publishedAfter=${at(0)}`)).toEqual(['c', 'a', 'd'])
    expect(await titles(`publishedBefore=${at(3)}&sort=title`)).toEqual(['a', 'b', 'd'])
    expect(await titles(`publishedAfter=${at(0)}&publishedBefore=${at(3)}&sort=publishedAt`)).toEqual([
      'd',
      'a',
    ])
    // Other spellings of the instant are the same.
    expect(await titles('publishedAfter=2026-01-01T03:00:00%2B03:00')).toEqual(['c', 'a', 'd'])
    setClock(start + 50 * minute)
    await patch(ids[0] ?? '', { subtitle: 'x' })
    await http.post(`/manage/v1/articles/${ids[0]}/publish`).set(bearer()).expect(200)
    expect(await titles(`updatedAfter=${at(3)}`)).toEqual(['b'])
    expect(await titles(`updatedAfter=${at(2)}&sort=title`)).toEqual(['b', 'c'])
    expect((await ask(`publishedAfter=${at(9)}&count=true`)).page.total).toBe(0)
  })

  it('is followed from within and not from outside of it, whatever a cursor says', async () => {
    const { publish, ask, titles } = await startPress()
    for (const title of ['a', 'b', 'c', 'd', 'e']) await publish(title)
    const query = `publishedBefore=${at(4)}&publishedAfter=${at(0)}&limit=1`
    for (const [sort, rest] of [
      ['-publishedAt', ['d', 'c', 'b']],
      ['publishedAt', ['b', 'c', 'd']],
    ] as const) {
      const { page } = await ask(`${query}&sort=${sort}`)
      const [, id, hash] = JSON.parse(Buffer.from(page.next, 'base64url').toString())
      for (const [key, expected] of [
        [at(100), sort === 'publishedAt' ? [] : rest],
        [at(-100), sort === 'publishedAt' ? rest : []],
      ] as const) {
        const cursor = Buffer.from(JSON.stringify([key, id, hash])).toString('base64url')
        const found = await titles(`${query.replace('limit=1', 'limit=9')}&sort=${sort}&cursor=${cursor}`)
        expect(found, `${sort} ${key}`).toEqual(expected)
      }
    }
  })
})

describe('the members of what is listed', () => {
  it('are exactly those that are asked for', async () => {
    const { publish, ask } = await startPress()
    await publish({ title: 'Harbour', body: paragraphs('Text.') })
    expect((await ask('fields=title,id')).data).toEqual([{ id: expect.any(String), title: 'Harbour' }])
    expect((await ask('fields=tags')).data).toEqual([{ tags: [] }])
    expect((await ask('fields=title,title')).data).toEqual([{ title: 'Harbour' }])
    expect(Object.keys((await ask('include=body')).data[0])).toContain('body')
    const chosen = await ask('include=body,related,ads&fields=body,title')
    expect(chosen.data).toEqual([{ title: 'Harbour', body: [expect.objectContaining({ _type: 'block' })] }])
    expect((await ask('q=harb&fields=title,highlights')).data).toEqual([
      { title: 'Harbour', highlights: [{ field: 'title', ranges: [[0, 7]] }] },
    ])
    expect((await ask('q=harb&fields=title')).data).toEqual([{ title: 'Harbour' }])
  })

  it('with everything included are those of the article itself', async () => {
    const server = await startServer({ seeded: true })
    const { http } = server
    const { body: card } = await http.get('/v1/articles?include=ads,body,related').expect(200)
    const { slug } = card.data[0]
    const { body: article } = await http.get(`/v1/articles/${slug}`).expect(200)
    const { seo: _seo, custom: _custom, corrections: _corrections, ...listed } = article
    expect(card.data).toEqual([listed])
    expect(listed.ads.length).toBeGreaterThan(0)
    expect(listed.related.length).toBeGreaterThan(0)
    const answer = await http.get('/v1/articles?include=ads')
    expect(answer.headers['cache-tag']).toContain('slot:')
  })

  it('of one article are exactly those that are asked for, the body in its format', async () => {
    const { publish, http } = await startPress()
    await publish({ title: 'Harbour', body: paragraphs('Text.') })
    const ask = (query: string) => http.get(`/v1/articles/harbour?${query}`)
    const answer = await ask('fields=title,body&body=text').expect(200)
    expect(answer.body).toEqual({ title: 'Harbour', body: 'Text.' })
    expectDescribed('get', '/v1/articles/{idOrSlug}', answer)
    expect((await ask('fields=seo').expect(200)).body).toEqual({
      seo: { title: null, description: null, canonicalUrl: null },
    })
    for (const query of ['fields=highlights', 'fields=body&body=none', 'fields=', 'fields=title&fields=id'])
      expect((await ask(query).expect(400)).body.errors[0].parameter, query).toBe('fields')
  })
})

const faults: readonly (readonly [query: string, parameter: string, code: string, words: string])[] = [
  ['fields=nope', 'fields', 'unknown-field', '`nope`'],
  ['fields=title,body', 'fields', 'unknown-field', '`body`'],
  ['fields=related,ads&include=ads', 'fields', 'unknown-field', '`related`'],
  ['fields=seo,custom', 'fields', 'unknown-field', '`custom` and `seo`'],
  ['fields=highlights', 'fields', 'unknown-field', '`highlights`'],
  ['fields=', 'fields', 'unknown-field', ''],
  ['fields=title,', 'fields', 'unknown-field', ''],
  ['fields=%3Cscript%3E', 'fields', 'unknown-field', 'what stands there'],
  ['fields=title&fields=id', 'fields', 'repeated-parameter', ''],
  ['fields=__proto__', 'fields', 'unknown-field', ''],
  ['fields=constructor', 'fields', 'unknown-field', '`constructor`'],
  ['include=tokens', 'include', 'unknown-field', '`tokens`'],
  ['include=body&include=ads', 'include', 'repeated-parameter', ''],
  ['sort=relevance', 'sort', 'invalid-value', '`q`'],
  ['sort=titleSort', 'sort', 'invalid-value', ''],
  ['sort=title&sort=publishedAt', 'sort', 'repeated-parameter', ''],
  ['sort=title%22%29%3B--', 'sort', 'invalid-value', ''],
  ['publishedAfter=2026-01-01', 'publishedAfter', 'invalid-instant', ''],
  ['publishedBefore=2026-01-01T00:00:00', 'publishedBefore', 'invalid-instant', ''],
  ['updatedAfter=now', 'updatedAfter', 'invalid-instant', ''],
  ['updatedBefore=2026-01-01T00:00:00Z', 'updatedBefore', 'unknown-parameter', ''],
  ['q=a&q=b', 'q', 'repeated-parameter', ''],
  [`q=${'x'.repeat(201)}`, 'q', 'too-long', ''],
  ['status=draft', 'status', 'unknown-parameter', ''],
  ['where[id]=1', 'where[id]', 'unknown-parameter', ''],
  ['offset=10', 'offset', 'unknown-parameter', ''],
  [
    `section=${Array(101)
      .fill('a')
      .map((_, index) => `a${index}`)
      .join(',')}`,
    'section',
    'too-many',
    '',
  ],
  [`${'tag=a&'.repeat(21)}`, 'tag', 'too-many', ''],
]

describe('what is wrong with a list', () => {
  it('is told, with the parameter that it is about', async () => {
    const { http } = await startServer()
    for (const [query, parameter, code, words] of faults) {
      const { body } = await http.get(`/v1/articles?${query}`).expect(400)
      expect(body.errors, query).toEqual([expect.objectContaining({ parameter, code })])
      expect(body.errors[0].detail).toContain(words)
    }
  })

  it('is told all at once', async () => {
    const { http } = await startServer()
    const query = 'fields=body,nope&include=x&sort=relevance&limit=0&updatedAfter=x&colour=red'
    const { body } = await http.get(`/v1/articles?${query}`).expect(400)
    const named = new Set(body.errors.map((fault: { parameter: string }) => fault.parameter))
    expect([...named].toSorted()).toEqual(['colour', 'fields', 'include', 'limit', 'sort', 'updatedAfter'])
  })

  it('is a cursor of another filter, sort or search', async () => {
    const { publish, ask, http } = await startPress()
    for (const title of ['Storm one', 'Storm two']) await publish(title)
    const { page } = await ask('limit=1')
    await ask(`limit=2&fields=id&include=ads&count=true&cursor=${page.next}`)
    for (const other of [
      'sort=title',
      'sort=publishedAt',
      'q=storm',
      'language=en',
      `updatedAfter=${at(0)}`,
    ]) {
      const { body } = await http.get(`/v1/articles?${other}&cursor=${page.next}`).expect(400)
      expect(body.code, other).toBe('invalid-cursor')
    }
    const searched = await ask('q=storm&limit=1')
    await ask(`q=storm&sort=relevance&cursor=${searched.page.next}`)
    for (const other of ['q=storms', 'q=storm&sort=title', ''])
      expect((await ask(`${other}&cursor=${searched.page.next}`, 400)).code).toBe('invalid-cursor')
  })
})

it('takes as many filters as there can be', { timeout: 60_000 }, async () => {
  const { publish, http, db } = await startPress()
  await publish('Only')
  const many = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index}`)
  for (const [kind, name] of [
    ['section', 's'],
    ['tag', 't'],
    ['author', 'a'],
  ] as const)
    await db.write(async (tx) => {
      for (const slug of many(name, 100)) {
        const times = { createdAt: tx.now, updatedAt: tx.now }
        await tx.terms.insert(kind, { id: newId(), slug, name: slug, version: 1, ...times })
      }
    })
  const groups = (parameter: string, name: string) =>
    many(name, 20)
      .map((slug) => `${parameter}=${slug}`)
      .join('&')
  const any = (parameter: string, name: string) => `${parameter}=${many(name, 100).join(',')}`
  for (const query of [
    `${any('section', 's')}&${any('tag', 't')}&${any('author', 'a')}&${any('language', 'l-')}`,
    `${any('section', 's')}&${groups('tag', 't')}&${groups('author', 'a')}&${any('language', 'l-')}`,
    `${any('tag', 't')}&${groups('author', 'a')}&sort=title&publishedAfter=${at(-9)}&updatedAfter=${at(-9)}`,
    `${groups('section', 's')}&${groups('language', 'l-')}`,
    `${any('slug', 'only-')}&sort=title&q=only&${any('tag', 't')}`,
  ]) {
    const { body } = await http
      .get(`/v1/articles?${query}&include=body,related,ads&limit=100&count=true`)
      .expect(200)
    expect(body).toEqual({ data: [], page: { limit: 100, next: null, total: 0 } })
  }
})
