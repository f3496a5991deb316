import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/articles'
const unknown = '018ced2a-4000-7000-8000-00000000a001'

async function makeArticle({ http }: TestServer, title: string): Promise<string> {
  return (await http.post(base).set(bearer()).send({ title }).expect(201)).body.id
}

/** A server with an article that has the links A, B and C; requests about them. */
async function startWithLinks() {
  const server = await startServer()
  const { http } = server
  const id = await makeArticle(server, 'Main')
  const address = `${base}/${id}/related`
  const add = (link: object) => http.post(address).set(bearer()).send(link)
  const change = (linkId: string, patch: object, ifMatch = '*') =>
    http.patch(`${address}/${linkId}`).set(bearer()).set('if-match', ifMatch).send(patch)
  const remove = (linkId: string, ifMatch = '*') =>
    http.delete(`${address}/${linkId}`).set(bearer()).set('if-match', ifMatch)
  const list = async () => (await http.get(address).set(bearer()).expect(200)).body.data
  const titles = async () => (await list()).map(({ title }: { title: string }) => title)
  const publish = (article: string) => http.post(`${base}/${article}/publish`).set(bearer()).expect(200)
  const ids: string[] = []
  for (const title of ['A', 'B', 'C']) ids.push((await add({ title }).expect(201)).body.id)
  const [a = '', b = '', c = ''] = ids
  return { server, http, id, address, add, change, remove, list, titles, publish, a, b, c }
}

const codes = (answer: { body: { errors: { pointer: string; code: string }[] } }) =>
  answer.body.errors.map(({ pointer, code }) => `${pointer} ${code}`)

describe('a related link', () => {
  it('is added as the last one, or at a place, where it can be read, as a new version of the article', async () => {
    const { http, id, address, add, list, titles } = await startWithLinks()
    const added = await add({
      title: 'D',
      kind: 'source',
      url: 'https://agency.example',
      position: 2,
    }).expect(201)
    expect(added.headers).toMatchObject({ etag: '"5"', location: `${address}/${added.body.id}` })
    expect(added.body).toEqual({
      id: added.body.id,
      kind: 'source',
      position: 2,
      title: 'D',
      excerpt: null,
      url: 'https://agency.example/',
      articleId: null,
      target: null,
      delivered: false,
      notDeliveredBecause: 'not-published',
    })
    const read = await http
      .get(added.headers.location ?? '')
      .set(bearer())
      .expect(200)
    expect(read.body).toEqual(added.body)
    expect(read.headers.etag).toBe('"5"')
    expect(await titles()).toEqual(['A', 'D', 'B', 'C'])
    expect((await add({ title: 'E', position: 5 }).expect(201)).body.position).toBe(5)
    expect((await list()).map(({ position }: { position: number }) => position)).toEqual([1, 2, 3, 4, 5])
    const article = await http.get(`${base}/${id}`).set(bearer()).expect(200)
    expect(article.body.version).toBe(6)
  })

  it('is added only to the version that was read, when one is named', async () => {
    const { http, address, titles } = await startWithLinks()
    const add = (ifMatch: string, title: string) =>
      http.post(address).set(bearer()).set('if-match', ifMatch).send({ title })
    const late = await add('"3"', 'Late').expect(412)
    expect(late.body.currentVersion).toBe(4)
    await add('"4"', 'In time').expect(201)
    expect(await titles()).toEqual(['A', 'B', 'C', 'In time'])
  })

  it('is changed by a merge patch: absent keeps, null clears, a value sets; and it moves', async () => {
    const { server, change, list, titles, a, b, c } = await startWithLinks()
    const other = await makeArticle(server, 'Other')
    const changed = await change(
      b,
      { kind: 'background', excerpt: 'More', articleId: other, title: null },
      '"4"',
    ).expect(200)
    expect(changed.headers.etag).toBe('"5"')
    expect(changed.body).toMatchObject({
      id: b,
      kind: 'background',
      position: 2,
      title: null,
      excerpt: 'More',
      articleId: other,
      target: { id: other, slug: 'other', title: 'Other', status: 'draft', isPublic: false, trashedAt: null },
    })
    await change(b, { kind: null, excerpt: null, articleId: null, title: 'B', url: 'https://b.example/' })
      .expect(200)
      .expect(({ body }) =>
        expect(body).toMatchObject({
          kind: 'related',
          excerpt: null,
          url: 'https://b.example/',
          target: null,
        }),
      )
    expect((await change(a, { position: 3 }).expect(200)).body.position).toBe(3)
    expect(await titles()).toEqual(['B', 'C', 'A'])
    expect((await change(c, { position: 1, title: 'C2' }).expect(200)).body.title).toBe('C2')
    expect(await titles()).toEqual(['C2', 'B', 'A'])
    expect((await list()).map(({ id }: { id: string }) => id)).toEqual([c, b, a])
  })

  it('is removed, and those after it move up', async () => {
    const { http, address, remove, list, a, b, c } = await startWithLinks()
    const removed = await remove(b, '"4"').expect(204)
    expect(removed.headers.etag).toBe('"5"')
    expect(await list()).toMatchObject([
      { id: a, position: 1 },
      { id: c, position: 2 },
    ])
    await remove(b).expect(404)
    await http.get(`${address}/${b}`).set(bearer()).expect(404)
  })

  it('needs If-Match to be changed or removed; a link that is not there is not found whatever the version', async () => {
    const { http, address, change, remove, titles, a } = await startWithLinks()
    await http.patch(`${address}/${a}`).set(bearer()).send({ title: 'X' }).expect(428)
    await http.delete(`${address}/${a}`).set(bearer()).expect(428)
    expect((await change(a, { title: 'X' }, '"3"').expect(412)).body.currentVersion).toBe(4)
    expect((await remove(a, '"3"').expect(412)).body.currentVersion).toBe(4)
    await change(unknown, { title: 'X' }, '"3"').expect(404)
    await remove(unknown, '"3"').expect(404)
    await http.post(`${base}/${unknown}/related`).set(bearer()).send({ title: 'X' }).expect(404)
    expect(await titles()).toEqual(['A', 'B', 'C'])
  })

  it('names every fault and changes nothing: itself, a target twice, two targets, none, what is not there', async () => {
    const { server, id, add, change, list, a, b } = await startWithLinks()
    const other = await makeArticle(server, 'Other')
    await change(a, { articleId: other }).expect(200)
    await change(b, { url: 'https://b.example/' }).expect(200)
    const before = await list()

    expect(codes(await add({ articleId: id }).expect(422))).toEqual(['/articleId self'])
    expect(codes(await add({ articleId: unknown, position: 9 }).expect(422))).toEqual([
      '/position too-large',
      '/articleId not-found',
    ])
    expect(codes(await add({ articleId: other }).expect(422))).toEqual(['/articleId duplicate'])
    expect(codes(await add({ title: 'T', url: 'HTTPS://B.example' }).expect(422))).toEqual(['/url duplicate'])
    expect(codes(await add({ articleId: other, url: 'https://x.example' }).expect(422))).toEqual([
      '/url two-targets',
    ])
    expect(codes(await add({ url: 'https://x.example' }).expect(422))).toEqual(['/title required'])
    expect(codes(await add({ title: 'T', position: 0, id: a, target: null, kind: 'x' }).expect(422))).toEqual(
      expect.arrayContaining([
        '/position too-small',
        '/id unknown-member',
        '/target unknown-member',
        '/kind invalid-value',
      ]),
    )

    expect(codes(await change(b, { articleId: other }).expect(422))).toEqual([
      '/articleId two-targets',
      '/articleId duplicate',
    ])
    expect(codes(await change(a, { url: 'https://a.example' }).expect(422))).toEqual(['/url two-targets'])
    expect(codes(await change(a, { articleId: other, url: 'https://a.example' }).expect(422))).toEqual([
      '/url two-targets',
    ])
    expect(codes(await change(b, { title: null, position: 4 }).expect(422))).toEqual([
      '/title required',
      '/position too-large',
    ])
    expect(codes(await change(b, { position: null, nope: 1 }).expect(422))).toEqual(
      expect.arrayContaining(['/position invalid-type', '/nope unknown-member']),
    )
    expect(codes(await change(b, { url: null, articleId: id }).expect(422))).toEqual(['/articleId self'])
    expect(await list()).toEqual(before)
  })

  it('is one of 200 at most', async () => {
    const { http, address, add, list } = await startWithLinks()
    const links = Array.from({ length: 200 }, (_, index) => ({ title: `Link ${index}` }))
    const put = (given: object[]) =>
      http.put(address).set(bearer()).set('if-match', '*').send({ links: given })
    await put(links).expect(200)
    expect(codes(await put([...links, { title: 'One more' }]).expect(422))).toEqual(['/links too-many'])
    expect(codes(await add({ title: 'One more' }).expect(422))).toEqual([' too-many'])
    expect(await list()).toHaveLength(200)
  })

  it('says whether delivery shows it now, and why not', async () => {
    const { server, http, id, add, change, list, publish, a } = await startWithLinks()
    const other = await makeArticle(server, 'Other')
    const { body: link } = await add({ articleId: other, position: 1 }).expect(201)
    const state = async (linkId: string) => (await list()).find((item: { id: string }) => item.id === linkId)
    expect(await state(link.id)).toMatchObject({
      delivered: false,
      notDeliveredBecause: 'target-not-public',
      target: { status: 'draft', isPublic: false },
    })
    expect(await state(a)).toMatchObject({ delivered: false, notDeliveredBecause: 'not-published' })

    await publish(other)
    expect(await state(link.id)).toMatchObject({
      delivered: false,
      notDeliveredBecause: 'not-published',
      target: { status: 'published', isPublic: true },
    })
    await publish(id)
    expect(await state(link.id)).toMatchObject({ delivered: true, notDeliveredBecause: null })
    expect(await state(a)).toMatchObject({ delivered: true, notDeliveredBecause: null })
    // Another target than the one that is public.
    await change(a, { url: 'https://a.example' }).expect(200)
    expect(await state(a)).toMatchObject({ delivered: false, notDeliveredBecause: 'not-published' })

    await http.post(`${base}/${other}/unpublish`).set(bearer()).expect(200)
    expect(await state(link.id)).toMatchObject({
      delivered: false,
      notDeliveredBecause: 'target-not-public',
      target: { status: 'unpublished' },
    })
    expect((await http.get('/v1/articles/main/related').expect(200)).body.data[0].title).toBe('A')
  })

  it('outlives its target, says so, and may stay where it is, but not be made anew', async () => {
    const { server, http, address, add, change, list } = await startWithLinks()
    const other = await makeArticle(server, 'Other')
    const { body: link } = await add({ articleId: other }).expect(201)
    await server.engine.write(async ({ sql, tables }) => {
      await sql.delete(tables.articles).where(eq(tables.articles.id, other))
    })
    const dead = { articleId: other, target: null, delivered: false, notDeliveredBecause: 'target-deleted' }
    expect((await list())[3]).toMatchObject(dead)
    expect((await change(link.id, { position: 1, excerpt: 'Gone' }).expect(200)).body).toMatchObject(dead)
    const put = (links: object[]) => http.put(address).set(bearer()).set('if-match', '*').send({ links })
    expect(codes(await put([{ articleId: other }]).expect(422))).toEqual(['/links/0/articleId not-found'])
    expect((await put([{ id: link.id, articleId: other }]).expect(200)).body.data).toMatchObject([dead])
    expect((await http.get(`${base}?limit=1`).set(bearer()).expect(200)).body.data).toHaveLength(1)
  })

  it('is changed by those who may edit the article', async () => {
    const { server, http, address, a } = await startWithLinks()
    for (const role of ['viewer', 'writer', 'ads'] as const) {
      const token = bearer(await server.token(role))
      await http.get(`${address}/${a}`).set(token).expect(200)
      await http.post(address).set(token).send({ title: 'X' }).expect(403)
      await http.patch(`${address}/${a}`).set(token).set('if-match', '*').send({ title: 'X' }).expect(403)
      await http.delete(`${address}/${a}`).set(token).set('if-match', '*').expect(403)
    }
    const editor = bearer(await server.token('editor'))
    await http.post(address).set(editor).send({ title: 'X' }).expect(201)
  })

  it('wins once of many changes of one version', async () => {
    const { change, remove, list, a, b } = await startWithLinks()
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => change(a, { title: `A${index}` }, '"4"')),
      ...Array.from({ length: 5 }, () => remove(b, '"4"')),
    ])
    const won = answers.filter(({ status }) => status < 300)
    expect(won).toHaveLength(1)
    // Those that came after a removal find no link.
    for (const { status } of answers) expect([200, 204, 404, 412]).toContain(status)
    expect((await list()).map(({ position }: { position: number }) => position)).toEqual(
      won[0]?.status === 204 ? [1, 2] : [1, 2, 3],
    )
  })

  it('finds its place beside others that are added at the same moment', async () => {
    const { add, list } = await startWithLinks()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        add({ title: `N ${index}`, ...(index % 2 ? { position: 1 } : {}) }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201))
    const links: { id: string; position: number }[] = await list()
    expect(links.map(({ position }) => position)).toEqual(Array.from({ length: 23 }, (_, index) => index + 1))
    expect(new Set(links.map(({ id }) => id)).size).toBe(23)
  })

  it('is answered in the form that is described', async () => {
    const { http, address, add, change, remove, a, b } = await startWithLinks()
    const many = '/manage/v1/articles/{id}/related'
    const one = `${many}/{linkId}`
    expectDescribed('post', many, await add({ title: 'D' }))
    expectDescribed('post', many, await add({ url: 'nonsense' }))
    expectDescribed('get', one, await http.get(`${address}/${a}`).set(bearer()))
    expectDescribed('get', one, await http.get(`${address}/nonsense`).set(bearer()))
    expectDescribed('patch', one, await change(a, { position: 2 }))
    expectDescribed('patch', one, await change(a, { position: 20 }))
    expectDescribed('patch', one, await change(a, { position: 2 }, '"1"'))
    expectDescribed('delete', one, await remove(b, '"1"'))
    expectDescribed('delete', one, await remove(b))
    expectDescribed('delete', one, await remove(b))
  })
})
