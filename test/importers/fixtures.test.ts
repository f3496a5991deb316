import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { corpusFiles } from '../support/fixtures.ts'
import { likeness, linksOf, readAll, readItems, textOf } from './reading.ts'

/** Files that others made, read where they are; without them there is nothing to compare with. */

const pages = corpusFiles('readability/*/source.html')

describe.skipIf(pages.length === 0)('web pages', () => {
  it('have the title, the text and the links that Mozilla expects', async () => {
    const baseUrl = 'http://fakehost/test/page.html'
    let alike = 0
    let titles = 0
    for (const page of pages) {
      const [item] = await readItems(page, { baseUrl })
      const expected = readFileSync(page.replace('source.html', 'expected.html'), 'utf8')
      const { title } = JSON.parse(
        readFileSync(page.replace('source.html', 'expected-metadata.json'), 'utf8'),
      ) as { title: string }
      const { body } = parseHTML(`<html><body>${expected}</body></html>`).document
      if (item === undefined) continue
      if (likeness(textOf(item), body.textContent) >= 0.95) alike += 1
      if (item.title === title) titles += 1
      // A link around a picture is a loss that is told; what leads within the page is of the page.
      const wanted = [...body.querySelectorAll('a[href]')].filter(
        (link) => link.textContent.trim() !== '' && /^https?:/.test(link.getAttribute('href') ?? ''),
      )
      const links = new Set(linksOf(item).map((href) => URL.parse(href, baseUrl)?.href))
      const missing = wanted.map((link) => link.href).filter((href) => !links.has(new URL(href).href))
      expect.soft(missing.length, `${basename(dirname(page))}: ${missing[0]}`).toBeLessThanOrEqual(1)
    }
    expect(alike / pages.length).toBeGreaterThanOrEqual(0.9)
    expect(titles / pages.length).toBeGreaterThanOrEqual(0.9)
  }, 60_000)
})

const wordpress = corpusFiles('wxr/*/*.xml')

describe.skipIf(wordpress.length === 0)('WordPress exports', () => {
  it('account for every item', async () => {
    for (const file of wordpress) {
      const reads = await readAll(file)
      const items = readFileSync(file, 'utf8').match(/<item>/g)?.length
      expect(reads.length, file).toBe(items)
      expect(
        reads.filter(({ kind }) => kind === 'failed'),
        file,
      ).toEqual([])
    }
  })

  it('keep states, terms, dates, authors, old paths and embeds', async () => {
    const file = wordpress.find((each) => each.endsWith('themeunittestdata.wordpress.xml')) ?? ''
    const items = await readItems(file)
    const byTitle = (title: string) => items.find((item) => item.title === title)
    const states = Object.groupBy(items, (item) => item.status)
    expect(Object.keys(states).sort()).toEqual(['draft', 'private', 'published', 'scheduled'])
    expect(states.scheduled?.map((item) => item.title)).toEqual(['Scheduled'])
    expect(states.draft?.map((item) => item.title)).toEqual(['Draft'])
    expect(byTitle('Template: Password Protected (the password is "enter")')).toMatchObject({
      status: 'private',
      publishedAt: '2012-01-04T16:38:05.000Z',
    })
    const formatted = byTitle('Markup: HTML Tags and Formatting')
    expect(formatted).toMatchObject({
      slug: 'markup-html-tags-and-formatting',
      publishedAt: '2013-01-12T03:22:19.000Z',
      oldPaths: [expect.stringMatching(/^\/.*markup-html-tags-and-formatting/)],
      authors: [{ name: expect.stringMatching(/./) }],
    })
    expect(formatted?.tags?.map(({ slug }) => slug)).toContain('markup-2')
    const kinds = new Set(formatted?.body.map((block) => block._type))
    expect([...kinds]).toEqual(expect.arrayContaining(['block', 'table', 'code']))
    const embeds = items.flatMap((item) => item.body.filter((block) => block._type === 'embed'))
    expect(embeds.length).toBeGreaterThan(5)
  })
})

const ghost = corpusFiles('ghost/ghost-core/export/v*.json')

describe.skipIf(ghost.length === 0)('Ghost exports', () => {
  it('have every post with title, text, tags and authors; paid ones are private', async () => {
    for (const file of ghost) {
      const whole = JSON.parse(readFileSync(file, 'utf8')) as { db: { data: { posts: GhostPost[] } }[] }
      const { posts } = whole.db[0]?.data ?? { posts: [] }
      const items = await readItems(file, { baseUrl: 'https://ghost.example/' })
      expect(items.map(({ title }) => title)).toEqual(posts.map(({ title }) => title))
      for (const [index, post] of posts.entries()) {
        const item = items[index]
        if (item === undefined) continue
        expect.soft(likeness(textOf(item), plain(post.html)), post.slug).toBeGreaterThan(0.95)
        expect.soft(item.slug).toBe(post.slug)
        expect.soft(item.publishedAt).toBe(post.published_at)
        expect.soft(item.status).toBe(post.visibility === 'public' ? post.status : 'private')
        expect.soft(item.authors?.length, post.slug).toBeGreaterThan(0)
        expect.soft(JSON.stringify(item)).not.toContain('__GHOST_URL__')
      }
    }
  })
})

interface GhostPost {
  readonly title: string
  readonly slug: string
  readonly html: string
  readonly status: string
  readonly visibility: string
  readonly published_at: string
}

function plain(html: string): string {
  return parseHTML(
    `<html><body>${html.replaceAll(/<(?:script|svg)[\s\S]*?<\/(?:script|svg)>/g, '').replaceAll('<', ' <')}</body></html>`,
  ).document.body.textContent
}

const feeds = corpusFiles('feeds/feedsmith/feeds/{rss,atom,rdf}/*.xml')
const jsonFeeds = corpusFiles('jsonfeed/examples-*/*.json')

describe.skipIf(feeds.length === 0)('feeds', () => {
  it('give every item with its title and link', async () => {
    for (const file of feeds) {
      const xml = readFileSync(file, 'utf8')
      const reads = await readAll(file)
      expect(reads.length, file).toBe(xml.match(/<(?:item|entry)[\s>]/g)?.length)
      expect(
        reads.filter(({ kind }) => kind !== 'item'),
        file,
      ).toEqual([])
      for (const read of reads) if (read.kind === 'item') expect.soft(read.item.title, file).toMatch(/\S/)
    }
  })

  it('of JSON give every item that says anything', async () => {
    for (const file of jsonFeeds) {
      const { items } = JSON.parse(readFileSync(file, 'utf8')) as { items: Record<string, string>[] }
      const reads = await readAll(file)
      expect(reads.map(({ kind }) => kind)).toEqual(
        items.map(({ title, content_text, content_html }) =>
          (title ?? content_text ?? content_html) ? 'item' : 'failed',
        ),
      )
    }
  })
})

const ninjs = corpusFiles('ninjs/{examples,guidelines-examples}/**/*.json').filter(
  (file) => !file.includes('schema'),
)

describe.skipIf(ninjs.length === 0)('ninjs', () => {
  it('imports every example with its headline, and leaves out events', async () => {
    for (const file of ninjs) {
      const whole = JSON.parse(readFileSync(file, 'utf8')) as NinjsItem | NinjsItem[]
      const items = [whole].flat()
      const reads = await readAll(file)
      expect(reads).toHaveLength(items.length)
      for (const [index, read] of reads.entries()) {
        const { type, headlines } = items[index] ?? {}
        const isEvent = type === 'event' || type === 'planning'
        expect.soft(read.kind, file).toBe(isEvent ? 'skipped' : 'item')
        if (read.kind !== 'item') continue
        const values = headlines?.map(({ value }) => value.replace(/\s+/g, ' ').trim())
        if (values) expect.soft(values, file).toContain(read.item.title)
      }
    }
  })
})

interface NinjsItem {
  readonly type?: string
  readonly headlines?: readonly { readonly value: string }[]
}

const posts = corpusFiles('markdown/jekyll-ghost-migrate/*.{md,html}')

describe.skipIf(posts.length === 0)('Markdown', () => {
  it('reads front matter in the forms that are in use', async () => {
    const read = async (name: string) => {
      const file = posts.find((each) => each.endsWith(name)) ?? ''
      return (await readItems(file, { baseUrl: 'https://blog.example/' }))[0]
    }
    for (const file of posts) expect(await readItems(file)).toHaveLength(1)
    expect(await read('2021-08-23-basic-post.md')).toMatchObject({
      title: 'This is a Basic Post',
      slug: 'basic-post',
      publishedAt: '2021-08-23T00:00:00.000Z',
      authors: [{ name: 'Persons Name' }],
    })
    const linked = await read('2021-08-25-relative-links.md')
    expect(linked && linksOf(linked)).toEqual(['https://blog.example/another-page', 'https://example.com'])
    expect(linked?.body.filter((block) => block._type === 'image').map((block) => block.src)).toEqual([
      'https://blog.example/images/photo.jpg',
      'https://blog.example/news/images/photo.jpg',
      'http://example.com/images/photo.jpg',
    ])
    expect(await read('front-matter-tags-cats.md')).toMatchObject({
      section: { name: 'News' },
      tags: ['Posts', 'Articles', 'Lorem Ipsum', 'dolor', 'Simet-Amet'].map((name) => ({ name })),
    })
    expect(await read('published-false.md')).toMatchObject({ status: 'draft' })
    expect(await read('basename.md')).toMatchObject({ slug: 'custom-basename' })
    expect(await read('alt-date-format.md')).toMatchObject({ publishedAt: '2021-09-01T00:00:00.000Z' })
  })
})

const wikinews = corpusFiles('wikinews/fr/*.html')

it.skipIf(wikinews.length === 0)('plain web pages keep all of their text', async () => {
  for (const file of wikinews) {
    const { document } = parseHTML(readFileSync(file, 'utf8'))
    const [item] = await readItems(file)
    expect.soft(item?.title).toBe(document.querySelector('h1')?.textContent.replace(/\s+/g, ' ').trim())
    const text = [...document.querySelectorAll('p')].map((paragraph) => paragraph.textContent).join(' ')
    expect.soft(item && likeness(textOf(item), text), file).toBeGreaterThan(0.95)
  }
})
