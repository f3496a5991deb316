import { describe, expect, it } from 'vitest'
import { bearer, startServer } from '../support/server.ts'

const base = '/manage/v1/articles'
const paragraph = (text: string) => ({ _type: 'block', children: [{ _type: 'span', text }] })

describe('making an article', () => {
  it('answers 201 with its address, its version as ETag, and defaults', async () => {
    const { http } = await startServer({ env: { SITE_LANGUAGE: 'fr' } })
    const answer = await http
      .post(base)
      .set(bearer())
      .send({ title: 'Élection à Genève', body: [paragraph('Un texte.')] })
      .expect(201)
    expect(answer.headers.location).toBe(`${base}/${answer.body.id}`)
    expect(answer.headers.etag).toBe('"1"')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.body).toMatchObject({
      type: 'article',
      status: 'draft',
      version: 1,
      publishedVersion: null,
      hasUnpublishedChanges: false,
      slug: 'election-a-geneve',
      language: 'fr',
      excerpt: null,
      flags: { adsAllowed: true, sensitive: false },
      publishedAt: null,
      createdBy: { tokenId: null, name: 'ADMIN_TOKEN', role: 'admin' },
      allowedActions: ['submit', 'publish', 'kill', 'duplicate'],
    })
    expect(answer.body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(answer.body.body[0]._key).toMatch(/^\w+$/)
    const read = await http.get(`${base}/${answer.body.id}`).set(bearer()).expect(200)
    expect(read.body).toEqual(answer.body)
  })

  it('numbers a derived slug that is taken, and refuses a sent one with a free suggestion', async () => {
    const { http } = await startServer()
    const make = (input: object) => http.post(base).set(bearer()).send(input)
    expect((await make({ title: 'Storm' }).expect(201)).body.slug).toBe('storm')
    expect((await make({ title: 'Storm!' }).expect(201)).body.slug).toBe('storm-2')
    const { body } = await make({ title: 'Other', slug: 'storm' }).expect(409)
    expect(body).toMatchObject({ code: 'slug-taken', suggestion: 'storm-3', errors: [{ pointer: '/slug' }] })
    expect((await make({ title: '¡¿!' }).expect(201)).body.slug).toMatch(/^article-[0-9a-f]{8}$/)
    expect((await make({ title: '018ced2a-4000-7000-8000-00000000a001' }).expect(201)).body.slug).toMatch(
      /^article-/,
    )
    expect((await make({ title: 'Новости дня' }).expect(201)).body.slug).toBe('новости-дня')
  })

  it('numbers the slugs of many at once with one title, by themselves and in one transaction', async () => {
    const { http } = await startServer()
    const title = 'Flood'
    const make = () => http.post(base).set(bearer()).send({ title })
    const operations = Array.from({ length: 5 }, () => ({ method: 'POST', path: base, body: { title } }))
    const [batch, ...alone] = await Promise.all([
      http.post('/manage/v1/batch').set(bearer()).send({ atomic: true, operations }),
      ...Array.from({ length: 20 }, make),
    ])
    expect([batch.status, ...alone.map(({ status }) => status)]).toEqual([200, ...alone.map(() => 201)])
    const inBatch = batch.body.results.map(({ body }: { body: { slug: string } }) => body.slug)
    const slugs = [...inBatch, ...alone.map(({ body }) => body.slug)]
    const numbered = Array.from({ length: 24 }, (_, index) => `flood-${index + 2}`)
    expect(slugs.toSorted()).toEqual(['flood', ...numbered].toSorted())
  })

  it('makes one of many at once with one slug', async () => {
    const { http } = await startServer()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => http.post(base).set(bearer()).send({ title: 'Race', slug: 'race' })),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(99).fill(409)])
  })

  it('tells all faults of the input at once, each with its pointer', async () => {
    const { http } = await startServer()
    const { body } = await http
      .post(base)
      .set(bearer())
      .send({
        title: '',
        nope: 1,
        slug: 'Not A Slug',
        language: '??',
        embargoUntil: '2024-01-01T00:00:00',
        seo: { x: 1 },
      })
      .expect(422)
    expect(body.code).toBe('invalid-body')
    expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/embargoUntil',
      '/language',
      '/nope',
      '/seo/x',
      '/slug',
      '/title',
    ])
  })

  it('tells at once what does not exist and that an embargo would be over, whatever the verb', async () => {
    const { http } = await startServer()
    const unknown = '018ced2a-4000-7000-8000-00000000a001'
    const wrong = { tagIds: [unknown], sectionId: unknown, embargoUntil: '2001-01-01T00:00:00Z' }
    const { body: article } = await http.post(base).set(bearer()).send({ title: 'Right' }).expect(201)
    const url = `${base}/${article.id}`
    for (const answer of [
      await http
        .post(base)
        .set(bearer())
        .send({ title: 'Wrong', ...wrong }),
      await http
        .put(url)
        .set(bearer())
        .set('if-match', '*')
        .send({ title: 'Wrong', ...wrong }),
      await http.patch(url).set(bearer()).set('if-match', '*').send(wrong),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([422, 'invalid-body'])
      const faults: { pointer: string; code: string }[] = answer.body.errors
      expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
        '/sectionId not-found',
        '/tagIds/0 not-found',
        '/embargoUntil in-past',
      ])
    }
    expect((await http.get(url).set(bearer()).expect(200)).body).toEqual(article)
  })

  it('refuses what does not exist: section, tags, authors', async () => {
    const { http } = await startServer()
    const id = '018ced2a-4000-7000-8000-00000000a001'
    const { body } = await http
      .post(base)
      .set(bearer())
      .send({ title: 'T', sectionId: id, tagIds: [id], authors: [{ authorId: id }] })
      .expect(422)
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
      '/sectionId',
      '/tagIds/0',
      '/authors/0/authorId',
    ])
  })

  it.each([
    'id',
    'version',
    'status',
    'publishedAt',
    'createdAt',
    'createdBy',
    'allowedActions',
    '__proto__',
  ])('never takes %s from a client', async (member) => {
    const { http } = await startServer()
    const answer = await http
      .post(base)
      .set(bearer())
      .type('application/json')
      .send(`{"title":"T","${member}":null}`)
    expect([400, 422]).toContain(answer.status)
    expect((await http.get(base).set(bearer()).expect(200)).body.data).toEqual([])
  })
})

describe('changing an article', () => {
  async function makeArticle(input: object = {}) {
    const server = await startServer()
    const { body } = await server.http
      .post(base)
      .set(bearer())
      .send({ title: 'First', ...input })
      .expect(201)
    const patch = (change: object, ifMatch = '*') =>
      server.http.patch(`${base}/${body.id}`).set(bearer()).set('if-match', ifMatch).send(change)
    return { ...server, article: body, patch }
  }

  it('needs If-Match, and tells a late writer the current version', async () => {
    const { http, article, patch } = await makeArticle()
    const without = await http.patch(`${base}/${article.id}`).set(bearer()).send({ title: 'X' }).expect(428)
    expect(without.body.code).toBe('precondition-required')
    const first = await patch({ title: 'Second' }, '"1"').expect(200)
    expect(first.headers.etag).toBe('"2"')
    const late = await patch({ title: 'Third' }, '"1"').expect(412)
    expect(late.body).toMatchObject({ code: 'version-mismatch', currentVersion: 2 })
    expect((await patch({ title: 'X' }, 'W/"2"').expect(412)).body.currentVersion).toBe(2)
    await patch({ title: 'X' }, '2').expect(400)
    await patch({ title: 'Third' }, '"7", "2"').expect(200)
  })

  it('lets one of many at the same version win', async () => {
    const { patch, http, article } = await makeArticle()
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => patch({ title: `Writer ${n}` }, '"1"')),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array(29).fill(412)])
    const winner = answers.find((answer) => answer.status === 200)
    const { body } = await http.get(`${base}/${article.id}`).set(bearer()).expect(200)
    expect(body.title).toBe(winner?.body.title)
    expect(body.version).toBe(2)
  })

  it('has three states of a member: absent keeps, null clears, a value sets', async () => {
    const { patch } = await makeArticle({
      subtitle: 'Sub',
      credit: 'AFP',
      language: 'de',
      source: { attribution: 'From', name: 'AFP' },
      seo: { title: 'S', description: 'D' },
      externalIds: { wire: '1', cms: '2' },
      flags: { sensitive: true },
      custom: { a: { b: 1, c: 2 }, d: 3 },
      body: [paragraph('Text')],
    })
    const { body } = await patch({
      subtitle: null,
      language: null,
      source: { name: null, url: 'https://afp.example/x' },
      seo: { description: null },
      externalIds: { wire: null, feed: '3' },
      flags: { adsAllowed: false },
      custom: { a: { b: null, e: [1] }, d: null },
      body: null,
    }).expect(200)
    expect(body).toMatchObject({
      title: 'First',
      slug: 'first',
      subtitle: null,
      credit: 'AFP',
      language: 'en',
      source: { attribution: 'From', name: null, url: 'https://afp.example/x' },
      seo: { title: 'S', description: null, canonicalUrl: null },
      externalIds: { cms: '2', feed: '3' },
      flags: { adsAllowed: false, sensitive: true },
      custom: { a: { c: 2, e: [1] } },
      body: [],
    })
    expect(body.custom).toEqual({ a: { c: 2, e: [1] } })
    expect((await patch({ source: null, seo: null, custom: null }).expect(200)).body).toMatchObject({
      source: null,
      seo: { title: null, description: null, canonicalUrl: null },
      custom: {},
    })
  })

  it('takes merge-patch as content type, and no other than JSON', async () => {
    const { http, article } = await makeArticle()
    const send = (type: string) =>
      http
        .patch(`${base}/${article.id}`)
        .set(bearer())
        .set('if-match', '*')
        .type(type)
        .send('{"title":"Merged"}')
    expect((await send('application/merge-patch+json').expect(200)).body.title).toBe('Merged')
    await send('application/json').expect(200)
    for (const type of ['text/plain', 'application/json-patch+json', 'application/jsonx'])
      expect((await send(type).expect(415)).body.code).toBe('unsupported-media-type')
  })

  it('keeps what is public until the next publish, and says that changes wait', async () => {
    const { http, patch, article } = await makeArticle()
    const publish = () => http.post(`${base}/${article.id}/publish`).set(bearer())
    const published = await publish().expect(200)
    expect(published.body).toMatchObject({ status: 'published', version: 2, publishedVersion: 2 })
    expect((await patch({ title: 'Changed' }).expect(200)).body.hasUnpublishedChanges).toBe(true)
    expect((await http.get('/v1/articles/first').expect(200)).body.title).toBe('First')
    const back = await patch({ title: 'First' }).expect(200)
    expect(back.body).toMatchObject({ hasUnpublishedChanges: false, version: 4 })
    const again = await publish().expect(200)
    expect(again.body.version).toBe(4)
    expect((await http.get('/v1/articles/first').expect(200)).body.version).toBe(2)
  })

  it('gives back a slug that was never public, and keeps one that was', async () => {
    const { http, patch, article } = await makeArticle()
    await patch({ slug: 'second' }).expect(200)
    const other = await http.post(base).set(bearer()).send({ title: 'First' }).expect(201)
    expect(other.body.slug).toBe('first')
    await http.post(`${base}/${article.id}/publish`).set(bearer()).expect(200)
    await patch({ slug: 'third' }).expect(200)
    await http.post(base).set(bearer()).send({ title: 'X', slug: 'second' }).expect(409)
    expect((await patch({ slug: 'second' }).expect(200)).body.slug).toBe('second')
    expect((await patch({ slug: null, title: 'Fourth' }).expect(200)).body.slug).toBe('fourth')
  })
})

describe('publishing', () => {
  it('is refused while an embargo lasts', async () => {
    const { http, setClock } = await startServer()
    setClock(Date.parse('2026-05-01T00:00:00Z'))
    const { body } = await http
      .post(base)
      .set(bearer())
      .send({ title: 'Later', embargoUntil: '2026-05-01T14:00:00+02:00' })
      .expect(201)
    expect(body.embargoUntil).toBe('2026-05-01T12:00:00.000Z')
    const early = await http.post(`${base}/${body.id}/publish`).set(bearer()).expect(409)
    expect(early.body.code).toBe('embargoed')
    setClock(Date.parse('2026-05-01T12:00:00Z'))
    await http.post(`${base}/${body.id}/publish`).set(bearer()).expect(200)
  })

  it('takes an embargo in the future only, when it is set', async () => {
    const { http } = await startServer()
    const past = { title: 'Past', embargoUntil: '2001-01-01T00:00:00Z' }
    const { body } = await http.post(base).set(bearer()).send(past).expect(422)
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/embargoUntil', code: 'in-past' })])
  })

  it('can be backdated, the first time only', async () => {
    const { http, setClock } = await startServer()
    setClock(Date.parse('2026-05-01T00:00:00Z'))
    const { body } = await http.post(base).set(bearer()).send({ title: 'Old story' }).expect(201)
    const publish = (at: string) => http.post(`${base}/${body.id}/publish`).set(bearer()).send({ at })
    await publish('2020-01-01T00:00:00Z').expect(200)
    expect((await http.get('/v1/articles/old-story').expect(200)).body).toMatchObject({
      publishedAt: '2020-01-01T00:00:00.000Z',
      firstPublishedAt: '2026-05-01T00:00:00.000Z',
      updatedAt: '2026-05-01T00:00:00.000Z',
    })
    expect((await publish('2019-01-01T00:00:00Z').expect(422)).body.errors[0].code).toBe('not-first')
  })

  it('names state and allowed actions when the state does not allow it', async () => {
    const { http } = await startServer()
    const { body } = await http.post(base).set(bearer()).send({ title: 'Draft' }).expect(201)
    const answer = await http.post(`${base}/${body.id}/unpublish`).set(bearer()).expect(409)
    expect(answer.body).toMatchObject({
      code: 'invalid-transition',
      currentStatus: 'draft',
      allowedActions: ['submit', 'publish', 'kill', 'duplicate'],
    })
    expect(
      (await http.post(`${base}/${body.id}/publish`).set(bearer()).set('if-match', '"9"').expect(412)).body,
    ).toMatchObject({ currentVersion: 1 })
  })

  it('keeps a revision and a change for every accepted write, and a dense public sequence', async () => {
    const { http, db, engine } = await startServer()
    const { body } = await http.post(base).set(bearer()).send({ title: 'Logged' }).expect(201)
    await http.post(`${base}/${body.id}/publish`).set(bearer()).expect(200)
    await http
      .patch(`${base}/${body.id}`)
      .set(bearer())
      .set('if-match', '"2"')
      .send({ title: 'Two' })
      .expect(200)
    await http.post(`${base}/${body.id}/publish`).set(bearer()).expect(200)
    await http.post(`${base}/${body.id}/unpublish`).set(bearer()).expect(200)
    for (const version of [1, 2, 3, 4, 5]) {
      const revision = await db.read((reader) => reader.revisions.find(body.id, version))
      expect(revision?.snapshot.title).toBe(version < 3 ? 'Logged' : 'Two')
    }
    const changes = await engine.snapshot(async ({ sql, tables }) =>
      sql.select().from(tables.changes).orderBy(tables.changes.seq),
    )
    expect(changes.map((change) => [change.type, change.publicSeq])).toEqual([
      ['article.created', null],
      ['article.published', 1],
      ['article.updated', null],
      ['article.published', 2],
      ['article.unpublished', 3],
    ])
  })
})

describe('the editors’ list', () => {
  it('shows drafts too, the newest change first, by state and page', async () => {
    const { http, setClock } = await startServer()
    for (const [index, title] of ['One', 'Two', 'Three'].entries()) {
      setClock(Date.parse('2026-01-01T00:00:00Z') + index)
      await http.post(base).set(bearer()).send({ title }).expect(201)
    }
    const first = await http.get(`${base}?limit=2&status=draft,in-review`).set(bearer()).expect(200)
    expect(first.body.data.map((article: { title: string }) => article.title)).toEqual(['Three', 'Two'])
    expect(first.body.data[0]).not.toHaveProperty('body')
    const next = await http
      .get(`${base}?limit=2&status=draft,in-review&cursor=${first.body.page.next}`)
      .set(bearer())
      .expect(200)
    expect(next.body.data.map((article: { title: string }) => article.title)).toEqual(['One'])
    expect(next.body.page.next).toBeNull()
    expect((await http.get(`${base}?status=published`).set(bearer()).expect(200)).body.data).toEqual([])
    expect((await http.get(`${base}?status=nope`).set(bearer()).expect(400)).body.errors[0].parameter).toBe(
      'status',
    )
  })
})
