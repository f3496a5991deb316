import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

const base = '/manage/v1/articles'
const unknownId = '018ced2a-4000-7000-8000-00000000a001'
const paragraph = (text: string) => ({ _type: 'block', children: [{ _type: 'span', text }] })

async function startWithArticle(input: object = {}) {
  const server = await startServer()
  const { http } = server
  const { body: article } = await http
    .post(base)
    .set(bearer())
    .send({ title: 'One', body: [paragraph('Text')], ...input })
    .expect(201)
  const url = `${base}/${article.id}`
  const ifMatch = { ...bearer(), 'if-match': '*' }
  return {
    ...server,
    article,
    url,
    get: (path: string, who = bearer()) => http.get(`${url}${path}`).set(who),
    patch: (change: object) => http.patch(url).set(ifMatch).send(change).expect(200),
    link: (links: object[]) => http.put(`${url}/related`).set(ifMatch).send({ links }).expect(200),
    act: (action: string, who = bearer()) => http.post(`${url}/${action}`).set(who),
    pin: (version: number, pinned: unknown, who = bearer()) =>
      http.patch(`${url}/revisions/${version}`).set(who).send({ pinned }),
  }
}

describe('the versions of an article', () => {
  it('are listed, the newest first, with who made them and how, page by page', async () => {
    const server = await startWithArticle()
    const { get, patch, link, act } = server
    const editor = bearer(await server.token('editor'))
    await patch({ title: 'Two' })
    await link([{ title: 'L' }])
    await act('publish', editor).expect(200)
    const whole = await get('/revisions').expect(200)
    expectDescribed('get', `${base}/{id}/revisions`, whole)
    expect(whole.body.page).toEqual({ limit: 20, next: null })
    expect(whole.body.data.map((one: { version: number; type: string }) => [one.version, one.type])).toEqual([
      [4, 'article.published'],
      [3, 'article.updated'],
      [2, 'article.updated'],
      [1, 'article.created'],
    ])
    expect(whole.body.data[0]).toMatchObject({
      createdBy: { name: 'test editor', role: 'editor' },
      pinned: false,
    })
    expect(whole.body.data[0]).not.toHaveProperty('snapshot')
    const first = await get('/revisions?limit=3').expect(200)
    expect(first.body.data).toEqual(whole.body.data.slice(0, 3))
    expect(first.headers.link).toContain('rel="next"')
    const rest = await get(`/revisions?limit=3&cursor=${first.body.page.next}`).expect(200)
    expect(rest.body).toEqual({ data: whole.body.data.slice(3), page: { limit: 3, next: null } })
    const other = (await server.http.post(base).set(bearer()).send({ title: 'Other' }).expect(201)).body
    for (const cursor of [first.body.page.next, 'nonsense', 'WyIxIl0'])
      expect(
        (await server.http.get(`${base}/${other.id}/revisions?cursor=${cursor}`).set(bearer()).expect(400))
          .body.code,
      ).toBe('invalid-cursor')
  })

  it('are whole: what the working copy was, links included', async () => {
    const { get, patch, link, article } = await startWithArticle({
      custom: { a: 1 },
      externalIds: { wire: '1' },
    })
    const links = [{ title: 'L', url: 'https://l.example/' }, { title: 'M' }]
    const { body: linked } = await link(links)
    const ids = linked.data.map((each: { id: string }) => each.id)
    await patch({ title: 'Two', custom: null })
    const answer = await get('/revisions/2').expect(200)
    expectDescribed('get', `${base}/{id}/revisions/{version}`, answer)
    const { snapshot, ...state } = answer.body
    expect(state).toMatchObject({ articleId: article.id, version: 2, type: 'article.updated', pinned: false })
    const { title, slug, subtitle, excerpt, language, sectionId, tagIds, authors } = article
    const { credit, source, externalIds, seo, embargoUntil, flags, custom, body } = article
    expect(snapshot).toEqual({
      ...{ title, slug, subtitle, excerpt, language, sectionId, tagIds, authors },
      ...{ credit, source, externalIds, seo, embargoUntil, flags, custom, body },
      related: links.map((each, index) => ({
        id: ids[index],
        kind: 'related',
        position: index + 1,
        excerpt: null,
        url: null,
        articleId: null,
        ...each,
      })),
    })
    expect((await get('/revisions/1').expect(200)).body.snapshot.related).toEqual([])
    expect((await get('/revisions/3').expect(200)).body.snapshot).toMatchObject({ title: 'Two', custom: {} })
  })

  it('that are not there are 404, and those of an article that is not there too', async () => {
    const { get, http, act, pin } = await startWithArticle()
    for (const answer of [
      await get('/revisions/2'),
      await act('revisions/2/restore'),
      await act('revisions/2/restore').set('if-match', '"9"'),
      await pin(2, true),
      await get('/diff?from=1&to=2'),
      await get('/diff?from=7'),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'not-found'])
    const nothing = `${base}/${unknownId}`
    for (const path of ['/revisions', '/revisions/1', '/diff?from=1'])
      await http
        .get(nothing + path)
        .set(bearer())
        .expect(404)
    await http.post(`${nothing}/revisions/1/restore`).set(bearer()).expect(404)
    await http.patch(`${nothing}/revisions/1`).set(bearer()).send({ pinned: true }).expect(404)
    for (const version of ['0', '01', '-1', '1.0', '1e3', 'x', '9999999999999999', '%00', "1'--"])
      for (const path of [`/revisions/${version}`, `/diff?from=${version}`, `/diff?from=1&to=${version}`])
        await get(path).expect(400)
  })

  it('are for all who read articles, and for nobody else', async () => {
    const server = await startWithArticle()
    for (const role of ['viewer', 'writer', 'editor', 'ads', 'admin'] as const) {
      const who = bearer(await server.token(role))
      for (const path of ['/revisions', '/revisions/1', '/diff?from=1'])
        await server.get(path, who).expect(200)
    }
    for (const path of ['/revisions', '/revisions/1', '/diff?from=1'])
      await server.http.get(server.url + path).expect(401)
  })
})

describe('pinning', () => {
  it('keeps what was last said, tells the log once, and is for editors', async () => {
    const server = await startWithArticle()
    const { pin, get, url } = server
    const pinned = await pin(1, true).expect(200)
    expectDescribed('patch', `${base}/{id}/revisions/{version}`, pinned)
    expect(pinned.body).toMatchObject({ version: 1, pinned: true })
    await pin(1, true).expect(200)
    expect((await get('/revisions').expect(200)).body.data).toEqual([pinned.body])
    expect((await get('/revisions/1').expect(200)).body.pinned).toBe(true)
    expect((await pin(1, false).expect(200)).body.pinned).toBe(false)
    for (const role of ['viewer', 'writer', 'ads'] as const)
      await pin(1, true, bearer(await server.token(role))).expect(403)
    expect((await server.http.get(url).set(bearer()).expect(200)).body.version).toBe(1)
    const changes = await server.engine.snapshot(async ({ sql, tables }) =>
      sql.select().from(tables.changes).orderBy(tables.changes.seq),
    )
    expect(changes.map(({ type, publicSeq }) => [type, publicSeq])).toEqual([
      ['article.created', null],
      ['revision.pinned', null],
      ['revision.unpinned', null],
    ])
  })

  it.each([
    [{}],
    [{ pinned: null }],
    [{ pinned: 'true' }],
    [{ pinned: true, version: 2 }],
    [{ pinned: true, snapshot: {} }],
  ])('takes nothing but true and false: %j', async (input) => {
    const { http, url, get } = await startWithArticle()
    const answer = await http.patch(`${url}/revisions/1`).set(bearer()).send(input).expect(422)
    expectDescribed('patch', `${base}/{id}/revisions/{version}`, answer)
    expect((await get('/revisions/1').expect(200)).body.pinned).toBe(false)
  })
})

describe('restoring a version', () => {
  it('makes it the working copy again, as a new version, and leaves what is public', async () => {
    const { get, patch, link, act, http, url } = await startWithArticle()
    await link([{ title: 'A' }, { title: 'B' }])
    await act('publish').expect(200)
    const published = await get('/revisions/3').expect(200)
    await patch({ title: 'Two', body: [paragraph('Other')], slug: 'two' })
    await link([{ title: 'C' }])
    await act('publish').expect(200)
    const live = async () => {
      const { ads: _ads, ...shown } = (await http.get('/v1/articles/two').expect(200)).body
      return shown
    }
    const before = await live()
    await act('revisions/3/restore').set('if-match', '"5"').expect(412)
    const answer = await act('revisions/3/restore').set('if-match', '"6"').expect(200)
    expectDescribed('post', `${base}/{id}/revisions/{version}/restore`, answer)
    expect(answer.headers.etag).toBe('"7"')
    expect(answer.body).toMatchObject({
      version: 7,
      publishedVersion: 6,
      status: 'published',
      hasUnpublishedChanges: true,
      title: 'One',
      slug: 'one',
    })
    expect((await get('/revisions/7').expect(200)).body.snapshot).toEqual(published.body.snapshot)
    expect((await http.get(url).set(bearer()).expect(200)).body).toEqual(answer.body)
    expect(await live()).toEqual(before)
    await act('publish').expect(200)
    expect((await http.get('/v1/articles/one').expect(200)).body).toMatchObject({
      title: 'One',
      related: [{ title: 'A' }, { title: 'B' }],
    })
    expect((await http.get('/v1/articles/two').expect(308)).headers.location).toBe('/v1/articles/one')
  })

  it('says that nothing waits to be published where it is what is public', async () => {
    const { act, patch } = await startWithArticle()
    await act('publish').expect(200)
    await patch({ title: 'Two' })
    expect((await act('revisions/2/restore').expect(200)).body).toMatchObject({
      version: 4,
      hasUnpublishedChanges: false,
    })
  })

  it('takes the old slug back where it is free, and leaves it to another article that has it', async () => {
    const { patch, act, http } = await startWithArticle()
    await patch({ slug: 'two' })
    expect((await act('revisions/1/restore').expect(200)).body.slug).toBe('one')
    await patch({ slug: 'three' })
    const { body: other } = await http.post(base).set(bearer()).send({ title: 'One' }).expect(201)
    expect(other.slug).toBe('one')
    const back = await act('revisions/1/restore').expect(200)
    expect(back.body).toMatchObject({ title: 'One', slug: 'three' })
    // The slug that was given up for the old one is free.
    expect((await http.post(base).set(bearer()).send({ title: 'Two' }).expect(201)).body.slug).toBe('two')
  })

  it('leaves out what was deleted since, and keeps a link to it', async () => {
    const { http, link, patch, act, get } = await startWithArticle()
    const term = async (kind: string, name: string) =>
      (await http.post(`/manage/v1/${kind}`).set(bearer()).send({ name }).expect(201)).body.id
    const [section, gone, kept, author] = [
      await term('sections', 'S'),
      await term('tags', 'Gone'),
      await term('tags', 'Kept'),
      await term('authors', 'A'),
    ]
    const other = (await http.post(base).set(bearer()).send({ title: 'Other' }).expect(201)).body
    await patch({ sectionId: section, tagIds: [gone, kept], authors: [{ authorId: author, role: 'by' }] })
    const { body: linked } = await link([{ title: 'First' }, { articleId: other.id }])
    await patch({ sectionId: null, tagIds: [], authors: [] })
    const ifMatch = { ...bearer(), 'if-match': '*' }
    await link([])
    for (const path of [`/sections/${section}`, `/tags/${gone}`, `/authors/${author}`])
      await http.delete(`/manage/v1${path}`).set(ifMatch).expect(204)
    await http.delete(`${base}/${other.id}`).set(ifMatch).expect(204)
    await http.delete(`${base}/${other.id}?permanent=true`).set(ifMatch).expect(204)
    const { body } = await act('revisions/3/restore').expect(200)
    expect(body).toMatchObject({ sectionId: null, tagIds: [kept], authors: [] })
    const { body: related } = await get('/related').expect(200)
    expect(related.data).toMatchObject(linked.data.map((one: { id: string }) => ({ id: one.id })))
    await act('publish').expect(200)
    const { body: shown } = await http.get('/v1/articles/one').expect(200)
    expect(shown.related.map((one: { title: string }) => one.title)).toEqual(['First'])
    expect((await http.get(`/v1/articles/${body.id}`).expect(200)).body.tags).toMatchObject([{ id: kept }])
  })

  it('is for who may edit the article', async () => {
    const server = await startServer()
    const [writer, other, editor] = [
      bearer(await server.token('writer')),
      bearer(await server.token('writer')),
      bearer(await server.token('editor')),
    ]
    const { body } = await server.http.post(base).set(writer).send({ title: 'Mine' }).expect(201)
    const restore = (who: { authorization: string }) =>
      server.http.post(`${base}/${body.id}/revisions/1/restore`).set(who)
    await restore(writer).expect(200)
    await restore(other).expect(403)
    await restore(bearer(await server.token('viewer'))).expect(403)
    await restore(editor).expect(200)
    await server.http.post(`${base}/${body.id}/publish`).set(editor).expect(200)
    await restore(writer).expect(403)
    await server.http
      .post(`${base}/${body.id}/revisions/1/restore`)
      .set(editor)
      .send({ id: body.id })
      .expect(422)
  })
})
