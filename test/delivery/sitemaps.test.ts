import { Readable } from 'node:stream'
import { parseSitemap, parseSitemapIndex } from 'sitemap'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { countStatements } from '../support/statements.ts'
import { inXml, readXml } from '../support/xml.ts'
import { hostileArticles, type Newsroom, site, startNewsroom } from './newsroom.ts'
import { sitemapSchema as schema } from './schemas.ts'

const dayMs = 86_400_000

const locations = async (text: string) =>
  (await parseSitemap(Readable.from([text]))).map((page) => decodeURI(page.url.slice(site.length)))
const indexed = async ({ text }: Newsroom) =>
  (await parseSitemapIndex(Readable.from([await text('/sitemaps/index.xml')]))).map(({ url }) => url)

/** Published articles, written past the editors: there are too many for them. */
async function fill({ engine }: Newsroom, count: number): Promise<void> {
  const batch = 500
  for (let from = 0; from < count; from += batch)
    await engine.write(async ({ sql, tables }) => {
      await sql.insert(tables.publishedArticles).values(
        Array.from({ length: Math.min(batch, count - from) }, (_, offset) => {
          const number = from + offset
          const at = new Date(Date.UTC(2020, 0, 1) + number * 1000).toISOString()
          return {
            id: `018ced2a-4000-7000-8000-${String(number).padStart(12, '0')}`,
            version: 1,
            slug: `article-${number}`,
            title: `Article ${number}`,
            titleSort: `article ${number}`,
            excerpt: '',
            language: 'en',
            seo: { title: null, description: null, canonicalUrl: null },
            custom: {},
            corrections: [],
            adsAllowed: true,
            sensitive: false,
            publishedAt: at,
            firstPublishedAt: at,
            updatedAt: at,
            wordCount: 0,
            readingTimeMinutes: 0,
          }
        }),
      )
    })
}

describe('the sitemaps', () => {
  it('list what is public, the oldest first, with when it last changed', async () => {
    const newsroom = await startNewsroom({ clock: Date.parse('2026-01-01T08:00:00Z') })
    const { publish, draft, act, patch, text, setClock, http } = newsroom
    expect(await indexed(newsroom)).toEqual([`${site}/sitemaps/news.xml`, `${site}/sitemaps/articles-1.xml`])
    expect(readXml(await text('/sitemaps/articles-1.xml')).children).toEqual([])
    const { id } = await publish({ title: 'Новости дня' })
    await draft({ title: 'Canary draft' })
    await publish({ title: 'Elsewhere', seo: { canonicalUrl: 'https://wire.example/a' } })
    await publish({ title: 'Here', seo: { canonicalUrl: `${site}/here` } })
    const { id: gone } = await publish({ title: 'Canary gone' })
    await act(gone, 'unpublish')
    await patch(id, { slug: 'canary-slug' })
    setClock(Date.parse('2026-01-01T09:00:00Z'))
    await act(id, 'corrections', { text: 'A name was wrong.' })
    const answer = await http.get('/sitemaps/articles-1.xml').expect(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/xml; charset=utf-8',
      'cache-tag': 'list:articles',
      etag: expect.any(String),
      'last-modified': 'Thu, 01 Jan 2026 09:00:00 GMT',
    })
    await http.get('/sitemaps/articles-1.xml').set('if-none-match', String(answer.headers.etag)).expect(304)
    const pages = await parseSitemap(Readable.from([await text('/sitemaps/articles-1.xml')]))
    expect(pages.map(({ url, lastmod }) => [decodeURI(url), lastmod])).toEqual([
      [`${site}/новости-дня`, '2026-01-01T09:00:00.000Z'],
      [`${site}/here`, '2026-01-01T08:00:00.000Z'],
    ])
    for (const path of ['/sitemaps/articles-1.xml', '/sitemaps/news.xml'])
      expect(await text(path)).not.toMatch(/canary/i)
  })

  it('are cut into files of 50,000, each found without those before it', async () => {
    const newsroom = await startNewsroom()
    const { text, http } = newsroom
    await fill(newsroom, 50_003)
    await newsroom.publish({ title: 'Newest' })
    expect((await indexed(newsroom)).slice(1)).toEqual([
      `${site}/sitemaps/articles-1.xml`,
      `${site}/sitemaps/articles-2.xml`,
    ])
    const first = await locations(await text('/sitemaps/articles-1.xml'))
    expect(first).toHaveLength(50_000)
    expect(new Set(first).size).toBe(50_000)
    expect([first[0], first.at(-1)]).toEqual(['/article-0', '/article-49999'])
    const second = ['/article-50000', '/article-50001', '/article-50002', '/newest']
    expect(await locations(await text('/sitemaps/articles-2.xml'))).toEqual(second)
    for (const none of ['3', '0', '01', '-1', 'x', '1e1', '999999999999'])
      await http.get(`/sitemaps/articles-${none}.xml`).expect(404)

    // What is new goes into the last file; the first stays as it was, to the byte.
    const { headers } = await http
      .get('/sitemaps/articles-1.xml')
      .set('accept-encoding', 'identity')
      .expect(200)
    await newsroom.publish({ title: 'Newer' })
    await http.get('/sitemaps/articles-1.xml').set('if-none-match', String(headers.etag)).expect(304)
    expect(await locations(await text('/sitemaps/articles-2.xml'))).toEqual([...second, '/newer'])
    expect(await countStatements(newsroom, () => http.get('/sitemaps/index.xml').expect(200))).toBe(1)
    await newsroom.publish({ title: 'Newest of all' })
    expect(await countStatements(newsroom, () => http.get('/sitemaps/articles-2.xml').expect(200))).toBe(3)
  }, 120_000)

  it.skipIf(schema.text === undefined)(
    `are valid by the schema of sitemaps.org ${schema.reason}`,
    async () => {
      const { publish, text } = await startNewsroom({ env: { ARTICLE_PATH: '/a&b|<{slug}>' } })
      for (const { title } of hostileArticles(20)) await publish({ title })
      const xml = [{ fileName: 'articles-1.xml', contents: await text('/sitemaps/articles-1.xml') }]
      expect(await validateXML({ xml, schema: [schema.text ?? ''] })).toMatchObject({
        valid: true,
        errors: [],
      })
      // The check finds what is wrong.
      const wrong = [
        {
          fileName: 'x.xml',
          contents: xml[0]?.contents.replace('<loc>', '<lock>').replace('</loc>', '</lock>') ?? '',
        },
      ]
      expect(await validateXML({ xml: wrong, schema: [schema.text ?? ''] })).toMatchObject({ valid: false })
    },
  )
})

describe('the news sitemap', () => {
  it('has the articles of the last two days, and drops them by the clock alone', async () => {
    const start = Date.parse('2026-03-01T08:00:00Z')
    const { publish, text, setClock, http } = await startNewsroom({
      clock: start,
      env: { SITE_NAME: 'The Harbour News (Beta)' },
    })
    await publish({ title: 'Old' }, '2026-02-20T08:00:00Z')
    await publish({ title: 'First', language: 'en-GB' })
    setClock(start + dayMs)
    await publish({ title: 'Second', language: 'zh-HK' })
    const read = async () => {
      const pages = await parseSitemap(Readable.from([await text('/sitemaps/news.xml')]))
      return pages.map(({ url, news }) => ({ url, ...news }))
    }
    const news = (title: string, language: string, at: string) => ({
      url: `${site}/${title.toLowerCase()}`,
      publication: { name: 'The Harbour News', language },
      publication_date: at,
      title,
    })
    const first = news('First', 'en', '2026-03-01T08:00:00.000Z')
    const second = news('Second', 'zh-tw', '2026-03-02T08:00:00.000Z')
    expect(await read()).toEqual([second, first])
    setClock(start + 2 * dayMs - 1)
    expect(await read()).toEqual([second, first])
    const { headers } = await http.get('/sitemaps/news.xml')
    expect(headers['last-modified']).toBe('Mon, 02 Mar 2026 08:00:00 GMT')
    setClock(start + 2 * dayMs)
    expect(await read()).toEqual([second])
    const later = await http.get('/sitemaps/news.xml').set('if-none-match', String(headers.etag)).expect(200)
    expect(later.headers['last-modified']).toBe('Tue, 03 Mar 2026 08:00:00 GMT')
    setClock(start + 3 * dayMs)
    expect(await read()).toEqual([])
    expect(readXml(await text('/sitemaps/news.xml')).name).toBe('urlset')
  })

  it('has a thousand at most, the newest', async () => {
    const newsroom = await startNewsroom({ clock: Date.UTC(2020, 0, 1, 12) })
    await fill(newsroom, 1_003)
    const pages = await locations(await newsroom.text('/sitemaps/news.xml'))
    expect(pages).toHaveLength(1_000)
    expect([pages[0], pages.at(-1)]).toEqual(['/article-1002', '/article-3'])
    await newsroom.publish({ title: 'Change' })
    expect(await countStatements(newsroom, () => newsroom.http.get('/sitemaps/news.xml').expect(200))).toBe(2)
  })

  it('keeps hostile titles well-formed, and what they say', async () => {
    const { publish, text } = await startNewsroom({ env: { SITE_NAME: 'A & <B> ]]> "C"' } })
    const titles: string[] = []
    for (const input of hostileArticles(50)) titles.unshift((await publish({ title: input.title })).title)
    const root = readXml(await text('/sitemaps/news.xml'))
    const read = root.children.map((url) => url.children[1]?.children[2]?.text)
    expect(read.toSorted()).toEqual(titles.map(inXml).toSorted())
    expect(root.children[0]?.children[1]?.children[0]?.children[0]?.text).toBe('A & <B> ]]> "C"')
  }, 60_000)
})

describe('robots.txt', () => {
  it('lets crawlers at what is public, and tells them of the sitemaps', async () => {
    const { text, http } = await startNewsroom()
    expect(await text('/robots.txt')).toBe(
      `User-agent: *\nDisallow: /manage/\nDisallow: /v1/preview/\n\nSitemap: ${site}/sitemaps/index.xml\n`,
    )
    const { headers } = await http.get('/robots.txt').expect(200)
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    await http.get('/robots.txt').set('if-none-match', String(headers.etag)).expect(304)
  })

  it('does without an address: crawlers take a 503 as a ban', async () => {
    const { text } = await startNewsroom({ env: { PUBLIC_URL: '' } })
    expect(await text('/robots.txt')).toBe('User-agent: *\nDisallow: /manage/\nDisallow: /v1/preview/\n')
  })
})
