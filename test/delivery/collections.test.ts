import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { countStatements } from '../support/statements.ts'

async function makeArticle({ http }: TestServer, title: string, isPublic = true): Promise<string> {
  const { body } = await http.post('/manage/v1/articles').set(bearer()).send({ title }).expect(201)
  if (isPublic) await http.post(`/manage/v1/articles/${body.id}/publish`).set(bearer()).expect(200)
  return body.id
}

async function makeCollection({ http }: TestServer, key: string, articleIds: string[]): Promise<string> {
  const items = articleIds.map((articleId) => ({ articleId }))
  const input = { key, name: key.toUpperCase(), items }
  return (await http.post('/manage/v1/collections').set(bearer()).send(input).expect(201)).body.id
}

const titles = (answer: { body: { data: { title: string }[] } }) => answer.body.data.map((card) => card.title)

describe('a collection', () => {
  it('is delivered as cards in the order of the editors, live at once, without what is not public', async () => {
    const server = await startServer({ env: { PUBLIC_URL: 'https://news.example' } })
    const { http } = server
    const [a, b, c] = [
      await makeArticle(server, 'A'),
      await makeArticle(server, 'B', false),
      await makeArticle(server, 'C'),
    ]
    const id = await makeCollection(server, 'front', [c, b, a])
    const read = () => http.get('/v1/collections/front').expect(200)
    const first = await read()
    expect(Object.keys(first.body)).toEqual(['id', 'key', 'name', 'data'])
    expect(first.body).toMatchObject({ id, key: 'front', name: 'FRONT' })
    expect(titles(first)).toEqual(['C', 'A'])
    const { body: list } = await http.get('/v1/articles?slug=a').expect(200)
    expect(first.body.data[1]).toEqual(list.data[0])
    expect(first.body.data[1].url).toBe('https://news.example/a')

    const act = (article: string, action: string) =>
      http.post(`/manage/v1/articles/${article}/${action}`).set(bearer()).expect(200)
    await act(b, 'publish')
    expect(titles(await read())).toEqual(['C', 'B', 'A'])
    await act(c, 'unpublish')
    expect(titles(await read())).toEqual(['B', 'A'])
    // What is public of an article, not its working copy.
    await http
      .patch(`/manage/v1/articles/${a}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ title: 'A2' })
      .expect(200)
    expect(titles(await read())).toEqual(['B', 'A'])

    await http
      .patch(`/manage/v1/collections/${id}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ items: [{ articleId: a }, { articleId: b }], key: 'новости', name: 'News' })
      .expect(200)
    await http.get('/v1/collections/front').expect(404)
    const renamed = await http.get(`/v1/collections/${encodeURIComponent('новости')}`).expect(200)
    expect(titles(renamed)).toEqual(['A', 'B'])
    expectDescribed('get', '/v1/collections/{key}', renamed)
  })

  it('carries validators and the tags by which caches drop it', async () => {
    const server = await startServer()
    const { http } = server
    const [shown, hidden] = [await makeArticle(server, 'Shown'), await makeArticle(server, 'Hidden', false)]
    await makeCollection(server, 'front', [hidden, shown])
    const answer = await http.get('/v1/collections/front').expect(200)
    expect(answer.headers).toMatchObject({
      'cache-control': expect.stringContaining('public'),
      'cache-tag': `collection:front,list:articles,article:${shown}`,
      'surrogate-key': `collection:front list:articles article:${shown}`,
      'last-modified': expect.any(String),
    })
    const etag = String(answer.headers.etag)
    await http.get('/v1/collections/front').set('if-none-match', etag).expect(304)
    const head = await http.head('/v1/collections/front').expect(200)
    expect(head.headers.etag).toBe(etag)
    await http.post(`/manage/v1/articles/${hidden}/publish`).set(bearer()).expect(200)
    await http.get('/v1/collections/front').set('if-none-match', etag).expect(200)
  })

  it('keeps its headers within what clients take, however many articles it has', {
    timeout: 60_000,
  }, async () => {
    const server = await startServer()
    const ids: string[] = []
    for (let number = 1; number <= 200; number += 1) ids.push(await makeArticle(server, `Story ${number}`))
    await makeCollection(server, 'long', ids)
    // The client of this test gives up on headers of more than 16 KiB.
    const answer = await server.http.get('/v1/collections/long').expect(200)
    expect(answer.body.data.map((card: { id: string }) => card.id)).toEqual(ids)
    const tags = String(answer.headers['cache-tag']).split(',')
    expect(tags.slice(0, 3)).toEqual(['collection:long', 'list:articles', `article:${ids[0]}`])
    expect(String(answer.headers['cache-tag']).length).toBeLessThanOrEqual(6_000)
  })

  const odd: [path: string, status: number][] = [
    ['unknown', 404],
    ['Front', 404],
    ['018ced2a-4000-7000-8000-00000000a001', 404],
    ['..%2Ffront', 404],
    ['%27%3B--', 404],
    ['a'.repeat(2_000), 404],
    ['a%00b', 400],
    ['%ff', 400],
    ['front?limit=1', 400],
    ['front?fields=name', 400],
  ]
  it('is not found, or the request is not valid, at any other address', async () => {
    const server = await startServer()
    await makeCollection(server, 'front', [])
    for (const [path, status] of odd) {
      const answer = await server.http.get(`/v1/collections/${path}`)
      expect(answer.status, path).toBe(status)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expectDescribed('get', '/v1/collections/{key}', answer)
    }
  })

  it('costs the same number of queries whatever it holds', async () => {
    const server = await startServer()
    const [one, two] = [await makeArticle(server, 'One'), await makeArticle(server, 'Two')]
    await makeCollection(server, 'few', [one])
    await makeCollection(server, 'more', [one, two])
    const count = (key: string) =>
      countStatements(server, () => server.db.published((published) => published.findCollection(key)))
    expect([await count('few'), await count('more')]).toEqual([4, 4])
  })
})
