import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/articles'

function verbs({ http }: TestServer) {
  const as = (who: { authorization: string }, ifMatch = '*') => ({ ...who, 'if-match': ifMatch })
  return {
    make: async (input: object) => (await http.post(base).set(bearer()).send(input).expect(201)).body,
    read: async (id: string) => (await http.get(`${base}/${id}`).set(bearer()).expect(200)).body,
    act: (id: string, action: string, who = bearer()) => http.post(`${base}/${id}/${action}`).set(who),
    trash: (id: string, ifMatch?: string, who = bearer()) =>
      http.delete(`${base}/${id}`).set(as(who, ifMatch)),
    purge: (id: string, ifMatch?: string, who = bearer()) =>
      http.delete(`${base}/${id}?permanent=true`).set(as(who, ifMatch)),
    link: (id: string, links: object[]) =>
      http.put(`${base}/${id}/related`).set(as(bearer())).send({ links }),
  }
}

const changesOf = ({ engine }: TestServer, id: string) =>
  engine.snapshot(async ({ sql, tables }) =>
    (await sql.select().from(tables.changes).orderBy(tables.changes.seq)).filter(
      (change) => change.subjectId === id,
    ),
  )

describe('the trash', () => {
  it('takes an article as a new version, lets it be read, and gives it back as it was', async () => {
    const server = await startServer()
    const { make, read, trash, act } = verbs(server)
    const article = await make({ title: 'Old news', subtitle: 'S' })
    await trash(article.id, '"9"').expect(412)
    const gone = await trash(article.id, '"1"').expect(204)
    expectDescribed('delete', `${base}/{id}`, gone)
    const trashed = await read(article.id)
    expect(trashed).toMatchObject({ status: 'draft', version: 2, allowedActions: ['restore'] })
    expect(trashed.trashedAt).toBe(trashed.updatedAt)
    expect((await server.http.get(base).set(bearer()).expect(200)).body.data).toEqual([])
    const back = await act(article.id, 'restore').set('if-match', '"2"').expect(200)
    expectDescribed('post', `${base}/{id}/restore`, back)
    expect(back.headers.etag).toBe('"3"')
    expect(back.body).toEqual({
      ...article,
      version: 3,
      updatedAt: back.body.updatedAt,
      updatedBy: back.body.updatedBy,
    })
    expect((await changesOf(server, article.id)).map(({ type, publicSeq }) => [type, publicSeq])).toEqual([
      ['article.created', null],
      ['article.trashed', null],
      ['article.restored', null],
    ])
    const { body } = await server.http.get(`${base}/${article.id}/revisions`).set(bearer()).expect(200)
    expect(body.data.map((one: { type: string }) => one.type)).toEqual([
      'article.restored',
      'article.trashed',
      'article.created',
    ])
  })

  it('allows nothing else, naming the state and what is allowed', async () => {
    const server = await startServer()
    const { make, trash, act, link } = verbs(server)
    const { id } = await make({ title: 'Trashed' })
    const before = await make({ title: 'Linked before' })
    await link(before.id, [{ articleId: id }]).expect(200)
    await trash(id).expect(204)
    const ifMatch = { ...bearer(), 'if-match': '*' }
    const url = `${base}/${id}`
    const { http } = server
    const refused = [
      await http.patch(url).set(ifMatch).send({ title: 'X' }),
      await http.put(url).set(ifMatch).send({ title: 'X' }),
      await link(id, []),
      await trash(id),
      await act(id, 'publish'),
      await act(id, 'unpublish'),
      await act(id, 'duplicate'),
      await act(id, 'revisions/1/restore'),
      await http.patch(`${url}/revisions/1`).set(bearer()).send({ pinned: true }),
    ]
    for (const answer of refused)
      expect([answer.status, answer.body]).toEqual([
        409,
        expect.objectContaining({
          code: 'invalid-transition',
          currentStatus: 'draft',
          trashedAt: expect.stringMatching(/Z$/),
          allowedActions: ['restore'],
        }),
      ])
    const other = await make({ title: 'Other' })
    const linked = await link(other.id, [{ articleId: id }]).expect(422)
    expect(linked.body.errors).toMatchObject([{ pointer: '/links/0/articleId', code: 'not-found' }])
    for (const path of ['', '/related', '/revisions', '/revisions/1', '/diff?from=1'])
      await http
        .get(url + path)
        .set(bearer())
        .expect(200)
    expect((await act(before.id, 'restore').expect(409)).body).toMatchObject({
      currentStatus: 'draft',
      trashedAt: null,
      allowedActions: ['submit', 'publish', 'kill', 'duplicate'],
    })
  })

  it('takes nothing that is public: it is taken back first, and stays gone for readers', async () => {
    const server = await startServer()
    const { make, trash, act, purge, read } = verbs(server)
    const { id } = await make({ title: 'Public' })
    const { http } = server
    await act(id, 'publish').expect(200)
    const refused = await trash(id).expect(409)
    expectDescribed('delete', `${base}/{id}`, refused)
    expect(refused.body).toMatchObject({
      code: 'invalid-transition',
      currentStatus: 'published',
      allowedActions: ['publish', 'unpublish', 'kill', 'duplicate'],
    })
    const { headers } = await http.get('/v1/articles/public').expect(200)
    const validators = {
      'if-none-match': headers.etag ?? '',
      'if-modified-since': headers['last-modified'] ?? '',
    }
    await act(id, 'unpublish').expect(200)
    const told = async () => {
      for (const address of ['public', id])
        for (const conditions of [{}, validators, { 'if-none-match': '*' }]) {
          const { body } = await http.get(`/v1/articles/${address}`).set(conditions).expect(410)
          expect(body).toMatchObject({ code: 'article-gone', reason: 'unpublished', publicReason: null })
        }
      return (await http.get('/v1/articles/public')).body.at
    }
    const at = await told()
    await trash(id).expect(204)
    expect(await told()).toBe(at)
    await act(id, 'restore').expect(200)
    expect(await read(id)).toMatchObject({ status: 'unpublished', firstPublishedAt: expect.any(String) })
    expect(await told()).toBe(at)
    await trash(id).expect(204)
    await purge(id).expect(204)
    expect(await told()).toBe(at)
    await http.get(`${base}/${id}`).set(bearer()).expect(404)
  })

  it('belongs to editors; permanent deletion to admins', async () => {
    const server = await startServer()
    const { trash, purge, act } = verbs(server)
    const [viewer, writer, editor, ads, admin] = await Promise.all(
      (['viewer', 'writer', 'editor', 'ads', 'admin'] as const).map(async (role) =>
        bearer(await server.token(role)),
      ),
    )
    const { body } = await server.http
      .post(base)
      .set(writer ?? {})
      .send({ title: 'Mine' })
      .expect(201)
    for (const who of [viewer, writer, ads]) {
      await trash(body.id, '*', who).expect(403)
      await act(body.id, 'restore', who).expect(403)
    }
    await trash(body.id, '*', editor).expect(204)
    const before = await server.http
      .get(`${base}/${body.id}`)
      .set(editor ?? {})
      .expect(200)
    for (const who of [viewer, writer, ads, editor]) {
      const { body: problem } = await purge(body.id, '*', who).expect(403)
      expect(problem.code).toBe('forbidden')
    }
    await purge('018ced2a-4000-7000-8000-00000000a001', '*', editor).expect(403)
    expect(
      (
        await server.http
          .get(`${base}/${body.id}`)
          .set(editor ?? {})
          .expect(200)
      ).body,
    ).toEqual(before.body)
    expect(
      (
        await server.http
          .get(`${base}/${body.id}`)
          .set(writer ?? {})
          .expect(200)
      ).body.allowedActions,
    ).toEqual([])
    await act(body.id, 'restore', editor).expect(200)
    await trash(body.id, '*', admin).expect(204)
    await purge(body.id, '*', admin).expect(204)
  })

  it('needs If-Match, and no parameter but `permanent`', async () => {
    const server = await startServer()
    const { make } = verbs(server)
    const { id } = await make({ title: 'Kept' })
    await server.http.delete(`${base}/${id}`).set(bearer()).expect(428)
    for (const query of ['permanent=1', 'permanent=', 'permanent=true&permanent=true', 'force=true'])
      await server.http.delete(`${base}/${id}?${query}`).set(bearer()).set('if-match', '*').expect(400)
    await server.http.delete(`${base}/${id}`).set(bearer()).set('if-match', '*').send({ id }).expect(422)
    expect(await verbs(server).read(id)).toMatchObject({ version: 1, trashedAt: null })
  })
})

describe('permanent deletion', () => {
  it('is from the trash only, and leaves nothing of the article but what was public', async () => {
    const server = await startServer()
    const { make, trash, act, purge, link } = verbs(server)
    const { http } = server
    const tag = (await http.post('/manage/v1/tags').set(bearer()).send({ name: 'T' }).expect(201)).body
    const author = (await http.post('/manage/v1/authors').set(bearer()).send({ name: 'A' }).expect(201)).body
    const { id } = await make({ title: 'Was public', tagIds: [tag.id], authors: [{ authorId: author.id }] })
    const collectionId = '018ced2a-4000-7000-8000-00000000c001'
    await server.engine.write(async ({ sql, tables }) => {
      const now = '2026-01-01T00:00:00.000Z'
      await sql
        .insert(tables.collections)
        .values({ id: collectionId, key: 'front', name: 'Front', version: 1, createdAt: now, updatedAt: now })
      await sql.insert(tables.collectionItems).values({ collectionId, articleId: id, position: 1 })
    })
    await link(id, [{ title: 'Somewhere' }]).expect(200)
    await act(id, 'publish').expect(200)
    await act(id, 'unpublish').expect(200)
    await http
      .patch(`${base}/${id}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ slug: 'never-public' })
      .expect(200)
    const early = await purge(id).expect(409)
    expect(early.body).toMatchObject({ code: 'invalid-transition', currentStatus: 'unpublished' })
    await trash(id).expect(204)
    await purge(id, '"1"').expect(412)
    expectDescribed('delete', `${base}/{id}`, await purge(id, '"6"').expect(204))
    for (const path of ['', '/related', '/revisions', '/revisions/1', '/diff?from=1'])
      await http.get(`${base}/${id}${path}`).set(bearer()).expect(404)
    await purge(id).expect(404)
    await trash(id).expect(404)
    await act(id, 'restore').expect(404)
    const left = await server.engine.snapshot(async ({ sql, tables: t }) => {
      const parts: number[] = []
      for (const table of [
        t.articles,
        t.articleBodies,
        t.articleTags,
        t.articleAuthors,
        t.relatedLinks,
        t.revisions,
        t.collectionItems,
        t.publishedArticles,
        t.publishedBodies,
        t.publishedRelatedLinks,
      ])
        parts.push((await sql.select().from(table)).length)
      const slugs = (await sql.select().from(t.slugs)).map((row) => row.slug)
      return { parts, slugs, collections: (await sql.select().from(t.collections)).length }
    })
    expect(left).toEqual({ parts: Array(10).fill(0), slugs: ['was-public'], collections: 1 })
    const purged = (await changesOf(server, id)).at(-1)
    expect(purged).toMatchObject({ type: 'article.purged', subjectSlug: 'never-public', publicSeq: null })
    // What it referred to is free now.
    await http.delete(`/manage/v1/tags/${tag.id}`).set(bearer()).set('if-match', '*').expect(204)
    await http.delete(`/manage/v1/authors/${author.id}`).set(bearer()).set('if-match', '*').expect(204)
  })

  it('frees a slug that was never public and keeps one that was, for ever', async () => {
    const server = await startServer()
    const { make, trash, act, purge } = verbs(server)
    const draft = await make({ title: 'Draft' })
    const old = await make({ title: 'Old' })
    await act(old.id, 'publish').expect(200)
    await act(old.id, 'unpublish').expect(200)
    for (const { id } of [draft, old]) {
      await trash(id).expect(204)
      // In the trash both are kept for it.
      expect((await make({ title: id === old.id ? 'Old' : 'Draft' })).slug).toMatch(/-2$/)
      await purge(id).expect(204)
    }
    expect((await make({ title: 'Draft' })).slug).toBe('draft')
    expect((await make({ title: 'Old' })).slug).toBe('old-3')
    const taken = await server.http.post(base).set(bearer()).send({ title: 'X', slug: 'old' }).expect(409)
    expect(taken.body.code).toBe('slug-taken')
    await server.http.get('/v1/articles/draft').expect(404)
    await server.http.get('/v1/articles/old').expect(410)
  })

  it('never gives the id again, and a new article of the title is another one', async () => {
    const server = await startServer()
    const { make, trash, purge } = verbs(server)
    const first = await make({ title: 'Newest' })
    await trash(first.id).expect(204)
    await purge(first.id).expect(204)
    const second = await make({ title: 'Newest' })
    expect(second.id).not.toBe(first.id)
    await server.http.get(`${base}/${first.id}`).set(bearer()).expect(404)
    const patch = (id: string) =>
      server.http.patch(`${base}/${id}`).set(bearer()).set('if-match', '"1"').send({ title: 'X' })
    await patch(first.id).expect(404)
    await patch(second.id).expect(200)
  })

  it('leaves the links of others: readers do not see them, and editors go on', async () => {
    const server = await startServer()
    const { make, trash, act, purge, link } = verbs(server)
    const { http } = server
    const target = await make({ title: 'Target' })
    const { id } = await make({ title: 'Main' })
    await act(target.id, 'publish').expect(200)
    await link(id, [{ articleId: target.id, title: 'To the target' }, { title: 'Open' }]).expect(200)
    await act(id, 'publish').expect(200)
    const shown = async () =>
      (await http.get('/v1/articles/main').expect(200)).body.related.map(
        (one: { title: string }) => one.title,
      )
    expect(await shown()).toHaveLength(2)
    await act(target.id, 'unpublish').expect(200)
    await trash(target.id).expect(204)
    await purge(target.id).expect(204)
    expect(await shown()).toEqual(['Open'])
    await act(id, 'publish').expect(200)
    expect(await shown()).toEqual(['Open'])
    const { body } = await http.get(`${base}/${id}/related`).set(bearer()).expect(200)
    expect(body.data).toMatchObject([{ title: 'To the target', articleId: target.id }, { title: 'Open' }])
    await http.patch(`${base}/${id}`).set(bearer()).set('if-match', '*').send({ title: 'Main 2' }).expect(200)
    await act(id, 'publish').expect(200)
    expect(await shown()).toEqual(['Open'])
    await link(id, [{ title: 'Open' }]).expect(200)
  })

  it('takes the article’s own ads along, and no others', async () => {
    const server = await startServer({ seeded: true })
    const { trash, act, purge } = verbs(server)
    const { body } = await server.http.get(base).set(bearer()).expect(200)
    const { id } = body.data[0]
    const placements = () =>
      server.engine.snapshot(async ({ sql, tables }) => sql.select().from(tables.adPlacements))
    const [own] = await placements()
    if (!own) throw new Error('the seed has no ads')
    const siteWide = '018ced2a-4000-7000-8000-00000000f901'
    await server.engine.write(async ({ sql, tables }) => {
      await sql.insert(tables.adPlacements).values({ ...own, id: siteWide, scopeType: 'site', scopeId: '' })
    })
    await act(id, 'unpublish').expect(200)
    await trash(id).expect(204)
    await purge(id).expect(204)
    expect((await placements()).map((placement) => placement.id)).toEqual([siteWide])
  })

  it('happens once of many at once, and never beside a restore', async () => {
    const server = await startServer()
    const { make, trash, act, purge } = verbs(server)
    for (let round = 0; round < 5; round += 1) {
      const { id } = await make({ title: `Round ${round}` })
      await trash(id).expect(204)
      const answers = await Promise.all([
        ...Array.from({ length: 5 }, () => purge(id)),
        ...Array.from({ length: 5 }, () => act(id, 'restore')),
      ])
      const done = answers.filter((answer) => answer.status < 300).map((answer) => answer.status)
      expect(done).toHaveLength(1)
      const { status } = await server.http.get(`${base}/${id}`).set(bearer())
      expect(status).toBe(done[0] === 204 ? 404 : 200)
    }
  })
})
