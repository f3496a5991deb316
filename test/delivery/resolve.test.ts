import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectDescribed } from '../support/contract.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const resolve = ({ http }: TestServer, path: string) => http.get('/v1/resolve').query({ path })

async function publish({ http }: TestServer, title: string): Promise<string> {
  const { body } = await http.post('/manage/v1/articles').set(bearer()).send({ title }).expect(201)
  await http.post(`/manage/v1/articles/${body.id}/publish`).set(bearer()).expect(200)
  return body.id
}

/** Gives the article another slug, in public too. */
async function move({ http }: TestServer, id: string, slug: string): Promise<void> {
  const address = `/manage/v1/articles/${id}`
  await http.patch(address).set(bearer()).set('if-match', '*').send({ slug }).expect(200)
  await http.post(`${address}/publish`).set(bearer()).expect(200)
}

describe('a path of the site', () => {
  it('is found where an article is, moved where it was, gone where it is no longer, for ever', async () => {
    const server = await startServer()
    const { http } = server
    const id = await publish(server, 'First')
    const found = await resolve(server, '/first').expect(200)
    expect(found.body).toEqual({
      status: 'found',
      articleId: id,
      slug: 'first',
      path: '/first',
      reason: null,
    })
    expectDescribed('get', '/v1/resolve', found)

    await move(server, id, 'second')
    await move(server, id, 'новости')
    const path = `/${encodeURIComponent('новости')}`
    for (const old of ['/first', '/second'])
      expect((await resolve(server, old).expect(200)).body).toEqual({
        status: 'moved',
        articleId: id,
        slug: 'новости',
        path,
        reason: null,
      })
    for (const form of [path, '/новости', `${path}/`, `${path}?utm=1`, `${path}#top`, '/новости?a=%ff'])
      expect((await resolve(server, form).expect(200)).body).toMatchObject({ status: 'found', path })

    await http.post(`/manage/v1/articles/${id}/unpublish`).set(bearer()).expect(200)
    const gone = await resolve(server, '/second').expect(200)
    expect(gone.body).toEqual({
      status: 'gone',
      articleId: id,
      slug: 'second',
      path: null,
      reason: 'unpublished',
    })
    expectDescribed('get', '/v1/resolve', gone)
    await http.post(`/manage/v1/articles/${id}/publish`).set(bearer()).expect(200)
    expect((await resolve(server, '/second').expect(200)).body.status).toBe('moved')
  })

  it('stays gone when the article is deleted for good, and its slug is given to no other', async () => {
    const server = await startServer()
    const id = await publish(server, 'Past')
    await server.http.post(`/manage/v1/articles/${id}/unpublish`).set(bearer()).expect(200)
    await server.engine.write(async ({ sql, tables }) => {
      await sql.delete(tables.articles).where(eq(tables.articles.id, id))
    })
    expect((await resolve(server, '/past').expect(200)).body).toMatchObject({ status: 'gone', articleId: id })
    await server.http
      .post('/manage/v1/articles')
      .set(bearer())
      .send({ title: 'Past', slug: 'past' })
      .expect(409)
  })

  it('is where the operator put articles', async () => {
    const env = { ARTICLE_PATH: '/news/{slug}.html', PUBLIC_URL: 'https://news.example/site' }
    const server = await startServer({ env })
    const id = await publish(server, 'Old')
    await move(server, id, 'new')
    expect((await resolve(server, '/news/old.html').expect(200)).body).toMatchObject({
      status: 'moved',
      path: '/news/new.html',
    })
    expect((await server.http.get('/v1/articles/new').expect(200)).body.url).toBe(
      'https://news.example/site/news/new.html',
    )
    await resolve(server, '/old').expect(404)
    await resolve(server, '/site/news/new.html').expect(404)
  })

  it('is unknown where nothing was ever public: drafts, their slugs, ids, other pages', async () => {
    const server = await startServer()
    const { http } = server
    const id = await publish(server, 'Shown')
    await http.post('/manage/v1/articles').set(bearer()).send({ title: 'Draft' }).expect(201)
    await http
      .patch(`/manage/v1/articles/${id}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ slug: 'later' })
      .expect(200)
    const answers = []
    for (const path of ['/draft', '/later', '/never', `/${id}`, '/', '/a/shown', '/Shown', '/shown//']) {
      const answer = await resolve(server, path).expect(404)
      expectDescribed('get', '/v1/resolve', answer)
      answers.push({ ...answer.body, requestId: '' })
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })

  it('is cached as other answers, and dropped with its article', async () => {
    const server = await startServer()
    const id = await publish(server, 'Shown')
    const { headers } = await resolve(server, '/shown').expect(200)
    expect(headers).toMatchObject({
      'cache-control': expect.stringContaining('public'),
      'cache-tag': `article:${id}`,
      'last-modified': expect.any(String),
    })
    await resolve(server, '/shown').set('if-none-match', String(headers.etag)).expect(304)
    await server.http.head('/v1/resolve?path=/shown').expect(200)
  })

  const invalid: [what: string, query: string][] = [
    ['no path', ''],
    ['an empty one', 'path='],
    ['two', 'path=/a&path=/b'],
    ['an unknown parameter', 'path=/a&callback=x'],
    ['no slash', 'path=shown'],
    ['another host', 'path=//evil.example/shown'],
    ['another host, as browsers read it', 'path=/%5Cevil.example/shown'],
    ['a URL', 'path=https://evil.example/shown'],
    ['bytes that are no text', 'path=/%ff'],
    ['bytes that are no text, encoded twice', 'path=/%25ff'],
    ['half a code', 'path=/%25'],
    ['NUL', 'path=/a%00b'],
    ['10 kB', `path=/${'a'.repeat(10_000)}`],
  ]
  it.each(invalid)('with %s is a 400 that names the parameter', async (_what, query) => {
    const { http } = await startServer()
    const answer = await http.get(`/v1/resolve?${query}`).expect(400)
    expect(answer.body.errors[0].parameter).toMatch(/^(path|callback)$/)
    expect(answer.headers.location).toBeUndefined()
    expectDescribed('get', '/v1/resolve', answer)
  })

  it('is a 200, 400 or 404 whatever it is, and leads nowhere but to articles', async () => {
    const server = await startServer()
    await publish(server, 'Shown')
    const part = fc.oneof(
      fc.constantFrom(
        '/',
        '//',
        '..',
        '\\',
        '%',
        '%ff',
        '%2f',
        '%00',
        '?',
        '#',
        '{slug}',
        'shown',
        ':',
        '@',
        ';',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const query = new URLSearchParams({ path: `/${parts.join('')}`.toWellFormed() })
        const { status, headers, body } = await server.http.get(`/v1/resolve?${query}`)
        expect([200, 400, 404]).toContain(status)
        expect(headers.location).toBeUndefined()
        if (status === 200) expect(body.path).toBe('/shown')
      }),
      { numRuns: 200 },
    )
  })
})
