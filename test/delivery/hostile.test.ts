import { describe, expect, it } from 'vitest'
import { bearer, startServer } from '../support/server.ts'

describe('a cursor that was made up', () => {
  it.each(['articles', 'tags', 'sections'])('is a 400 on %s, whatever is in it', async (list) => {
    const { http } = await startServer({ seeded: true })
    for (const number of [1, 2])
      await http
        .post('/manage/v1/sections')
        .set(bearer())
        .send({ name: `S ${number}` })
        .expect(201)
    // The hash of a real cursor, so that only the keys are wrong.
    const { body } = await http.get('/v1/sections?limit=1').expect(200)
    const [, , hash] = JSON.parse(Buffer.from(body.page.next, 'base64url').toString())
    const id = '018ced2a-4000-7000-8000-00000000a001'
    for (const key of [
      'zzz',
      '2026-02-30T00:00:00.000Z',
      'a\0b',
      '',
      "'; drop table articles; --",
      '\ud800',
      7,
      null,
      {},
    ]) {
      for (const end of [id, 'x', 7]) {
        const cursor = Buffer.from(JSON.stringify([key, end, hash])).toString('base64url')
        const answer = await http.get(`/v1/${list}?cursor=${cursor}`)
        expect(answer.status, cursor).toBe(list === 'sections' && key === 'zzz' && end === id ? 200 : 400)
      }
    }
  })
})

describe('a cursor of a list in another order that was made up', () => {
  const at = '2026-01-01T00:00:00.000Z'
  const strange = ['a\0b', '\ud800', 7, null, {}, [], true]

  it.each([
    [
      'sort=title',
      ['', 'zzz', "'; drop table articles; --", '新'.repeat(300)],
      ['x'.repeat(2_001), ...strange],
    ],
    [
      'q=story',
      [`1:0:${at}`, `999999999999999:999999999999999:${at}`, `0:0:${at}`, `0:5:${at}`],
      [
        at,
        `1:${at}`,
        `-1:0:${at}`,
        `01:0:${at}`,
        `1:-1:${at}`,
        `1:1e3:${at}`,
        '1:0:2026-02-30T00:00:00.000Z',
        '1:0:',
        ...strange,
      ],
    ],
    ['sort=-updatedAt', [at], ['zzz', `0:0:${at}`, '', ...strange]],
  ] as const)('of %s is a 200 where it could be one, and else a 400', async (query, possible, wrong) => {
    const { http } = await startServer()
    for (const title of ['Story one', 'Story two']) {
      const { body } = await http.post('/manage/v1/articles').set(bearer()).send({ title }).expect(201)
      await http.post(`/manage/v1/articles/${body.id}/publish`).set(bearer()).expect(200)
    }
    const { body } = await http.get(`/v1/articles?${query}&limit=1`).expect(200)
    const [, id, hash] = JSON.parse(Buffer.from(body.page.next, 'base64url').toString())
    const ask = async (key: unknown, end: unknown = id) => {
      const cursor = Buffer.from(JSON.stringify([key, end, hash])).toString('base64url')
      const answer = await http.get(`/v1/articles?${query}&cursor=${cursor}`)
      return `${JSON.stringify(key)} ${answer.status}`
    }
    for (const key of possible) expect(await ask(key)).toBe(`${JSON.stringify(key)} 200`)
    for (const key of wrong) expect(await ask(key)).toBe(`${JSON.stringify(key)} 400`)
    expect(await ask(possible[0], 'x')).toBe(`${JSON.stringify(possible[0])} 400`)
  })
})

describe('a redirect from an old slug', () => {
  it('leads to the path of the route, however the request was spelled', async () => {
    const { http } = await startServer({ seeded: true })
    const old = 'anthony-blinken-the-return-and-israel'
    const { body } = await http.get(`/v1/articles/${old}`).expect(200)
    const address = `/manage/v1/articles/${body.id}`
    await http.patch(address).set(bearer()).set('if-match', '*').send({ slug: 'visite-à-genève' }).expect(422)
    await http.patch(address).set(bearer()).set('if-match', '*').send({ slug: 'новости' }).expect(200)
    await http.post(`${address}/publish`).set(bearer()).expect(200)
    const target = `/v1/articles/${encodeURIComponent('новости')}`
    for (const [spelling, location] of [
      [`/v1/articles/${old}?body=text`, `${target}?body=text`],
      [`/%761/articles/${old}`, target],
      [`/v1/article%73/${old}/related`, `${target}/related`],
      [`/v1/articles/anthony%2Dblinken-the-return-and-israel`, target],
    ])
      expect((await http.get(spelling ?? '').expect(308)).headers.location).toBe(location)
    await http.get(target).expect(200)
  })
})

describe('two worlds that differ in hidden content alone', () => {
  it('answer the public alike, headers and all', async () => {
    const env = { PUBLIC_URL: 'https://news.example' }
    const worlds = [await startServer({ env }), await startServer({ env })]
    const answers: string[][] = []
    for (const [index, { http, setClock }] of worlds.entries()) {
      setClock(Date.parse('2026-01-01T00:00:00Z'))
      const { body: shown } = await http
        .post('/manage/v1/articles')
        .set(bearer())
        .send({ title: 'Shown' })
        .expect(201)
      const { body: tag } = await http
        .post('/manage/v1/tags')
        .set(bearer())
        .send({ name: 'Hidden tag' })
        .expect(201)
      const hidden: string[] = []
      if (index === 1) {
        setClock(Date.parse('2026-01-01T01:00:00Z'))
        const draft = { title: 'Canary draft', tagIds: [tag.id], body: [] }
        const { body } = await http.post('/manage/v1/articles').set(bearer()).send(draft).expect(201)
        hidden.push(body.id)
        await http
          .patch(`/manage/v1/articles/${body.id}`)
          .set(bearer())
          .set('if-match', '*')
          .send({ title: 'C2' })
          .expect(200)
        await http
          .patch(`/manage/v1/tags/${tag.id}`)
          .set(bearer())
          .set('if-match', '*')
          .send({ name: 'T2' })
          .expect(200)
      }
      setClock(Date.parse('2026-01-01T02:00:00Z'))
      const links = [...hidden.map((articleId) => ({ articleId })), { title: 'Open' }]
      await http
        .put(`/manage/v1/articles/${shown.id}/related`)
        .set(bearer())
        .set('if-match', '*')
        .send({ links })
        .expect(200)
      await http.post(`/manage/v1/articles/${shown.id}/publish`).set(bearer()).expect(200)
      const items = [...hidden, shown.id].map((articleId) => ({ articleId }))
      const { body: collection } = await http
        .post('/manage/v1/collections')
        .set(bearer())
        .send({ key: 'front', name: 'Front', items })
        .expect(201)
      if (index === 1) {
        setClock(Date.parse('2026-01-01T03:00:00Z'))
        await http
          .patch(`/manage/v1/collections/${collection.id}`)
          .set(bearer())
          .set('if-match', '*')
          .send({ items: items.toReversed() })
          .expect(200)
      }
      const seen: string[] = []
      for (const url of [
        '/v1/articles',
        '/v1/articles?q=shown&include=related,ads&count=true',
        '/v1/articles?q=canary&count=true',
        '/v1/articles?sort=title&fields=title,related&include=related',
        '/v1/articles/shown',
        '/v1/tags',
        '/v1/authors',
        '/v1/sections',
        '/v1/articles/canary-draft',
        '/v1/articles?tag=hidden-tag',
        '/v1/tags/hidden-tag',
        '/v1/articles/shown/related',
        '/v1/articles/shown/related/suggestions',
        `/manage/v1/articles/${shown.id}/related/suggestions`,
        `/manage/v1/articles/${hidden[0] ?? shown.id}/backlinks`,
        '/manage/v1/collections',
        '/v1/collections/front',
        '/v1/collections/hidden',
        '/v1/resolve?path=/shown',
        '/v1/resolve?path=/canary-draft',
        '/v1/articles/shown/jsonld',
        '/v1/articles/shown/ninjs',
        '/v1/articles/canary-draft/ninjs',
        '/feeds/articles.rss',
        '/feeds/articles.atom',
        '/feeds/articles.json',
        '/feeds/articles.json?tag=hidden-tag',
        '/sitemaps/index.xml',
        '/sitemaps/articles-1.xml',
        '/sitemaps/news.xml',
        '/robots.txt',
      ]) {
        const { status, headers, text } = await http.get(url)
        const { date: _date, 'x-request-id': _id, etag: _etag, 'content-length': _length, ...rest } = headers
        seen.push(
          `${status} ${JSON.stringify(rest)} ${text}`
            .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
            .replace(/"requestId":"[^"]+"/, ''),
        )
      }
      answers.push(seen)
    }
    expect(answers[1]).toEqual(answers[0])
  })
})
