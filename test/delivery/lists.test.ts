import type supertest from 'supertest'
import { v7 as newId } from 'uuid'
import { describe, expect, it } from 'vitest'
import type { TermKind } from '../../src/contract/taxonomy.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

async function makeTerm({ db }: TestServer, kind: TermKind, slug: string): Promise<string> {
  const id = newId()
  await db.write((tx) =>
    tx.terms.insert(kind, {
      id,
      slug,
      name: slug.toUpperCase(),
      version: 1,
      createdAt: tx.now,
      updatedAt: tx.now,
    }),
  )
  return id
}

async function publish({ http }: TestServer, input: object): Promise<{ id: string; slug: string }> {
  const { body } = await http.post('/manage/v1/articles').set(bearer()).send(input).expect(201)
  await http.post(`/manage/v1/articles/${body.id}/publish`).set(bearer()).expect(200)
  return body
}

const titles = (answer: { body: { data: { title: string }[] } }) => answer.body.data.map((card) => card.title)

describe('the list of articles', () => {
  it('is walked page by page, each article once, the newest first', async () => {
    const server = await startServer()
    for (let number = 1; number <= 7; number += 1) {
      server.setClock(Date.parse('2026-01-01T00:00:00Z') + Math.floor(number / 2))
      await publish(server, { title: `Story ${number}` })
    }
    const seen: string[] = []
    let url: string | null = '/v1/articles?limit=2'
    while (url !== null) {
      const answer: supertest.Response = await server.http.get(url).expect(200)
      seen.push(...titles(answer))
      const next: string | null = answer.body.page.next
      expect(answer.headers.link).toBe(
        next === null ? undefined : `</v1/articles?limit=2&cursor=${next}>; rel="next"`,
      )
      url = next === null ? null : `/v1/articles?limit=2&cursor=${next}`
    }
    expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `Story ${number}`))
    expect(seen[0]).toMatch(/[67]/)
    expect(seen.at(-1)).toBe('Story 1')
  })

  it('gives cards: no body, links, ads, corrections, seo or custom members', async () => {
    const { http } = await startServer({ seeded: true })
    const answer = await http.get('/v1/articles').expect(200)
    expect(Object.keys(answer.body.data[0]).sort()).toEqual(
      [
        ...[
          'id',
          'type',
          'slug',
          'url',
          'title',
          'subtitle',
          'excerpt',
          'language',
          'section',
          'tags',
          'authors',
        ],
        ...['credit', 'source', 'heroImage', 'publishedAt', 'firstPublishedAt', 'updatedAt', 'version'],
        ...['wordCount', 'readingTimeMinutes'],
      ].sort(),
    )
    expect(answer.body.page).toEqual({ limit: 20, next: null })
    expect(answer.headers['cache-tag']).toContain('list:articles')
  })

  it('is filtered by section, tag, author, language, slug and ids: commas any of, repeated all of', async () => {
    const server = await startServer()
    const world = await makeTerm(server, 'section', 'world')
    const gaza = await makeTerm(server, 'tag', 'gaza')
    const israel = await makeTerm(server, 'tag', 'israel')
    const jane = await makeTerm(server, 'author', 'jane')
    const both = await publish(server, { title: 'Both', tagIds: [gaza, israel], sectionId: world })
    await publish(server, { title: 'One', tagIds: [gaza], authors: [{ authorId: jane, role: 'reporter' }] })
    await publish(server, { title: 'None', language: 'fr-CA' })
    const list = async (query: string) =>
      titles(await server.http.get(`/v1/articles?${query}`).expect(200)).sort()
    expect(await list('section=world')).toEqual(['Both'])
    expect(await list('tag=gaza')).toEqual(['Both', 'One'])
    expect(await list('tag=israel,nothing')).toEqual(['Both'])
    expect(await list('tag=gaza&tag=israel')).toEqual(['Both'])
    expect(await list('tag=gaza,israel')).toEqual(['Both', 'One'])
    expect(await list('author=jane')).toEqual(['One'])
    expect(await list('language=fr-CA')).toEqual(['None'])
    expect(await list('slug=one,none')).toEqual(['None', 'One'])
    expect(await list(`ids=${both.id}`)).toEqual(['Both'])
    expect(await list('tag=gaza&language=fr-CA')).toEqual([])
    const { body } = await server.http.get('/v1/articles?slug=one').expect(200)
    expect(body.data[0].authors).toEqual([{ id: jane, slug: 'jane', name: 'JANE', role: 'reporter' }])
    expect(body.data[0].tags).toEqual([{ id: gaza, slug: 'gaza', name: 'GAZA' }])
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['nope=1', 'nope'],
    ['cursor=abc', 'cursor'],
    ['cursor=WyJhIiwiYiIsImMiXQ', 'cursor'],
    ['ids=1', 'ids'],
    ['tag=A%20B', 'tag'],
    ['tag=a%00b', 'tag'],
  ])('refuses %s with a 400 that names the parameter', async (query, parameter) => {
    const { http } = await startServer()
    const { body } = await http.get(`/v1/articles?${query}`).expect(400)
    expect(body.errors[0].parameter).toBe(parameter)
  })

  it('refuses a cursor of another filter', async () => {
    const server = await startServer()
    await publish(server, { title: 'First' })
    await publish(server, { title: 'Second' })
    const { body } = await server.http.get('/v1/articles?limit=1').expect(200)
    const answer = await server.http
      .get(`/v1/articles?limit=1&language=en&cursor=${body.page.next}`)
      .expect(400)
    expect(answer.body.code).toBe('invalid-cursor')
  })
})

describe('taxonomy', () => {
  it('shows sections always, tags and authors with published articles only, and counts those', async () => {
    const server = await startServer()
    const world = await makeTerm(server, 'section', 'world')
    const tag = await makeTerm(server, 'tag', 'gaza')
    const hidden = await makeTerm(server, 'tag', 'secret-plan')
    const { http } = server
    await http
      .post('/manage/v1/articles')
      .set(bearer())
      .send({ title: 'Draft', tagIds: [hidden] })
      .expect(201)
    expect((await http.get('/v1/sections').expect(200)).body.data).toEqual([
      { id: world, slug: 'world', name: 'WORLD', articleCount: 0 },
    ])
    await publish(server, { title: 'Story', sectionId: world, tagIds: [tag] })
    expect((await http.get('/v1/tags').expect(200)).body.data).toEqual([
      { id: tag, slug: 'gaza', name: 'GAZA', articleCount: 1 },
    ])
    expect((await http.get('/v1/sections/world').expect(200)).body.articleCount).toBe(1)
    expect((await http.get(`/v1/tags/${tag}`).expect(200)).body.slug).toBe('gaza')
    await http.get('/v1/tags/secret-plan').expect(404)
    await http.get(`/v1/tags/${hidden}`).expect(404)
    expect((await http.get('/v1/authors').expect(200)).body).toEqual({
      data: [],
      page: { limit: 20, next: null },
    })
  })
})
