import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

const kinds = ['sections', 'tags', 'authors'] as const

describe.each(kinds)('%s', (kind) => {
  const base = `/manage/v1/${kind}`

  it('are made, read, listed, changed, replaced and deleted, with a version each', async () => {
    const { http } = await startServer()
    const made = await http.post(base).set(bearer()).send({ name: 'Économie & Finance' }).expect(201)
    expect(made.body).toMatchObject({ name: 'Économie & Finance', slug: 'economie-finance', version: 1 })
    expect(made.headers).toMatchObject({ etag: '"1"', location: `${base}/${made.body.id}` })
    const address = `${base}/${made.body.id}`
    expect((await http.get(address).set(bearer()).expect(200)).body).toEqual(made.body)
    await http.patch(address).set(bearer()).send({ name: 'X' }).expect(428)
    const patched = await http
      .patch(address)
      .set(bearer())
      .set('if-match', '"1"')
      .send({ name: 'Money' })
      .expect(200)
    expect(patched.body).toMatchObject({ name: 'Money', slug: 'economie-finance', version: 2 })
    const late = await http
      .patch(address)
      .set(bearer())
      .set('if-match', '"1"')
      .send({ name: 'X' })
      .expect(412)
    expect(late.body.currentVersion).toBe(2)
    const put = await http
      .put(address)
      .set(bearer())
      .set('if-match', '"2"')
      .send({ name: 'Wealth' })
      .expect(200)
    expect(put.body).toMatchObject({ name: 'Wealth', slug: 'wealth', version: 3 })
    await http.delete(address).set(bearer()).expect(428)
    await http.delete(address).set(bearer()).set('if-match', '"3"').expect(204)
    await http.get(address).set(bearer()).expect(404)
    await http.delete(address).set(bearer()).set('if-match', '*').expect(404)
  })

  it('are listed by slug, page by page', async () => {
    const { http } = await startServer()
    for (const name of ['Beta', 'Alpha', 'Gamma'])
      await http.post(base).set(bearer()).send({ name }).expect(201)
    const first = await http.get(`${base}?limit=2`).set(bearer()).expect(200)
    expect(first.body.data.map((term: { name: string }) => term.name)).toEqual(['Alpha', 'Beta'])
    const next = await http.get(`${base}?limit=2&cursor=${first.body.page.next}`).set(bearer()).expect(200)
    expect(next.body).toMatchObject({ data: [{ name: 'Gamma' }], page: { next: null } })
  })

  it('have slugs of their own', async () => {
    const { http } = await startServer()
    await http.post(base).set(bearer()).send({ name: 'Sport' }).expect(201)
    expect((await http.post(base).set(bearer()).send({ name: 'Sport' }).expect(201)).body.slug).toBe(
      'sport-2',
    )
    const taken = await http.post(base).set(bearer()).send({ name: 'Other', slug: 'sport' }).expect(409)
    expect(taken.body).toMatchObject({ code: 'slug-taken', suggestion: 'sport-3' })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => http.post(base).set(bearer()).send({ name: 'Race', slug: 'race' })),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(9).fill(409)])
  })

  it('are not deleted while an article has them, and then say which', async () => {
    const { http } = await startServer()
    const { body: term } = await http.post(base).set(bearer()).send({ name: 'Used' }).expect(201)
    const reference = {
      sections: { sectionId: term.id },
      tags: { tagIds: [term.id] },
      authors: { authors: [{ authorId: term.id }] },
    }[kind]
    const { body: article } = await http
      .post('/manage/v1/articles')
      .set(bearer())
      .send({ title: 'Story', ...reference })
      .expect(201)
    const refused = await http.delete(`${base}/${term.id}`).set(bearer()).set('if-match', '*').expect(409)
    expect(refused.body).toMatchObject({
      code: 'in-use',
      usageCount: 1,
      usages: [{ type: 'article', id: article.id, title: 'Story', inWorkingCopy: true, inPublished: false }],
    })
    // Still in use by what is public after the working copy let go of it.
    await http.post(`/manage/v1/articles/${article.id}/publish`).set(bearer()).expect(200)
    await http
      .patch(`/manage/v1/articles/${article.id}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ sectionId: null, tagIds: [], authors: [] })
      .expect(200)
    const still = await http.delete(`${base}/${term.id}`).set(bearer()).set('if-match', '*').expect(409)
    expect(still.body).toMatchObject({ usageCount: 1, usages: [{ inWorkingCopy: false, inPublished: true }] })
    await http.post(`/manage/v1/articles/${article.id}/publish`).set(bearer()).expect(200)
    await http.delete(`${base}/${term.id}`).set(bearer()).set('if-match', '*').expect(204)
  })

  it('in use by many articles name 20 of them and count them all, each once', async () => {
    const { http } = await startServer()
    const { body: term } = await http.post(base).set(bearer()).send({ name: 'Used' }).expect(201)
    const reference = {
      sections: { sectionId: term.id },
      tags: { tagIds: [term.id] },
      authors: { authors: [{ authorId: term.id }] },
    }[kind]
    const ids: string[] = []
    for (let number = 1; number <= 22; number += 1) {
      const { body } = await http
        .post('/manage/v1/articles')
        .set(bearer())
        .send({ title: `Story ${number}`, ...reference })
        .expect(201)
      if (number <= 2) await http.post(`/manage/v1/articles/${body.id}/publish`).set(bearer()).expect(200)
      ids.push(body.id)
    }
    const { body } = await http.delete(`${base}/${term.id}`).set(bearer()).set('if-match', '*').expect(409)
    expect(body.usageCount).toBe(22)
    expect(body.usages.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 20))
    expect(body.usages[0]).toMatchObject({ inWorkingCopy: true, inPublished: true })
    expect(body.usages[2]).toMatchObject({ inWorkingCopy: true, inPublished: false })
  })

  it('are written by editors alone', async () => {
    const server = await startServer()
    for (const role of ['viewer', 'writer', 'ads'] as const) {
      const token = bearer(await server.token(role))
      await server.http.get(base).set(token).expect(200)
      await server.http.post(base).set(token).send({ name: 'X' }).expect(403)
    }
    await server.http
      .post(base)
      .set(bearer(await server.token('editor')))
      .send({ name: 'X' })
      .expect(201)
  })

  it('name every fault, and answer in the form that is described', async () => {
    const { http } = await startServer()
    const { body } = await http.post(base).set(bearer()).send({ name: ' ', slug: 'A b', nope: 1 }).expect(422)
    expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/name',
      '/nope',
      '/slug',
    ])
    const path = base
    expectDescribed('post', path, await http.post(base).set(bearer()).send({ name: 'Seen' }))
    expectDescribed('post', path, await http.post(base).set(bearer()).send({ name: 'Seen', slug: 'seen' }))
    const list = await http.get(base).set(bearer())
    expectDescribed('get', path, list)
    const address = `${base}/${list.body.data[0].id}`
    expectDescribed('delete', `${path}/{id}`, await http.delete(address).set(bearer()).set('if-match', '"7"'))
    expectDescribed('delete', `${path}/{id}`, await http.delete(address).set(bearer()).set('if-match', '"1"'))
  })
})

it('a renamed tag shows its new name on published articles at once, and a draft’s tag leaves no public trace', async () => {
  const { http, db } = await startServer()
  const seq = async () => (await db.published((published) => published.findState())).seq
  const { body: tag } = await http.post('/manage/v1/tags').set(bearer()).send({ name: 'Old' }).expect(201)
  const rename = (name: string) =>
    http.patch(`/manage/v1/tags/${tag.id}`).set(bearer()).set('if-match', '*').send({ name }).expect(200)
  await rename('Older')
  expect(await seq()).toBe(0)
  const { body } = await http
    .post('/manage/v1/articles')
    .set(bearer())
    .send({ title: 'T', tagIds: [tag.id] })
    .expect(201)
  await http.post(`/manage/v1/articles/${body.id}/publish`).set(bearer()).expect(200)
  expect(await seq()).toBe(1)
  await rename('New')
  expect(await seq()).toBe(2)
  expect((await http.get('/v1/articles/t').expect(200)).body.tags).toEqual([
    { id: tag.id, slug: 'old', name: 'New' },
  ])
})
