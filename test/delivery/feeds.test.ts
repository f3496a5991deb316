import { describe, expect, it } from 'vitest'
import { faultsBySchema } from '../support/contract.ts'
import { countStatements, untilQuiet } from '../support/statements.ts'
import { childrenOf, readXml, textsOf } from '../support/xml.ts'
import { site, startNewsroom } from './newsroom.ts'

const paths = ['/feeds/articles.rss', '/feeds/articles.atom', '/feeds/articles.json']

describe('the feeds', () => {
  it('say of an article what it is, the newest first', async () => {
    const { setClock, term, publish, act, text, http } = await startNewsroom({
      clock: Date.parse('2026-01-01T08:00:00.250Z'),
    })
    const [city, transport, jane, joe] = [
      await term('sections', 'City'),
      await term('tags', 'Transport & trade'),
      await term('authors', 'Jane Roe'),
      await term('authors', 'Joe <Doe>'),
    ]
    const body = [
      {
        _type: 'block',
        children: [{ _type: 'span', text: 'Tom & Jerry', marks: ['l'] }],
        markDefs: [{ _type: 'link', _key: 'l', href: '/more' }],
      },
    ]
    const first = await publish({
      title: 'Bridge <reopens>',
      excerpt: 'Traffic & <trade>',
      language: 'en-GB',
      sectionId: city.id,
      tagIds: [transport.id],
      authors: [{ authorId: jane.id }, { authorId: joe.id }],
      body,
    })
    setClock(Date.parse('2026-01-01T09:00:00.000Z'))
    const second = await publish({ title: 'Second' })
    setClock(Date.parse('2026-01-01T10:00:00.000Z'))
    await act(first.id, 'corrections', { text: 'It was closed.' })
    const html = `<p><a href="${site}/more">Tom &amp; Jerry</a></p>`

    const rss = readXml(await text(paths[0] ?? ''))
    expect(rss).toMatchObject({ name: 'rss', attributes: { version: '2.0' } })
    const [channel = rss] = rss.children
    const head = ['title', 'link', 'description', 'language', 'lastBuildDate'].map(
      (name) => textsOf(channel, name)[0],
    )
    expect(head).toEqual([
      'The Harbour News',
      `${site}/`,
      'The Harbour News',
      'en',
      'Thu, 01 Jan 2026 10:00:00 GMT',
    ])
    expect(childrenOf(channel, 'atom:link')[0]?.attributes).toEqual({
      rel: 'self',
      type: 'application/rss+xml',
      href: `${site}/feeds/articles.rss`,
    })
    const items = childrenOf(channel, 'item')
    expect(items.map((item) => textsOf(item, 'title')[0])).toEqual(['Second', 'Bridge <reopens>'])
    const item = items[1] ?? rss
    expect(item.children.map(({ name, text: value }) => [name, value])).toEqual([
      ['title', 'Bridge <reopens>'],
      ['link', `${site}/bridge-reopens`],
      ['guid', `urn:uuid:${first.id}`],
      ['pubDate', 'Thu, 01 Jan 2026 08:00:00 GMT'],
      ['dc:creator', 'Jane Roe'],
      ['dc:creator', 'Joe <Doe>'],
      ['dc:language', 'en-GB'],
      ['category', 'City'],
      ['category', 'Transport & trade'],
      ['description', 'Traffic &amp; &lt;trade&gt;'],
      ['content:encoded', html],
      ['atom:updated', '2026-01-01T10:00:00.000Z'],
    ])
    expect(childrenOf(item, 'guid')[0]?.attributes).toEqual({ isPermaLink: 'false' })

    const atom = readXml(await text(paths[1] ?? ''))
    expect(atom.attributes).toEqual({ xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': 'en' })
    expect(['id', 'title', 'updated'].map((name) => textsOf(atom, name)[0])).toEqual([
      `${site}/feeds/articles.atom`,
      'The Harbour News',
      '2026-01-01T10:00:00.000Z',
    ])
    const entry = childrenOf(atom, 'entry')[1] ?? atom
    expect(entry.attributes).toEqual({ 'xml:lang': 'en-GB' })
    expect(entry.children.map(({ name, attributes, text: value }) => [name, value || attributes])).toEqual([
      ['id', `urn:uuid:${first.id}`],
      ['title', 'Bridge <reopens>'],
      ['published', '2026-01-01T08:00:00.250Z'],
      ['updated', '2026-01-01T10:00:00.000Z'],
      ['link', { rel: 'alternate', type: 'text/html', href: `${site}/bridge-reopens` }],
      ['author', {}],
      ['author', {}],
      ['category', { term: 'city', label: 'City' }],
      ['category', { term: 'transport-trade', label: 'Transport & trade' }],
      ['summary', 'Traffic & <trade>'],
      ['content', html],
    ])

    const json = JSON.parse(await text(paths[2] ?? ''))
    expect(json).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'The Harbour News',
      home_page_url: `${site}/`,
      feed_url: `${site}/feeds/articles.json`,
      items: [{ id: `urn:uuid:${second.id}`, title: 'Second', content_html: '' }, {}],
    })
    expect(json.items[1]).toEqual({
      id: `urn:uuid:${first.id}`,
      url: `${site}/bridge-reopens`,
      title: 'Bridge <reopens>',
      summary: 'Traffic & <trade>',
      content_html: html,
      date_published: '2026-01-01T08:00:00.250Z',
      date_modified: '2026-01-01T10:00:00.000Z',
      authors: [{ name: 'Jane Roe' }, { name: 'Joe <Doe>' }],
      tags: ['City', 'Transport & trade'],
      language: 'en-GB',
    })
    const types = await Promise.all(paths.map(async (path) => (await http.get(path)).headers['content-type']))
    expect(types).toEqual([
      'application/rss+xml; charset=utf-8',
      'application/atom+xml; charset=utf-8',
      'application/feed+json',
    ])
  })

  it('are of sections and tags, named by them, and tell nothing of what is hidden', async () => {
    const { term, publish, draft, text, patch } = await startNewsroom()
    const [city, world] = [await term('sections', 'City'), await term('sections', 'World')]
    const [gaza, hidden] = [await term('tags', 'Gaza'), await term('tags', 'Canary tag')]
    await publish({ title: 'A', sectionId: city.id, tagIds: [gaza.id] })
    await publish({ title: 'B', sectionId: world.id, tagIds: [gaza.id] })
    await publish({ title: 'C', sectionId: world.id })
    const { id } = await publish({ title: 'D' })
    await patch(id, { title: 'Canary edit', tagIds: [hidden.id] })
    await draft({ title: 'Canary draft', tagIds: [hidden.id, gaza.id], sectionId: city.id })
    const read = async (query: string) => {
      const { title, items, feed_url } = JSON.parse(await text(`/feeds/articles.json?${query}`))
      return [title, items.map((item: { title: string }) => item.title), feed_url.slice(site.length)]
    }
    const name = 'The Harbour News'
    expect(await read('')).toEqual([name, ['D', 'C', 'B', 'A'], '/feeds/articles.json'])
    expect(await read('section=world')).toEqual([
      `${name}: World`,
      ['C', 'B'],
      '/feeds/articles.json?section=world',
    ])
    expect(await read('tag=gaza&section=world,city')).toEqual([
      `${name}: City, World, Gaza`,
      ['B', 'A'],
      '/feeds/articles.json?section=city,world&tag=gaza',
    ])
    const unknown = await read('tag=nothing')
    expect(unknown.slice(0, 2)).toEqual([name, []])
    expect((await read('tag=canary-tag')).slice(0, 2)).toEqual(unknown.slice(0, 2))
    for (const path of paths) expect(await text(path)).not.toContain('Canary')
  })

  it('are 503 without the address of the site, and say how to set it', async () => {
    const { http } = await startNewsroom({ env: { PUBLIC_URL: '' } })
    for (const path of [...paths, '/sitemaps/index.xml', '/sitemaps/articles-1.xml', '/sitemaps/news.xml']) {
      const { status, body, headers } = await http.get(path)
      expect([status, body.code]).toEqual([503, 'public-url-unset'])
      expect(body.detail).toContain('PUBLIC_URL')
      expect(headers['retry-after']).toBeDefined()
      expect(headers['cache-control']).toBe('no-store')
      expect(faultsBySchema('/components/schemas/Problem', body)).toEqual([])
    }
  })

  it('take their links from no header of a request', async () => {
    const { http, publish, text } = await startNewsroom()
    await publish({ title: 'A' })
    const plain = await text(paths[0] ?? '')
    const { text: forged } = await http
      .get(`${paths[0]}?tag=`)
      .set({ host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' })
    expect(plain + forged).not.toContain('evil')
  })

  it('refuse what they do not know', async () => {
    const { http } = await startNewsroom()
    for (const path of paths)
      for (const [query, parameter] of [
        ['nope=1', 'nope'],
        ['limit=5', 'limit'],
        ['section=a%00', 'section'],
        ['tag=%3Cscript%3E', 'tag'],
        ['tag=', 'tag'],
      ]) {
        const { status, body } = await http.get(`${path}?${query}`)
        expect([status, body.errors?.[0]?.parameter], query).toEqual([400, parameter])
      }
    await http.post('/feeds/articles.rss').expect(405)
  })

  it('are cached, conditional, compressed and open to all origins, as all of delivery', async () => {
    const { http, publish, act } = await startNewsroom()
    const { id } = await publish({ title: 'A', body: [{ _type: 'code', code: 'x'.repeat(3000) }] })
    for (const path of paths) {
      const first = await http.get(path).set('accept-encoding', 'gzip').set('origin', 'https://a.example')
      expect(first.headers).toMatchObject({
        etag: expect.stringMatching(/^"[^"]+-gzip"$/),
        'last-modified': expect.any(String),
        'content-encoding': 'gzip',
        vary: 'Accept-Encoding',
        'access-control-allow-origin': '*',
        'cache-control': expect.stringMatching(/^public, max-age=\d+, stale-while-revalidate=\d+$/),
        'cache-tag': `list:articles,article:${id}`,
        'surrogate-key': `list:articles article:${id}`,
      })
      const known = { 'if-none-match': String(first.headers.etag), 'accept-encoding': 'gzip' }
      await http.get(path).set(known).expect(304)
      const head = await http.head(path).set('accept-encoding', 'gzip').expect(200)
      expect(head.headers.etag).toBe(first.headers.etag)
    }
    const before = (await http.get(paths[2] ?? '')).headers.etag
    await act(id, 'unpublish')
    const after = await http
      .get(paths[2] ?? '')
      .set('if-none-match', String(before))
      .expect(200)
    expect(JSON.parse(after.text ?? JSON.stringify(after.body)).items).toEqual([])
  })

  it('leave a body out that is too large for a feed', async () => {
    const { publish, text } = await startNewsroom()
    const large = Array.from({ length: 300 }, () => ({ _type: 'code', code: 'x'.repeat(1000) }))
    await publish({ title: 'Large', excerpt: 'In short', body: large })
    const [item] = JSON.parse(await text('/feeds/articles.json')).items
    expect(item.content_html).toBeUndefined()
    expect(item.content_text).toBe('In short')
    expect(
      textsOf(
        childrenOf(readXml(await text('/feeds/articles.rss')).children[0] as never, 'item')[0] as never,
        'content:encoded',
      ),
    ).toEqual([])
  })

  it('cost the same number of statements, however many articles they have', async () => {
    const newsroom = await startNewsroom()
    const { http, publish, term } = newsroom
    await untilQuiet(newsroom)
    const counts = []
    for (const [round, count] of [1, 12].entries()) {
      for (let index = 0; index < count; index += 1) {
        const tag = await term('tags', `T ${round} ${index}`)
        await publish({ title: `A ${round} ${index}`, tagIds: [tag.id] })
      }
      counts.push(await countStatements(newsroom, () => http.get('/feeds/articles.rss').expect(200)))
    }
    expect(counts).toEqual([4, 4])
    expect(await countStatements(newsroom, () => http.get('/feeds/articles.rss?tag=t-0-0'))).toBe(6)
  })
})
