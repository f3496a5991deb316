import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/articles'

async function makeArticle({ http }: TestServer, title: string): Promise<string> {
  return (await http.post(base).set(bearer()).send({ title }).expect(201)).body.id
}

/** Links as they were read, without what only the server can say of them. */
const asSent = (links: Record<string, unknown>[]) =>
  links.map(
    ({ position: _, target: _target, delivered: _delivered, notDeliveredBecause: _why, ...link }) => link,
  )

const put = ({ http }: TestServer, id: string, links: object[], ifMatch = '*') =>
  http.put(`${base}/${id}/related`).set(bearer()).set('if-match', ifMatch).send({ links })

describe('related links', () => {
  it('are replaced as a whole, keep their ids and order, and count as a version of the article', async () => {
    const server = await startServer()
    const id = await makeArticle(server, 'Main')
    const other = await makeArticle(server, 'Other')
    const first = await put(
      server,
      id,
      [
        { articleId: other },
        { kind: 'source', title: 'Agency', url: 'https://agency.example/x' },
        { title: 'To come', excerpt: 'Not written yet' },
      ],
      '"1"',
    ).expect(200)
    expect(first.headers.etag).toBe('"2"')
    expect(first.body.data).toMatchObject([
      { position: 1, kind: 'related', articleId: other, url: null, title: null },
      { position: 2, kind: 'source', articleId: null, url: 'https://agency.example/x' },
      { position: 3, title: 'To come', excerpt: 'Not written yet' },
    ])
    await put(server, id, [], '"1"').expect(412)
    const again = await put(server, id, asSent([...first.body.data].reverse())).expect(200)
    expect(again.body.data.map((link: { id: string }) => link.id)).toEqual(
      [...first.body.data].reverse().map((link: { id: string }) => link.id),
    )
    const read = await server.http.get(`${base}/${id}/related`).set(bearer()).expect(200)
    expect(read.body).toEqual(again.body)
    expect(read.headers.etag).toBe('"3"')
  })

  it('go public with the next publish, and those whose target is not public are left out', async () => {
    const server = await startServer()
    const { http } = server
    const id = await makeArticle(server, 'Main')
    const other = await makeArticle(server, 'Other')
    const publish = (article: string) => http.post(`${base}/${article}/publish`).set(bearer()).expect(200)
    await publish(id)
    await put(server, id, [{ articleId: other, kind: 'follow-up' }, { title: 'Open' }]).expect(200)
    expect((await http.get('/v1/articles/main').expect(200)).body.related).toEqual([])
    expect((await http.get(`${base}/${id}`).set(bearer()).expect(200)).body.hasUnpublishedChanges).toBe(true)
    await publish(id)
    const related = async () => (await http.get('/v1/articles/main').expect(200)).body.related
    expect(await related()).toMatchObject([{ position: 1, title: 'Open' }])
    await publish(other)
    expect(await related()).toMatchObject([
      { position: 1, kind: 'follow-up', title: 'Other', article: { slug: 'other' } },
      { position: 2, title: 'Open' },
    ])
    await http.post(`${base}/${other}/unpublish`).set(bearer()).expect(200)
    expect(await related()).toMatchObject([{ position: 1, title: 'Open' }])
  })

  it('name every fault: itself, a target twice, two targets, none and no title, what does not exist', async () => {
    const server = await startServer()
    const id = await makeArticle(server, 'Main')
    const unknown = '018ced2a-4000-7000-8000-00000000a001'
    const shape = await put(server, id, [
      { articleId: unknown, url: 'https://x.example' },
      { excerpt: 'no title' },
      { title: 'T', url: 'javascript:alert(1)' },
      { title: 'T', kind: 'nope' },
    ]).expect(422)
    expect(shape.body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/links/0/url',
      '/links/1/title',
      '/links/2/url',
      '/links/3/kind',
    ])
    const meaning = await put(server, id, [
      { articleId: id },
      { articleId: unknown },
      { title: 'A', url: 'https://x.example' },
      { title: 'B', url: 'https://x.example/' },
      { title: 'C', id: unknown },
    ]).expect(422)
    expect(
      meaning.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`),
    ).toEqual([
      '/links/0/articleId self',
      '/links/1/articleId not-found',
      '/links/3/url duplicate',
      '/links/4/id not-found',
    ])
    expectDescribed('put', `${base}/{id}/related`, meaning)
    expectDescribed('put', `${base}/{id}/related`, await put(server, id, [{ title: 'T' }]))
    expectDescribed(
      'get',
      `${base}/{id}/related`,
      await server.http.get(`${base}/${id}/related`).set(bearer()),
    )
    await server.http.put(`${base}/${id}/related`).set(bearer()).send({ links: [] }).expect(428)
  })

  it('do not change while the article is in the trash or killed, and the description says so', async () => {
    const server = await startServer()
    const { http } = server
    for (const away of ['trash', 'kill'] as const) {
      const id = await makeArticle(server, `Away ${away}`)
      const { body } = await put(server, id, [{ title: 'T' }]).expect(200)
      const link = `${base}/${id}/related/${body.data[0].id}`
      if (away === 'trash') await http.delete(`${base}/${id}`).set(bearer()).set('if-match', '*').expect(204)
      else await http.post(`${base}/${id}/kill`).set(bearer()).send({ reason: 'Wrong' }).expect(200)

      const answers = {
        put: await put(server, id, []),
        post: await http.post(`${base}/${id}/related`).set(bearer()).send({ title: 'U' }),
      }
      const answersOfLink = {
        patch: await http.patch(link).set(bearer()).set('if-match', '*').send({ title: 'U' }),
        delete: await http.delete(link).set(bearer()).set('if-match', '*'),
      }
      for (const answer of Object.values({ ...answers, ...answersOfLink }))
        expect([answer.status, answer.body.code]).toEqual([409, 'invalid-transition'])
      for (const [method, answer] of Object.entries(answers))
        expectDescribed(method, `${base}/{id}/related`, answer)
      for (const [method, answer] of Object.entries(answersOfLink))
        expectDescribed(method, `${base}/{id}/related/{linkId}`, answer)
      const { body: read } = await http.get(`${base}/${id}/related`).set(bearer()).expect(200)
      expect(read).toEqual(body)
    }
  })
})
