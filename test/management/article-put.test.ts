import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer } from '../support/server.ts'

const base = '/manage/v1/articles'
const paragraph = (text: string, key?: string) => ({
  _type: 'block',
  ...(key === undefined ? {} : { _key: key }),
  children: [{ _type: 'span', text }],
})

async function makeArticle(input: object = {}) {
  const server = await startServer()
  const { body: article } = await server.http
    .post(base)
    .set(bearer())
    .send({ title: 'First', ...input })
    .expect(201)
  const url = `${base}/${article.id}`
  const put = (whole: object, ifMatch = '*', who = bearer()) =>
    server.http.put(url).set(who).set('if-match', ifMatch).send(whole)
  return { ...server, article, url, put }
}

describe('replacing an article', () => {
  it('gives what is not sent its default, but keeps the slug, and answers the next version', async () => {
    const { put, article, http, url } = await makeArticle({
      subtitle: 'Sub',
      language: 'de',
      externalIds: { wire: '1' },
      custom: { a: 1 },
      flags: { adsAllowed: false },
      body: [paragraph('Text')],
    })
    const answer = await put({ title: 'Second' }, '"1"').expect(200)
    expectDescribed('put', `${base}/{id}`, answer)
    expect(answer.headers.etag).toBe('"2"')
    expect(answer.body).toMatchObject({
      id: article.id,
      version: 2,
      title: 'Second',
      slug: 'first',
      subtitle: null,
      language: 'en',
      externalIds: {},
      custom: {},
      flags: { adsAllowed: true, sensitive: false },
      body: [],
      createdAt: article.createdAt,
    })
    expect((await http.get(url).set(bearer()).expect(200)).body).toEqual(answer.body)
    expect((await put({ title: 'Third', slug: 'third' }).expect(200)).body.slug).toBe('third')
    // The slug before was never public, so it is free again.
    expect((await http.post(base).set(bearer()).send({ title: 'First' }).expect(201)).body.slug).toBe('first')
  })

  it('keeps the keys of blocks that are still there', async () => {
    const { put, article } = await makeArticle({
      body: [paragraph('One'), paragraph('Two'), paragraph('Three')],
    })
    const keys = article.body.map((block: { _key: string }) => block._key)
    const { body } = await put({
      title: 'First',
      body: [paragraph('New'), paragraph('Three'), paragraph('One')],
    }).expect(200)
    const [fresh, ...kept] = body.body.map((block: { _key: string }) => block._key)
    expect(kept).toEqual([keys[2], keys[0]])
    expect(keys).not.toContain(fresh)
    const same = await put({ title: 'First', body: body.body }).expect(200)
    expect(same.body.body).toEqual(body.body)
  })

  it('leaves the related links, and what is public until the next publish', async () => {
    const { put, http, url } = await makeArticle()
    await http
      .put(`${url}/related`)
      .set(bearer())
      .set('if-match', '*')
      .send({ links: [{ title: 'Kept' }] })
      .expect(200)
    await http.post(`${url}/publish`).set(bearer()).expect(200)
    expect((await put({ title: 'Replaced' }).expect(200)).body.hasUnpublishedChanges).toBe(true)
    expect((await http.get('/v1/articles/first').expect(200)).body).toMatchObject({
      title: 'First',
      related: [{ title: 'Kept' }],
    })
    await http.post(`${url}/publish`).set(bearer()).expect(200)
    expect((await http.get('/v1/articles/first').expect(200)).body).toMatchObject({
      title: 'Replaced',
      related: [{ title: 'Kept' }],
    })
  })

  it('needs If-Match and a free slug, and takes an embargo that is over only where it stays', async () => {
    const { put, http, url, setClock } = await makeArticle()
    const without = await http.put(url).set(bearer()).send({ title: 'X' }).expect(428)
    expectDescribed('put', `${base}/{id}`, without)
    expect((await put({ title: 'X' }, '"7"').expect(412)).body.currentVersion).toBe(1)
    await http.post(base).set(bearer()).send({ title: 'Other' }).expect(201)
    expect((await put({ title: 'X', slug: 'other' }).expect(409)).body).toMatchObject({
      code: 'slug-taken',
      suggestion: 'other-2',
    })
    setClock(Date.parse('2026-05-01T00:00:00Z'))
    const embargoUntil = '2026-05-02T00:00:00.000Z'
    await put({ title: 'X', embargoUntil }).expect(200)
    setClock(Date.parse('2026-05-03T00:00:00Z'))
    await put({ title: 'Y', embargoUntil }).expect(200)
    const past = await put({ title: 'Y', embargoUntil: '2026-05-01T00:00:00.000Z' }).expect(422)
    expect(past.body.errors).toMatchObject([{ pointer: '/embargoUntil', code: 'in-past' }])
    await http
      .put(`${base}/018ced2a-4000-7000-8000-00000000a001`)
      .set(bearer())
      .set('if-match', '*')
      .send({ title: 'X' })
      .expect(404)
  })

  it('is for who may edit the article: writers their own drafts, editors any', async () => {
    const server = await startServer()
    const [writer, other, editor, viewer] = [
      bearer(await server.token('writer')),
      bearer(await server.token('writer')),
      bearer(await server.token('editor')),
      bearer(await server.token('viewer')),
    ]
    const { body } = await server.http.post(base).set(writer).send({ title: 'Mine' }).expect(201)
    const put = (who: { authorization: string }) =>
      server.http.put(`${base}/${body.id}`).set(who).set('if-match', '*').send({ title: 'Mine too' })
    await put(writer).expect(200)
    for (const who of [other, viewer]) await put(who).expect(403)
    await put(editor).expect(200)
    await server.http.post(`${base}/${body.id}/publish`).set(editor).expect(200)
    await put(writer).expect(403)
  })

  it.each([
    ['a member of the server', { id: '018ced2a-4000-7000-8000-00000000a001' }, '/id'],
    ['a version', { version: 9 }, '/version'],
    ['a state', { status: 'published' }, '/status'],
    ['the trash', { trashedAt: null }, '/trashedAt'],
    ['the public state', { publishedVersion: 1 }, '/publishedVersion'],
    ['an author', { createdBy: { tokenId: null, name: 'x', role: 'admin' } }, '/createdBy'],
    ['a raw expression', { title: { isRaw: true, value: '(select 1)' } }, '/title'],
    ['another one', { subtitle: { sql: "'; drop table articles; --" } }, '/subtitle'],
  ])('refuses %s, and changes nothing', async (_what, member, pointer) => {
    const { put, http, url, article } = await makeArticle()
    const { body } = await put({ title: 'X', ...member }).expect(422)
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer])
    expect((await http.get(url).set(bearer()).expect(200)).body).toEqual(article)
  })
})

describe('many at one version', () => {
  it('lets exactly one of 100 concurrent patches win, and tells the rest the current version', async () => {
    const { http, url } = await makeArticle()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        http
          .patch(url)
          .set(bearer())
          .set('if-match', '"1"')
          .send({ title: `Writer ${n}` }),
      ),
    )
    const winners = answers.filter((answer) => answer.status === 200)
    const late = answers.filter((answer) => answer.status === 412)
    expect([winners.length, late.length]).toEqual([1, 99])
    for (const { body } of late) expect(body).toMatchObject({ code: 'version-mismatch', currentVersion: 2 })
    expect((await http.get(url).set(bearer()).expect(200)).body).toEqual(winners[0]?.body)
    const { body } = await http.get(`${url}/revisions`).set(bearer()).expect(200)
    expect(body.data.map((one: { version: number }) => one.version)).toEqual([2, 1])
  })

  it('lets one verb of many win, whichever they are: PUT, PATCH, DELETE, links, actions', async () => {
    const { http, url } = await makeArticle()
    const ifMatch = { ...bearer(), 'if-match': '"1"' }
    const requests = [
      () => http.put(url).set(ifMatch).send({ title: 'Put' }),
      () => http.patch(url).set(ifMatch).send({ title: 'Patched' }),
      () => http.delete(url).set(ifMatch),
      () => http.post(`${url}/publish`).set(ifMatch),
      () => http.put(`${url}/related`).set(ifMatch).send({ links: [] }),
      () => http.post(`${url}/revisions/1/restore`).set(ifMatch),
    ]
    const answers = await Promise.all([...requests, ...requests, ...requests].map((send) => send()))
    const won = answers.filter((answer) => answer.status < 300)
    expect(won).toHaveLength(1)
    // What comes after a deletion or a publication may meet the state before the version.
    for (const { status } of answers) expect([200, 204, 409, 412]).toContain(status)
    expect((await http.get(url).set(bearer()).expect(200)).body.version).toBe(2)
  })

  it('lets the second of two editors see what the first did, and go on from there', async () => {
    const server = await startServer()
    const [ada, ben] = [bearer(await server.token('editor')), bearer(await server.token('editor'))]
    const { body: draft } = await server.http.post(base).set(ada).send({ title: 'Shared' }).expect(201)
    const url = `${base}/${draft.id}`
    const [read] = [await server.http.get(url).set(ben).expect(200)]
    await server.http.patch(url).set(ada).set('if-match', '"1"').send({ title: 'By Ada' }).expect(200)
    const patch = (ifMatch: string) =>
      server.http.patch(url).set(ben).set('if-match', ifMatch).send({ subtitle: 'By Ben' })
    const late = await patch(read.headers.etag ?? '').expect(412)
    const { body: news } = await server.http
      .get(`${url}/diff?from=1&to=${late.body.currentVersion}`)
      .set(ben)
      .expect(200)
    expect(news).toEqual([{ op: 'replace', path: '/title', value: 'By Ada' }])
    expect((await patch(`"${late.body.currentVersion}"`).expect(200)).body).toMatchObject({
      version: 3,
      title: 'By Ada',
      subtitle: 'By Ben',
    })
  })
})
