import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

const base = '/manage/v1/articles'
const paragraph = (text: string) => ({ _type: 'block', children: [{ _type: 'span', text }] })

describe('a duplicate', () => {
  it('is a draft of the caller with the content and links, and an id, slug and link ids of its own', async () => {
    const server = await startServer()
    const { http } = server
    const [ada, ben] = [bearer(await server.token('editor')), bearer(await server.token('writer'))]
    const tag = (await http.post('/manage/v1/tags').set(ada).send({ name: 'T' }).expect(201)).body
    const { body: original } = await http
      .post(base)
      .set(ada)
      .send({
        title: 'Bridge',
        slug: 'the-bridge',
        subtitle: 'S',
        language: 'de',
        tagIds: [tag.id],
        externalIds: { wire: '1' },
        flags: { sensitive: true },
        custom: { a: [1, null] },
        body: [paragraph('One'), paragraph('Two')],
      })
      .expect(201)
    const url = `${base}/${original.id}`
    const links = [
      { kind: 'source', title: 'A', url: 'https://a.example/' },
      { title: 'B', excerpt: 'E' },
    ]
    const { body: related } = await http
      .put(`${url}/related`)
      .set(ada)
      .set('if-match', '*')
      .send({ links })
      .expect(200)
    await http.post(`${url}/publish`).set(ada).expect(200)
    const { body: shown } = await http.get(`${url}/related`).set(ada).expect(200)

    await http.post(`${url}/duplicate`).set(ben).set('if-match', '"1"').expect(412)
    const answer = await http.post(`${url}/duplicate`).set(ben).set('if-match', '"3"').send({}).expect(201)
    expectDescribed('post', `${base}/{id}/duplicate`, answer)
    const { body: copy } = answer
    expect(answer.headers.location).toBe(`${base}/${copy.id}`)
    expect(answer.headers.etag).toBe('"1"')
    expect(copy).toEqual({
      ...original,
      id: copy.id,
      version: 1,
      status: 'draft',
      slug: 'bridge',
      externalIds: {},
      createdAt: copy.createdAt,
      updatedAt: copy.createdAt,
      createdBy: { tokenId: expect.any(String), name: 'test writer', role: 'writer' },
      updatedBy: copy.createdBy,
      allowedActions: ['submit', 'duplicate'],
    })
    expect(copy.id).not.toBe(original.id)
    const { body: copied } = await http.get(`${base}/${copy.id}/related`).set(ben).expect(200)
    const unnamed = (link: object) => ({ ...link, id: undefined })
    expect(copied.data.map(unnamed)).toEqual(related.data.map(unnamed))
    expect(copied.data[0].id).not.toBe(related.data[0].id)
    // The first one and its links are as they were, and nothing of the copy is public.
    expect((await http.get(url).set(ada).expect(200)).body).toMatchObject({ version: 3, status: 'published' })
    expect((await http.get(`${url}/related`).set(ada).expect(200)).body).toEqual(shown)
    await http.get('/v1/articles/bridge').expect(404)
    await http.get(`/v1/articles/${copy.id}`).expect(404)
    expect((await http.get('/v1/articles').expect(200)).body.data).toHaveLength(1)
    // It is the caller's own draft.
    await http.patch(`${base}/${copy.id}`).set(ben).set('if-match', '"1"').send({ title: 'Mine' }).expect(200)
    await http.patch(url).set(ben).set('if-match', '*').send({ title: 'Not mine' }).expect(403)
    const { body: again } = await http.post(`${url}/duplicate`).set(ben).expect(201)
    expect(again.slug).toBe('bridge-2')
  })

  it('takes an embargo along while it lasts', async () => {
    const { http, setClock } = await startServer()
    setClock(Date.parse('2026-05-01T00:00:00Z'))
    const embargoUntil = '2026-05-02T00:00:00.000Z'
    const { body } = await http.post(base).set(bearer()).send({ title: 'Held', embargoUntil }).expect(201)
    const duplicate = async () =>
      (await http.post(`${base}/${body.id}/duplicate`).set(bearer()).expect(201)).body.embargoUntil
    expect(await duplicate()).toBe(embargoUntil)
    setClock(Date.parse('2026-05-02T00:00:00Z'))
    expect(await duplicate()).toBeNull()
  })

  it.each([
    ['an id', { id: '018ced2a-4000-7000-8000-00000000a001' }, '/id'],
    ['a state', { status: 'published' }, '/status'],
    ['a title', { title: 'X' }, '/title'],
  ])('takes nothing from the body: %s', async (_what, input, pointer) => {
    const { http } = await startServer()
    const { body: original } = await http.post(base).set(bearer()).send({ title: 'One' }).expect(201)
    const { body } = await http.post(`${base}/${original.id}/duplicate`).set(bearer()).send(input).expect(422)
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer])
    expect((await http.get(base).set(bearer()).expect(200)).body.data).toHaveLength(1)
  })

  it('is not for those who only read, nor of what is not there', async () => {
    const server = await startServer()
    const { body } = await server.http.post(base).set(bearer()).send({ title: 'One' }).expect(201)
    const duplicate = (id: string, who = bearer()) => server.http.post(`${base}/${id}/duplicate`).set(who)
    for (const role of ['viewer', 'ads'] as const)
      await duplicate(body.id, bearer(await server.token(role))).expect(403)
    await duplicate('018ced2a-4000-7000-8000-00000000a001').expect(404)
    await duplicate('nonsense').expect(400)
  })
})
