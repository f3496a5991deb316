import { xmlDocument, xmlFragment } from './xml.ts'

/** One page of a sitemap: its absolute URL, and when it last changed (RFC 3339). */
export interface SitemapPage {
  readonly url: string
  readonly modifiedAt: string
}

/** One article of the news sitemap. */
export interface NewsPage {
  readonly url: string
  readonly title: string
  /** BCP 47. */
  readonly language: string
  readonly publishedAt: string
}

const namespace = 'http://www.sitemaps.org/schemas/sitemap/0.9'
const newsNamespace = 'http://www.google.com/schemas/sitemap-news/0.9'

/** The sitemaps at these URLs (https://www.sitemaps.org/protocol.html). */
export function toSitemapIndex(urls: readonly string[]): string {
  return xmlDocument({ sitemapindex: { '@xmlns': namespace, sitemap: urls.map((loc) => ({ loc })) } })
}

export function toSitemap(pages: readonly SitemapPage[]): string {
  return xmlDocument({ urlset: { '@xmlns': namespace, url: pages.map(urlElement) } })
}

/** So many pages are written in a few milliseconds. */
const pieceSize = 1_000

/** The same of many pages: `pause` is called, and waited for, between pieces that take long together. */
export async function toLongSitemap(
  pages: readonly SitemapPage[],
  pause: () => Promise<unknown>,
): Promise<string> {
  const first = toSitemap(pages.slice(0, pieceSize))
  if (pages.length <= pieceSize) return first
  const end = '</urlset>'
  const pieces = [first.slice(0, -end.length)]
  for (let from = pieceSize; from < pages.length; from += pieceSize) {
    await pause()
    pieces.push(xmlFragment({ url: pages.slice(from, from + pieceSize).map(urlElement) }))
  }
  return pieces.join('') + end
}

function urlElement({ url, modifiedAt }: SitemapPage) {
  return { loc: url, lastmod: modifiedAt }
}

/** The news sitemap, as Google asks for it; `siteName` as the site is called in Google News. */
export function toNewsSitemap(pages: readonly NewsPage[], siteName: string): string {
  // What is in parentheses is not part of the name there.
  const name = siteName.replace(/\s*\([^()]*\)/g, '').trim() || siteName
  const url = pages.map((page) => ({
    loc: page.url,
    'news:news': {
      'news:publication': { 'news:name': name, 'news:language': newsLanguage(page.language) },
      'news:publication_date': page.publishedAt,
      'news:title': page.title,
    },
  }))
  return xmlDocument({ urlset: { '@xmlns': namespace, '@xmlns:news': newsNamespace, url } })
}

/** A language of two or three letters (ISO 639); Chinese alone has its script told, as `zh-cn` or `zh-tw`. */
function newsLanguage(tag: string): string {
  const { language, script } = new Intl.Locale(tag).maximize()
  if (language === 'zh') return script === 'Hant' ? 'zh-tw' : 'zh-cn'
  return language
}
