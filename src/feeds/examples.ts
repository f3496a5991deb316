import { toAtom } from './atom.ts'
import type { Feed } from './feed.ts'
import { toRobots } from './robots.ts'
import { toRss } from './rss.ts'
import { toNewsSitemap, toSitemap, toSitemapIndex } from './sitemap.ts'

/** Examples for the description of the API, made by what makes the answers. */

const site = 'https://news.example'
const url = `${site}/harbour-bridge-reopens`
const publishedAt = '2024-01-09T08:00:00.000Z'
const title = 'Harbour bridge reopens'
const siteName = 'The Harbour News'

const feed = (name: string): Feed => ({
  title: siteName,
  url: `${site}/feeds/${name}`,
  homeUrl: `${site}/`,
  language: 'en',
  publisher: siteName,
  items: [
    {
      id: 'urn:uuid:018ced2a-4000-7000-8000-00000000a001',
      url,
      title,
      summary: 'Traffic is moving again.',
      html: '<p>Traffic is moving again.</p>',
      publishedAt,
      modifiedAt: '2024-01-09T09:30:00.000Z',
      language: 'en',
      authors: ['Jane Roe'],
      categories: [{ slug: 'city', name: 'City' }],
    },
  ],
})

export const exampleRss = toRss(feed('articles.rss'))
export const exampleAtom = toAtom(feed('articles.atom'))
export const exampleSitemapIndex = toSitemapIndex([
  `${site}/sitemaps/news.xml`,
  `${site}/sitemaps/articles-1.xml`,
])
export const exampleSitemap = toSitemap([{ url, modifiedAt: publishedAt }])
export const exampleNewsSitemap = toNewsSitemap([{ url, title, language: 'en', publishedAt }], siteName)
export const exampleRobots = toRobots(`${site}/sitemaps/index.xml`)
