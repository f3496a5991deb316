import { Readable } from 'node:stream'
import { escapeText } from 'entities'
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith'
import { parseSitemap } from 'sitemap'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { timeline } from '../../bench/filling/plan.ts'
import { faultsBySchema } from '../support/contract.ts'
import { bearer } from '../support/server.ts'
import { childrenOf, inXml, readXml, textsOf } from '../support/xml.ts'
import { hostileArticles, type Newsroom, site, startNewsroom } from './newsroom.ts'
import {
  type Faults,
  jsonFeedFaults,
  missingSchemas,
  ninjsFaults,
  sitemapSchema,
  vocabulary,
} from './schemas.ts'
import { foreignProperties } from './vocabulary.ts'

/** Two hundred generated articles, every other one with hostile texts, and the source article beside them. */

const count = 200
/** No more than a feed has. */
const perTag = 25
const source = 'anthony-blinken-the-return-and-israel'

/** Texts that must not leave the place that they are in, whatever stands around them. */
const hostileTitles = [
  ']]>',
  'a ]]> b <![CDATA[ c',
  '\u0001\u0008\u000b\u000c\u001f\u007f\u0085\u009f',
  'a\r\nb\rc\td',
  '</script><script>alert(1)</script>',
  '<!--<script>',
  '\u202ereversed\u202c \u200f\u061c\u2067x\u2069',
  '\u{1f4f0}\u{1d54f}\u{10fffd} \u{1f469}\u200d\u{1f680}',
  '\ufffe\uffff\ufdd0\u{1fffe}',
  '\u2028\u2029\ufeff',
  '&amp;amp; &#0; &#x1; &nope;',
  '"\'`><=/ onload=x',
  '%00%zz\\u003c\\',
  'é'.normalize('NFD').repeat(20),
]

interface Card {
  readonly id: string
  readonly url: string
  readonly title: string
  readonly excerpt: string
  readonly publishedAt: string
  readonly authors: readonly { readonly name: string }[]
}

/** Publishes them all, each with the tag of its batch; answers the cards of each batch as delivery lists them. */
async function publishAll({ http, term, post }: Newsroom): Promise<Map<string, readonly Card[]>> {
  const plan = { articles: count, seed: 6, until: Date.parse('2026-01-01T00:00:00Z'), span: 1e9 }
  const contents = [...timeline(plan)].flatMap(({ deed }) => (deed.what === 'create' ? [deed.content] : []))
  const hostile = hostileArticles(count / 2)
  const section = await term('sections', 'A & <b>]]></b> \u202e')
  const batches = new Map<string, readonly Card[]>()
  for (let from = 0; from < count; from += perTag) {
    const tag = await term('tags', `batch ${from}`)
    const names = hostileTitles.map((title, index) => `N ${index} ${title}`)
    const authors = [
      await term('authors', names[from % names.length] ?? ''),
      await term('authors', `Jo ${from}`),
    ]
    const inputs = contents.slice(from, from + perTag).map((content, offset) => {
      const number = from + offset
      const { title, subtitle, excerpt, language, source: from_, credit, flags, custom, body } = content
      const plain = { title, subtitle, excerpt, language, source: from_, credit, flags, custom, body }
      const { title: wild, body: wildBody, ...others } = hostile[number >> 1] as typeof plain
      const between = hostileTitles[(number >> 1) % hostileTitles.length]
      const sent =
        number % 2 === 0
          ? plain
          : {
              ...plain,
              ...others,
              title: [...`${title} ${between} ${wild}`].slice(0, 300).join(''),
              body: [...body, ...wildBody],
            }
      return {
        ...sent,
        sectionId: section.id,
        tagIds: [tag.id],
        authors: authors.slice(number % 2).map(({ id }) => ({ authorId: id })),
      }
    })
    const operations = (list: readonly { path: string; body?: object }[]) =>
      post('/batch', { atomic: true, operations: list.map((one) => ({ method: 'POST', ...one })) }, 200)
    const { results } = await operations(inputs.map((body) => ({ path: '/articles', body })))
    await operations(
      results.map(({ body }: { body: { id: string } }) => ({ path: `/articles/${body.id}/publish` })),
    )
    const { body } = await http.get(`/v1/articles?tag=batch-${from}&limit=100`).expect(200)
    expect(body.data).toHaveLength(perTag)
    batches.set(`batch-${from}`, body.data)
  }
  return batches
}

describe('two hundred generated articles and the source article', () => {
  it(`are valid in every format, and are read back without loss ${missingSchemas}`, {
    timeout: 120_000,
  }, async () => {
    const newsroom = await startNewsroom({ seeded: true, env: { SITE_NAME: 'A & <B> ]]> "C"' } })
    const { text, http } = newsroom
    const batches = await publishAll(newsroom)
    const { body: seeded } = await http.get(`/v1/articles?slug=${source}`).expect(200)
    const all: Card[] = [...[...batches.values()].flat(), ...seeded.data]
    expect(all).toHaveLength(count + 1)

    const faults = ninjsFaults()
    for (const { id, title, publishedAt } of all) {
      const ld = await text(`/v1/articles/${id}/jsonld`)
      expect(ld).not.toMatch(/[<>&\u2028\u2029]/)
      const data = JSON.parse(ld)
      expect([data.headline, data.datePublished]).toEqual([title, publishedAt])
      if (vocabulary.text !== undefined) expect(foreignProperties(vocabulary.text, data)).toEqual([])
      const { body: item } = await http.get(`/v1/articles/${id}/ninjs`).expect(200)
      expect([item.headlines[0].value, item.contentCreated]).toEqual([title, publishedAt])
      expect(faults(item), title).toEqual([])
    }

    const feedFaults = jsonFeedFaults()
    // The checks find what is wrong.
    if (!missingSchemas) expect(feedFaults({ version: 'x', title: 1, items: [{}] })).not.toEqual([])
    for (const [tag, cards] of batches) await checkFeeds(newsroom, `tag=${tag}`, cards, feedFaults)
    // The source article has neither section nor tag: it is in the feed of all, where the newest are.
    const newest = await http.get('/v1/articles?limit=50').expect(200)
    await checkFeeds(newsroom, '', newest.body.data, feedFaults)

    await checkSitemaps(newsroom, all)
  })

  it('have no title with what no text may hold: lone surrogates and NUL are refused', async () => {
    const { http } = await startNewsroom()
    for (const title of ['a \ud800 b', '\udc00', 'a\0b']) {
      const { status, body } = await http
        .post('/manage/v1/articles')
        .set({ ...bearer(), 'content-type': 'application/json' })
        .send(JSON.stringify({ title }))
      expect([status, body.errors?.[0]?.pointer], JSON.stringify(title)).toEqual([422, '/title'])
    }
  })
})

async function checkFeeds(
  { text }: Newsroom,
  query: string,
  cards: readonly Card[],
  faults: Faults,
): Promise<void> {
  const json = JSON.parse(await text(`/feeds/articles.json?${query}`))
  const expected = cards.slice(0, json.items.length)
  expect(json.items.length, query).toBe(Math.min(cards.length, 30))
  expect(faultsBySchema('/components/schemas/JsonFeed', json)).toEqual([])
  expect(faults(json)).toEqual([])
  const read = parseJsonFeed(json)
  const members = ({ id, url, title, publishedAt }: Card) => [`urn:uuid:${id}`, url, title, publishedAt]
  const membersOf = (item: { id?: string; url?: string; title?: string; date_published?: string }) => [
    ...[item.id, item.url, item.title, item.date_published],
  ]
  expect(json.items.map(membersOf)).toEqual(expected.map(members))
  // The reader takes spaces at the ends away.
  expect(read.items?.map(membersOf)).toEqual(
    expected.map((card) => members({ ...card, title: card.title.trim() })),
  )
  const htmlOf = (item: { content_html?: string }) => inXml(item.content_html ?? '')

  const rssText = await text(`/feeds/articles.rss?${query}`)
  const [channel] = readXml(rssText).children
  if (!channel) throw new Error('no channel')
  for (const [index, item] of childrenOf(channel, 'item').entries()) {
    const { title = '', excerpt = '', authors = [] } = expected[index] ?? {}
    expect(textsOf(item, 'title')).toEqual([inXml(title)])
    expect(textsOf(item, 'description')).toEqual([inXml(escapeText(excerpt))])
    expect(textsOf(item, 'dc:creator')).toEqual(authors.map(({ name }) => inXml(name)))
    expect(textsOf(item, 'content:encoded')).toEqual([htmlOf(json.items[index])])
    expect(json.items[index].content_html).not.toMatch(/(href|src)="[/?#]|data-key/)
  }
  expect(
    parseRssFeed(rssText).items?.map((item) => [
      item.guid?.value,
      item.link,
      item.title,
      Date.parse(String(item.pubDate)),
    ]),
  ).toEqual(
    expected.map(({ id, url, title, publishedAt }) => [
      `urn:uuid:${id}`,
      url,
      inXml(title).trim(),
      Math.floor(Date.parse(publishedAt) / 1_000) * 1_000,
    ]),
  )

  const atomText = await text(`/feeds/articles.atom?${query}`)
  const entries = childrenOf(readXml(atomText), 'entry')
  expect(entries.map((entry) => [textsOf(entry, 'title')[0], textsOf(entry, 'content')[0]])).toEqual(
    expected.map(({ title }, index) => [inXml(title), htmlOf(json.items[index])]),
  )
  expect(parseAtomFeed(atomText).entries?.map((entry) => [entry.id, entry.published])).toEqual(
    expected.map(({ id, publishedAt }) => [`urn:uuid:${id}`, publishedAt]),
  )
}

async function checkSitemaps({ text }: Newsroom, cards: readonly Card[]): Promise<void> {
  const contents = await text('/sitemaps/articles-1.xml')
  const pages = await parseSitemap(Readable.from([contents]))
  expect(pages.map(({ url }) => url).toSorted()).toEqual(cards.map(({ url }) => url).toSorted())
  expect(pages.every(({ url }) => url.startsWith(site))).toBe(true)
  if (sitemapSchema.text !== undefined) {
    const xml = [{ fileName: 'articles-1.xml', contents }]
    const { valid, errors } = await validateXML({ xml, schema: [sitemapSchema.text] })
    expect({ valid, errors }).toEqual({ valid: true, errors: [] })
  }
  const news = readXml(await text('/sitemaps/news.xml'))
  const titles = news.children.map((url) => url.children[1]?.children[2]?.text)
  expect(titles.toSorted()).toEqual(cards.map(({ title }) => inXml(title)).toSorted())
}
