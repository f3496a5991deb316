import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/collections'
const unknown = '018ced2a-4000-7000-8000-00000000a001'

async function makeArticle({ http }: TestServer, title: string): Promise<string> {
  return (await http.post('/manage/v1/articles').set(bearer()).send({ title }).expect(201)).body.id
}

const publish = ({ http }: TestServer, id: string) =>
  http.post(`/manage/v1/articles/${id}/publish`).set(bearer()).expect(200)

const make = ({ http }: TestServer, input: object) => http.post(base).set(bearer()).send(input)
const change = ({ http }: TestServer, id: string, patch: object, ifMatch = '*') =>
  http.patch(`${base}/${id}`).set(bearer()).set('if-match', ifMatch).send(patch)
const replace = ({ http }: TestServer, id: string, input: object, ifMatch = '*') =>
  http.put(`${base}/${id}`).set(bearer()).set('if-match', ifMatch).send(input)

const itemsOf = (articleIds: string[]) => articleIds.map((articleId) => ({ articleId }))
const idsOf = (answer: { body: { items: { articleId: string }[] } }) =>
  answer.body.items.map((item) => item.articleId)
const codes = (answer: { body: { errors: { pointer: string; code: string }[] } }) =>
  answer.body.errors.map(({ pointer, code }) => `${pointer} ${code}`)

describe('collections', () => {
  it('are made, read, changed, replaced and deleted, with a version each', async () => {
    const server = await startServer()
    const { http } = server
    const [one, two] = [await makeArticle(server, 'One'), await makeArticle(server, 'Two')]
    await publish(server, two)
    const made = await make(server, {
      key: 'front-page',
      name: 'Front page',
      items: itemsOf([two, one]),
    }).expect(201)
    expect(made.headers).toMatchObject({ etag: '"1"', location: `${base}/${made.body.id}` })
    expect(made.body).toEqual({
      id: made.body.id,
      key: 'front-page',
      name: 'Front page',
      version: 1,
      createdAt: made.body.createdAt,
      updatedAt: made.body.createdAt,
      items: [
        {
          articleId: two,
          article: expect.objectContaining({ title: 'Two', status: 'published', isPublic: true }),
        },
        {
          articleId: one,
          article: expect.objectContaining({ title: 'One', status: 'draft', isPublic: false }),
        },
      ],
    })
    const address = `${base}/${made.body.id}`
    const read = await http.get(address).set(bearer()).expect(200)
    expect(read.body).toEqual(made.body)
    expect(read.headers.etag).toBe('"1"')

    await http.patch(address).set(bearer()).send({ name: 'X' }).expect(428)
    const renamed = await change(server, made.body.id, { name: 'Home' }, '"1"').expect(200)
    expect(renamed.body).toMatchObject({ key: 'front-page', name: 'Home', version: 2 })
    expect(renamed.headers.etag).toBe('"2"')
    expect(idsOf(renamed)).toEqual([two, one])
    expect((await change(server, made.body.id, { name: 'X' }, '"1"').expect(412)).body.currentVersion).toBe(2)
    expect(idsOf(await change(server, made.body.id, { items: itemsOf([one, two]) }).expect(200))).toEqual([
      one,
      two,
    ])
    expect(idsOf(await change(server, made.body.id, { items: null }).expect(200))).toEqual([])

    await http.put(address).set(bearer()).send({ key: 'home', name: 'Home' }).expect(428)
    const put = await replace(
      server,
      made.body.id,
      { key: 'home', name: 'Home', items: itemsOf([one]) },
      '"4"',
    )
    expect(put.body).toMatchObject({ key: 'home', version: 5 })
    expect(idsOf(put)).toEqual([one])
    expect(idsOf(await replace(server, made.body.id, { key: 'home', name: 'Home' }).expect(200))).toEqual([])

    await http.delete(address).set(bearer()).expect(428)
    await http.delete(address).set(bearer()).set('if-match', '"5"').expect(412)
    await http.delete(address).set(bearer()).set('if-match', '"6"').expect(204)
    await http.get(address).set(bearer()).expect(404)
    await http.delete(address).set(bearer()).set('if-match', '*').expect(404)
    await change(server, unknown, { name: 'X' }).expect(404)
    // The articles stay, and the key is free.
    await http.get(`/manage/v1/articles/${one}`).set(bearer()).expect(200)
    await make(server, { key: 'home', name: 'Home' }).expect(201)
  })

  it('are listed by key, page by page, with the count of their items', async () => {
    const server = await startServer()
    const one = await makeArticle(server, 'One')
    for (const key of ['beta', 'alpha', 'gamma'])
      await make(server, { key, name: key, items: key === 'alpha' ? itemsOf([one]) : [] }).expect(201)
    const get = (url: string) => server.http.get(url).set(bearer()).expect(200)
    const first = await get(`${base}?limit=2`)
    expect(first.body.data).toMatchObject([
      { key: 'alpha', itemCount: 1, version: 1 },
      { key: 'beta', itemCount: 0 },
    ])
    const next = await get(`${base}?limit=2&cursor=${first.body.page.next}`)
    expect(next.body).toMatchObject({ data: [{ key: 'gamma' }], page: { next: null } })
    // The cursor of another list.
    await server.http.get(`/manage/v1/tags?cursor=${first.body.page.next}`).set(bearer()).expect(400)
  })

  it('have a key each, whoever comes first', async () => {
    const server = await startServer()
    const { body } = await make(server, { key: 'one', name: 'One' }).expect(201)
    await make(server, { key: 'two', name: 'Two' }).expect(201)
    const taken = await make(server, { key: 'two', name: 'Other' }).expect(409)
    expect(taken.body.code).toBe('key-taken')
    expect(codes(taken)).toEqual(['/key key-taken'])
    await change(server, body.id, { key: 'two' }).expect(409)
    await replace(server, body.id, { key: 'two', name: 'Two' }).expect(409)
    await replace(server, body.id, { key: 'one', name: 'Again' }).expect(200)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => make(server, { key: 'race', name: 'Race' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)])
  })

  it('are changed once of many times with one version', async () => {
    const server = await startServer()
    const { body } = await make(server, { key: 'one', name: 'One' }).expect(201)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => change(server, body.id, { name: `N ${index}` }, '"1"')),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(412)])
  })

  it('name every fault, and change nothing', async () => {
    const server = await startServer()
    const { http } = server
    const [one, two] = [await makeArticle(server, 'One'), await makeArticle(server, 'Two')]
    const { body } = await make(server, { key: 'front', name: 'Front', items: itemsOf([one]) }).expect(201)
    expect(
      codes(
        await make(server, { key: 'Not A Key', name: ' ', items: [{ articleId: 'x', n: 1 }], id: one }),
      ).sort(),
    ).toEqual([
      '/id unknown-member',
      '/items/0/articleId invalid-format',
      '/items/0/n unknown-member',
      '/key invalid-slug',
      '/name too-short',
    ])
    expect(codes(await make(server, {}).expect(422)).sort()).toEqual(['/key required', '/name required'])
    const items = itemsOf([two, unknown, two])
    const wrong = ['/items/1/articleId not-found', '/items/2/articleId duplicate']
    expect(codes(await make(server, { key: 'other', name: 'Other', items }).expect(422))).toEqual(wrong)
    expect(codes(await change(server, body.id, { name: 'New', items }).expect(422))).toEqual(wrong)
    expect(codes(await replace(server, body.id, { key: 'k', name: 'N', items }).expect(422))).toEqual(wrong)
    expect(codes(await change(server, body.id, { key: null, name: null }).expect(422)).sort()).toEqual([
      '/key invalid-type',
      '/name invalid-type',
    ])
    const tooMany = Array.from({ length: 501 }, () => ({ articleId: one }))
    expect(codes(await change(server, body.id, { items: tooMany }).expect(422))).toEqual(['/items too-many'])
    expect((await http.get(`${base}/${body.id}`).set(bearer()).expect(200)).body).toEqual(body)
    expect((await http.get(base).set(bearer()).expect(200)).body.data).toHaveLength(1)
  })

  it('lose an article that is deleted for good, and keep the order of the others', async () => {
    const server = await startServer()
    const ids: string[] = []
    for (const title of ['One', 'Two', 'Three']) ids.push(await makeArticle(server, title))
    const { body } = await make(server, { key: 'front', name: 'Front', items: itemsOf(ids) }).expect(201)
    await server.engine.write(async ({ sql, tables }) => {
      await sql.delete(tables.articles).where(eq(tables.articles.id, ids[1] ?? ''))
    })
    expect(idsOf(await server.http.get(`${base}/${body.id}`).set(bearer()).expect(200))).toEqual([
      ids[0],
      ids[2],
    ])
  })

  it('are written by editors and read by all', async () => {
    const server = await startServer()
    const { body } = await make(server, { key: 'front', name: 'Front' }).expect(201)
    for (const role of ['viewer', 'writer', 'ads'] as const) {
      const token = bearer(await server.token(role))
      await server.http.get(base).set(token).expect(200)
      await server.http.get(`${base}/${body.id}`).set(token).expect(200)
      await server.http.post(base).set(token).send({ key: 'x', name: 'X' }).expect(403)
      for (const method of ['put', 'patch', 'delete'] as const)
        await server.http[method](`${base}/${body.id}`).set(token).set('if-match', '*').send({}).expect(403)
    }
    await server.http.get(base).expect(401)
    await server.http
      .post(base)
      .set(bearer(await server.token('editor')))
      .send({ key: 'x', name: 'X' })
      .expect(201)
  })

  it('tell the change log; the public hears of what it can see alone', async () => {
    const server = await startServer()
    const [hidden, shown, other] = [
      await makeArticle(server, 'Hidden'),
      await makeArticle(server, 'Shown'),
      await makeArticle(server, 'Other'),
    ]
    await publish(server, shown)
    await publish(server, other)
    const seq = async () => (await server.db.published((published) => published.findState())).seq
    let last = await seq()
    const expectPublic = async (isPublic: boolean) => {
      const now = await seq()
      expect(now - last).toBe(isPublic ? 1 : 0)
      last = now
    }
    const { body } = await make(server, { key: 'front', name: 'Front', items: itemsOf([shown]) }).expect(201)
    await expectPublic(true)
    const step = async (patch: object, isPublic: boolean) => {
      await change(server, body.id, patch).expect(200)
      await expectPublic(isPublic)
    }
    await step({ items: itemsOf([hidden, shown]) }, false)
    await step({ items: itemsOf([shown, hidden]) }, false)
    await step({ name: 'Front', key: 'front' }, false)
    await step({ items: itemsOf([shown, other, hidden]) }, true)
    await step({ items: itemsOf([other, shown]) }, true)
    await step({ name: 'Top' }, true)
    await step({ key: 'top' }, true)
    await server.http.delete(`${base}/${body.id}`).set(bearer()).set('if-match', '*').expect(204)
    await expectPublic(true)
    const types = await server.engine.snapshot(async ({ sql, tables }) =>
      sql
        .select({ type: tables.changes.type, slug: tables.changes.subjectSlug })
        .from(tables.changes)
        .where(eq(tables.changes.subjectId, body.id))
        .orderBy(tables.changes.seq),
    )
    expect(types.map(({ type, slug }) => `${type} ${slug}`)).toEqual([
      'collection.created front',
      ...Array(6).fill('collection.updated front'),
      'collection.updated top',
      'collection.deleted top',
    ])
  })

  it('answer in the form that is described', async () => {
    const server = await startServer()
    const { http } = server
    const one = await makeArticle(server, 'One')
    const made = await make(server, { key: 'front', name: 'Front', items: itemsOf([one]) })
    const address = `${base}/${made.body.id}`
    expectDescribed('post', base, made)
    expectDescribed('post', base, await make(server, { key: 'front', name: 'Front' }))
    expectDescribed('post', base, await make(server, {}))
    expectDescribed('get', base, await http.get(base).set(bearer()))
    expectDescribed('get', base, await http.get(`${base}?sort=name`).set(bearer()))
    expectDescribed('get', `${base}/{id}`, await http.get(address).set(bearer()))
    expectDescribed('get', `${base}/{id}`, await http.get(`${base}/${unknown}`).set(bearer()))
    expectDescribed('patch', `${base}/{id}`, await change(server, made.body.id, { name: 'Top' }))
    expectDescribed('patch', `${base}/{id}`, await change(server, made.body.id, { name: 'Top' }, '"1"'))
    expectDescribed('put', `${base}/{id}`, await replace(server, made.body.id, { key: 'top', name: 'Top' }))
    expectDescribed('delete', `${base}/{id}`, await http.delete(address).set(bearer()))
    expectDescribed('delete', `${base}/{id}`, await http.delete(address).set(bearer()).set('if-match', '*'))
  })
})
