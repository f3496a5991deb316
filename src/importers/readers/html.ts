import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'
import { parse, serialize } from 'parse5'
import { slugOf } from '../../contract/slug.ts'
import { readInstant } from '../dates.ts'
import { type Found, type FoundItem, ImportError } from '../item.ts'
import { decodeHtml, readWhole, type Source } from '../source.ts'
import { absoluteUrl, pathOf, siteOf } from '../urls.ts'
import { namedOnce } from './values.ts'

const maxBytes = 10_000_000
const maxElements = 100_000
const deepest = 2_000

/** A web page: the article in it, as Mozilla's reader view finds it. The DOM runs no script and loads nothing. */
export async function* readHtmlPage(source: Source): AsyncGenerator<Found> {
  const html = decodeHtml(await readWhole(source, maxBytes))
  yield { kind: 'item', place: '', item: articleOf(html, source) }
}

function articleOf(html: string, { baseUrl: siteUrl }: Source): FoundItem {
  // Before a tree is made of it, which would take many times the memory.
  if ((html.match(/<[a-z]/gi)?.length ?? 0) > maxElements)
    throw new ImportError(`the page has over ${maxElements} elements`)
  refuseDeep(html)
  // As browsers read it, with what a page leaves out and with tags that are wrong put right.
  const { document } = parseHTML(serialize(parse(html)))
  const meta = (...names: readonly string[]) => {
    for (const name of names) {
      const element = document.querySelector(`meta[property="${name}"], meta[name="${name}"]`)
      const content = element?.getAttribute('content')?.trim()
      if (content) return content
    }
    return undefined
  }
  const metas = (name: string) =>
    [...document.querySelectorAll(`meta[property="${name}"]`)].map(
      (element) => element.getAttribute('content') ?? '',
    )
  const canonicalUrl = absoluteUrl(
    document.querySelector('link[rel="canonical"]')?.getAttribute('href') ?? meta('og:url'),
    siteUrl,
  )
  const baseUrl = siteUrl ?? canonicalUrl ?? null
  const base = absoluteUrl(document.querySelector('base')?.getAttribute('href'), baseUrl) ?? baseUrl
  if (base !== null) {
    Object.defineProperty(document, 'baseURI', { value: base })
    Object.defineProperty(document, 'documentURI', { value: baseUrl })
  }
  const keywords = meta('keywords', 'news_keywords')?.split(',').slice(0, 30) ?? []
  const section = meta('article:section')
  const tags = metas('article:tag')
  const modified = meta('article:modified_time', 'og:updated_time', 'dateModified')
  const published = meta('article:published_time', 'datePublished', 'date', 'dc.date', 'DC.date.issued')
  const language = document.documentElement.getAttribute('lang') ?? meta('og:locale', 'content-language')
  const heading = wholeTitleOf(document)
  const frames = document.querySelectorAll('iframe, embed, object').length
  // The reader takes the document apart, so it comes last.
  const article = new Readability(document, { maxElemsToParse: maxElements, charThreshold: 500 }).parse()
  if (article === null || !article.content?.trim())
    throw new ImportError('the page has no article that could be found')
  const title = heading ?? (article.title?.trim() || undefined)
  const left = frames - (article.content.match(/<(?:iframe|embed|object)\b/gi)?.length ?? 0)
  return {
    identity: {
      system: 'web',
      id: canonicalUrl ?? `${siteOf(siteUrl ?? undefined) ?? ''}#${slugOf(title ?? '')}`,
      isOfName: canonicalUrl === undefined,
    },
    status: 'published',
    title,
    excerpt: article.excerpt ?? undefined,
    language: article.lang ?? language ?? undefined,
    publishedAt: readInstant(article.publishedTime) ?? readInstant(published),
    modifiedAt: readInstant(modified),
    section: section === undefined ? undefined : { name: section },
    tags: namedOnce([...tags, ...(tags.length === 0 ? keywords : [])]),
    authors: namedOnce(authorsOf(article.byline ?? undefined)),
    ...(article.siteName
      ? { source: { attribution: null, name: article.siteName, url: canonicalUrl ?? null } }
      : {}),
    canonicalUrl,
    oldPaths: [pathOf(canonicalUrl)].flatMap((path) => path ?? []),
    body: { format: 'html', content: article.content, baseUrl: base },
    losses: left > 0 ? [`${left} frames of the page, which the reader view leaves out`] : [],
  }
}

/** Elements that end where another one begins, or have no content: they are often not closed. */
const unclosed =
  /^(?:area|base|br|col|dd|dt|embed|hr|img|input|li|link|meta|optgroup|option|p|param|source|tbody|td|tfoot|th|thead|tr|track|wbr)$/i

/** Refuses what is nested so deep that a parser would take minutes for it: no page of a site is. */
function refuseDeep(html: string): void {
  let depth = 0
  for (const [, closing, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)/gi)) {
    if (unclosed.test(name)) continue
    depth = Math.max(0, depth + (closing === '/' ? -1 : 1))
    if (depth > deepest) throw new ImportError(`the page is nested deeper than ${deepest} levels`)
  }
}

/**
 * The title of the document where a heading says the same: the reader would cut off what follows a dash or a quotation
 * mark, as the name of the site does in others.
 */
function wholeTitleOf(document: ReturnType<typeof parseHTML>['document']): string | undefined {
  const lineOf = (element: { readonly textContent: string } | null) =>
    element?.textContent.replace(/\s+/gu, ' ').trim()
  const title = lineOf(document.querySelector('title'))
  const headings = [...document.querySelectorAll('h1, h2')].slice(0, 50).map(lineOf)
  return title !== '' && headings.includes(title) ? title : undefined
}

/** The names of a byline: `By Ann Bell and Cy Dow`. One that is a sentence stays whole. */
function authorsOf(byline: string | undefined): string[] {
  const line = byline
    ?.replace(/\s+/gu, ' ')
    .trim()
    .replace(/^(?:by|von|par|por|di|door)\s+/i, '')
  if (line === undefined || line === '') return []
  const parts = line.split(/\s*(?:,|;| and | und | et | & )\s*/i).filter((part) => part !== '')
  const areNames =
    parts.length > 1 &&
    parts.every((part) => /^\p{Lu}[\p{L}\p{M}.'’-]*(?: [\p{L}\p{M}.'’-]+){1,3}$/u.test(part))
  return areNames ? parts : [line]
}
