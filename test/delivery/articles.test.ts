import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { adminToken, bearer, startServer, type TestServer } from '../support/server.ts'

const slug = 'anthony-blinken-the-return-and-israel'
const path = `/v1/articles/${slug}`
const lines = readFileSync(new URL('../../seed/source-article.txt', import.meta.url), 'utf8').split('\n')

interface Block {
  _key: string
  style: string
  children: { text: string }[]
}

describe('the source article', () => {
  it('is served whole, with its links and its ads', async () => {
    const { http } = await startServer({ seeded: true })
    const { body: article } = await http.get(path).expect(200)
    expect(article).toMatchObject({
      type: 'article',
      slug,
      url: null,
      title: 'Anthony Blinken the return and Israel',
      subtitle: null,
      language: 'en',
      section: null,
      tags: [],
      authors: [],
      credit: null,
      source: { attribution: 'This article is originally published on', name: null, url: null },
      heroImage: null,
      seo: { title: null, description: null, canonicalUrl: null },
      custom: {},
      version: 1,
      wordCount: 810,
      readingTimeMinutes: 4,
      corrections: [],
    })
    const blocks = article.body as Block[]
    expect(blocks).toHaveLength(18)
    expect(blocks.map((block) => block.style)).toEqual([
      ...Array(6).fill('normal'),
      'h2',
      ...Array(11).fill('normal'),
    ])
    const texts = blocks.map((block) => block.children.map((span) => span.text).join(''))
    expect(texts[6]).toBe('“Very difficult moment”')
    const given = lines
      .slice(1, lines.indexOf('This article is originally published on'))
      .filter((line) => line !== '')
    expect(texts).toEqual(given.map((line) => line.trim()))
    expect(article.excerpt).toMatch(/^The Israeli army continued/)

    expect(article.related.map(({ id: _, ...link }: { id: string }) => link)).toEqual([
      {
        kind: 'related',
        position: 1,
        title: 'Senator Granato’s Pro-Russian Advocacy',
        excerpt: 'Bianca Laura Granato is an Italian politician who is...',
        url: null,
        article: null,
      },
      expect.objectContaining({
        position: 2,
        title: 'Emmanuel Macron does not rule out sending Western troops to Ukraine',
        excerpt: '“Macron calls for a ‘start’ and toughens his tone...',
      }),
      expect.objectContaining({ position: 3, title: 'AU PSC: Morocco calls to support South Sudan' }),
      expect.objectContaining({ position: 4, title: 'The Pro-Russia Jana Toom’s Political Perspective' }),
    ])

    const creatives = new Set<string>()
    const ads = article.ads.map(
      (slot: { slot: string; label: string; anchor: object; placements: Placement[] }) => {
        for (const placement of slot.placements) creatives.add(placement.creative.id)
        return [slot.slot, slot.label, slot.anchor, slot.placements.map((placement) => placement.position)]
      },
    )
    expect(ads).toEqual([
      ['after-body', 'Advertisement', { place: 'after-body' }, [1, 2, 3, 4]],
      ['after-related', 'Advertisement', { place: 'after-related' }, [1]],
    ])
    expect(creatives.size).toBe(1)
    expect(article.ads[0].placements[0].creative).toEqual({
      id: [...creatives][0],
      title: 'Electric Scooter X',
      format: 'text',
      clickUrl: null,
      html: null,
      sizes: [],
      rel: 'sponsored noopener',
    })
    expect(article.ads[0].placements[0].token).toMatch(/^[A-Za-z0-9_-]{40,}$/)
  })

  interface Placement {
    position: number
    creative: { id: string }
  }

  it('is read by its id as by its slug', async () => {
    const { http } = await startServer({ seeded: true })
    const bySlug = await http.get(path).expect(200)
    const byId = await http.get(`/v1/articles/${bySlug.body.id}`).expect(200)
    expect(byId.text).toBe(bySlug.text)
  })

  it.each([
    ['html', /^<p data-key="[0-9a-z]+">The Israeli army continued/],
    ['markdown', /^The Israeli army continued[\s\S]*## “Very difficult moment”/],
    ['text', /^The Israeli army continued[\s\S]*\n\n“Very difficult moment”\n\nOn Monday/],
  ])('has its body as %s', async (format, expected) => {
    const { http } = await startServer({ seeded: true })
    const { body: article } = await http.get(`${path}?body=${format}`).expect(200)
    expect(article.body).toMatch(expected)
  })

  it('is served without its body on request, and with each block key in its HTML', async () => {
    const { http } = await startServer({ seeded: true })
    const whole = await http.get(path).expect(200)
    const none = await http.get(`${path}?body=none`).expect(200)
    expect(none.body).not.toHaveProperty('body')
    const html = await http.get(`${path}?body=html`).expect(200)
    for (const { _key } of whole.body.body as Block[]) expect(html.body.body).toContain(`data-key="${_key}"`)
  })

  it('has its related links and ads as parts of their own', async () => {
    const { http } = await startServer({ seeded: true })
    const { body: article } = await http.get(path).expect(200)
    expect((await http.get(`${path}/related`).expect(200)).body).toEqual({ data: article.related })
    expect((await http.get(`${path}/ads`).expect(200)).body).toEqual({ data: article.ads })
  })

  it('has absolute links when the operator says where the site is', async () => {
    const env = { PUBLIC_URL: 'https://news.example/', ARTICLE_PATH: '/story/{slug}.html' }
    const { http } = await startServer({ seeded: true, env })
    const { body: article } = await http.get(path).set('host', 'evil.example').expect(200)
    expect(article.url).toBe(`https://news.example/story/${slug}.html`)
  })
})

describe('conditional reads of an article', () => {
  it('answer 304 to the entity tag, and HEAD like GET without a body', async () => {
    const { http } = await startServer({ seeded: true })
    const first = await http.get(path).expect(200)
    expect(first.headers.etag).toMatch(/^"[^"]{20,}"$/)
    expect(Date.parse(first.headers['last-modified'] ?? '')).toBeLessThanOrEqual(Date.now())
    expect(first.headers['cache-control']).toMatch(/^public, max-age=\d+, stale-while-revalidate=\d+$/)
    expect(first.headers.vary).toContain('Accept-Encoding')
    expect(first.headers['cache-tag']?.split(',')).toEqual(
      expect.arrayContaining([`article:${first.body.id}`, 'slot:after-body', 'slot:after-related']),
    )
    const again = await http
      .get(path)
      .set('if-none-match', first.headers.etag ?? '')
      .expect(304)
    expect(again.text).toBe('')
    const head = await http.head(path).set('accept-encoding', 'identity').expect(200)
    expect(head.headers.etag).toBeDefined()
    expect(head.text ?? '').toBe('')
  })

  it('answer anew after a publish', async () => {
    const server = await startServer({ seeded: true })
    const first = await server.http.get(path).expect(200)
    await patchAndPublish(server, first.body.id, { subtitle: 'A new subtitle' })
    const again = await server.http
      .get(path)
      .set('if-none-match', first.headers.etag ?? '')
      .expect(200)
    expect(again.body.subtitle).toBe('A new subtitle')
    expect(again.headers.etag).not.toBe(first.headers.etag)
  })
})

describe('articles that are not public', () => {
  it('answer 404 like articles that never were, by id and by slug', async () => {
    const { http } = await startServer()
    const { body: draft } = await http
      .post('/manage/v1/articles')
      .set(bearer())
      .send({ title: 'A secret draft' })
      .expect(201)
    const never = await http.get('/v1/articles/never-was').expect(404)
    for (const address of [draft.id, draft.slug]) {
      const answer = await http.get(`/v1/articles/${address}`).expect(404)
      const neutral = (text: string, name: string) =>
        text.replaceAll(name, 'NAME').replace(/"requestId":"[^"]+"/, '')
      expect(neutral(answer.text, address)).toBe(neutral(never.text, 'never-was'))
      await http.get(`/v1/articles/${address}`).set('if-none-match', '*').expect(404)
    }
    expect((await http.get('/v1/articles').expect(200)).body.data).toEqual([])
  })

  it('answer 410 with the reason once they were public, and are in no list', async () => {
    const { http } = await startServer({ seeded: true })
    const { body: article } = await http.get(path).expect(200)
    await http.post(`/manage/v1/articles/${article.id}/unpublish`).set(bearer()).expect(200)
    const gone = await http.get(path).expect(410)
    expect(gone.headers['content-type']).toContain('application/problem+json')
    expect(gone.body).toMatchObject({
      code: 'article-gone',
      reason: 'unpublished',
      publicReason: null,
      status: 410,
    })
    expect(Date.parse(gone.body.at)).toBeGreaterThan(0)
    expect((await http.get(`${path}/related`).expect(410)).body.code).toBe('article-gone')
    expect((await http.get('/v1/articles').expect(200)).body.data).toEqual([])
    await http.post(`/manage/v1/articles/${article.id}/publish`).set(bearer()).expect(200)
    const back = await http.get(path).expect(200)
    expect(back.body.firstPublishedAt).toBe(article.firstPublishedAt)
  })

  it('redirect from an old slug to the new one for good, keeping part and query', async () => {
    const server = await startServer({ seeded: true })
    const { body: article } = await server.http.get(path).expect(200)
    await patchAndPublish(server, article.id, { slug: 'blinken-in-israel' })
    const moved = await server.http.get(`${path}/related?x=1`).expect(400)
    expect(moved.body.errors).toEqual([expect.objectContaining({ parameter: 'x' })])
    const redirect = await server.http.get(`${path}?body=html`).expect(308)
    expect(redirect.headers.location).toBe('/v1/articles/blinken-in-israel?body=html')
    await server.http.get('/v1/articles/blinken-in-israel').expect(200)
    expect((await server.http.get(`${path}/ads`).expect(308)).headers.location).toBe(
      '/v1/articles/blinken-in-israel/ads',
    )
  })
})

async function patchAndPublish({ http }: TestServer, id: string, patch: object): Promise<void> {
  const base = `/manage/v1/articles/${id}`
  await http.patch(base).set(bearer(adminToken)).set('if-match', '*').send(patch).expect(200)
  await http.post(`${base}/publish`).set(bearer(adminToken)).expect(200)
}
