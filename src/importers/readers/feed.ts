import { type AtomFeed, type JsonFeed, parseFeed, type RdfFeed, type RssFeed } from 'feedsmith'
import { slugOf } from '../../contract/slug.ts'
import { readInstant } from '../dates.ts'
import { type Found, type FoundItem, ImportError } from '../item.ts'
import { refuseCostly } from '../json.ts'
import { decode, readWhole, refuseDoctype, type Source, xmlEncodingOf } from '../source.ts'
import { absoluteUrl, lastPartOf, pathOf, siteOf } from '../urls.ts'
import { refuseCostlyXml } from './feed-limits.ts'
import { lineOfHtml, namedOnce } from './values.ts'

const maxBytes = 50_000_000

interface Channel {
  readonly system: string
  readonly url: string | null
  readonly language: string | undefined
}

/** RSS 0.9 to 2.0 with its namespaces, RDF, Atom, and JSON Feed. */
export async function* readFeed(source: Source): AsyncGenerator<Found> {
  const bytes = await readWhole(source, maxBytes)
  const items = itemsOf(decode(bytes, xmlEncodingOf(bytes)), source)
  if (items.length === 0) yield { kind: 'skipped', place: 'feed', reason: 'it has no items' }
  for (const [index, item] of items.entries()) yield { kind: 'item', place: `item ${index + 1}`, item }
}

function itemsOf(text: string, { baseUrl }: Source): FoundItem[] {
  const isJson = /^\s*\{/.test(text)
  if (isJson) refuseCostly(text)
  else refuseCostlyXml(text)
  let parsed: ReturnType<typeof parseFeed<string>>
  try {
    parsed = parseFeed<string>(isJson ? text : refuseDoctype(text).trimStart())
  } catch (error) {
    if (error instanceof ImportError) throw error
    throw new ImportError('it is not a feed that can be read: RSS, Atom or JSON Feed, well-formed')
  }
  const { format, feed } = parsed
  const channelOf = (link: string | undefined, language: string | undefined): Channel => {
    const url = absoluteUrl(link, baseUrl) ?? baseUrl
    return {
      system: `feed:${siteOf(url ?? undefined) ?? slugOf(titleOf(feed.title) ?? '').slice(0, 80)}`,
      url,
      language,
    }
  }
  if (format === 'atom') {
    const channel = channelOf(alternateOf(feed.links), feed.xml?.lang)
    return (feed.entries ?? []).map((entry) => fromAtom(entry, channel, feed.authors))
  }
  if (format === 'json') {
    const channel = channelOf(feed.home_page_url ?? feed.feed_url, feed.language)
    return (feed.items ?? []).map((item) => fromJson(item, channel, feed.authors))
  }
  if (format === 'rdf') {
    const channel = channelOf(feed.link, feed.dc?.languages?.[0])
    return (feed.items ?? []).map((item) => fromRss(item, channel))
  }
  const channel = channelOf(feed.link, feed.language ?? feed.dc?.languages?.[0])
  return (feed.items ?? []).map((item) => fromRss(item, channel))
}

function titleOf(title: unknown): string | undefined {
  if (typeof title === 'string') return title
  const value = (title as { value?: unknown } | undefined)?.value
  return typeof value === 'string' ? value : undefined
}

type RssLike = RssFeed.Item<string> & RdfFeed.Item<string>

function fromRss(rss: RssFeed.Item<string> | RdfFeed.Item<string>, channel: Channel): FoundItem {
  const item = rss as RssLike
  const guid = item.guid?.value
  const permalink =
    guid !== undefined && item.guid?.isPermaLink !== false ? absoluteUrl(guid, null) : undefined
  const url = absoluteUrl(item.link, channel.url) ?? permalink
  const full = item.content?.encoded
  const content = full ?? item.description ?? ''
  const categories = [
    ...(item.categories ?? []).map((category) => category.name),
    ...(item.dc?.subjects ?? []),
  ]
  const picture = pictureOf(item)
  const others = (item.enclosures ?? []).filter(({ type, url: at }) => at !== picture && !isPicture(type, at))
  return {
    ...common(channel, {
      url,
      id: guid ?? item.rdf?.about ?? url ?? item.dc?.identifiers?.[0],
      title: lineOfHtml(item.title),
      text: content,
      publishedAt:
        readInstant(item.pubDate) ?? readInstant(item.dc?.dates?.[0]) ?? readInstant(item.atom?.published),
    }),
    excerpt: full === undefined ? undefined : lineOfHtml(item.description),
    modifiedAt: readInstant(item.atom?.updated),
    tags: namedOnce(categories.map((name) => lineOfHtml(name))),
    authors: namedOnce(
      [...(item.dc?.creators ?? []), ...(item.authors ?? []).map(personOf)].map((name) => lineOfHtml(name)),
    ),
    language: item.dc?.languages?.[0] ?? channel.language,
    ...(item.source?.title
      ? {
          source: {
            attribution: null,
            name: item.source.title,
            url: absoluteUrl(item.source.url, null) ?? null,
          },
        }
      : {}),
    picture: picture === undefined ? undefined : { src: picture },
    body: { format: 'html', content, baseUrl: url ?? channel.url },
    losses: others.map(({ url: at, type }) => `the enclosure ${at ?? ''} (${type ?? 'of no type'})`),
  }
}

function personOf({ name, email }: RssFeed.Person): string | undefined {
  return name ?? email
}

function pictureOf({ media, enclosures }: RssLike): string | undefined {
  const contents = [
    ...(media?.contents ?? []),
    ...(media?.groups ?? []).flatMap((group) => group.contents ?? []),
  ]
  return (
    (enclosures ?? []).find(({ type, url }) => isPicture(type, url))?.url ??
    contents.find(({ type, url, medium }) => medium === 'image' || isPicture(type, url))?.url ??
    media?.thumbnails?.[0]?.url
  )
}

function isPicture(type: string | undefined, url: string | undefined): boolean {
  return type === undefined
    ? /\.(?:jpe?g|png|gif|webp|avif)(?:\?|$)/i.test(url ?? '')
    : type.startsWith('image/')
}

function fromAtom(
  entry: AtomFeed.Entry<string>,
  channel: Channel,
  feedAuthors: AtomFeed.Feed<string>['authors'],
): FoundItem {
  const base = absoluteUrl(entry.xml?.base, channel.url) ?? channel.url
  const url = absoluteUrl(alternateOf(entry.links), base)
  const content = entry.content?.value ?? entry.summary?.value ?? ''
  const isText = (entry.content?.value === undefined ? entry.summary?.type : entry.content.type) === 'text'
  const authors = entry.authors?.length ? entry.authors : (entry.source?.authors ?? feedAuthors ?? [])
  const enclosure = entry.links?.find(({ rel, type }) => rel === 'enclosure' && type?.startsWith('image/'))
  const src = entry.content?.src
  return {
    ...common(channel, {
      ...{ url, id: entry.id ?? url, title: plainTitle(entry.title), text: content },
      publishedAt:
        readInstant(entry.published) ?? readInstant(entry.dc?.dates?.[0]) ?? readInstant(entry.updated),
    }),
    excerpt: entry.content?.value === undefined ? undefined : lineOfHtml(entry.summary?.value),
    modifiedAt: readInstant(entry.updated),
    tags: namedOnce((entry.categories ?? []).map(({ label, term }) => label ?? term)),
    authors: namedOnce(authors.map(({ name }) => lineOfHtml(name))),
    language: entry.xml?.lang ?? channel.language,
    credit: entry.rights?.value,
    picture: enclosure?.href === undefined ? undefined : { src: enclosure.href },
    related: (entry.links ?? [])
      .filter(({ rel }) => rel === 'related' || rel === 'via')
      .flatMap(({ href, title }) => {
        const at = absoluteUrl(href, base)
        return at === undefined ? [] : [{ title: title ?? at, url: at, excerpt: null }]
      }),
    body: {
      format: isText ? 'text' : 'html',
      content,
      baseUrl: absoluteUrl(entry.content?.xml?.base, url ?? base) ?? url ?? base,
    },
    losses: [
      ...(src === undefined ? [] : [`the content at ${src.slice(0, 200)}, which is not fetched`]),
      ...(entry.links ?? [])
        .filter(({ rel, type }) => rel === 'enclosure' && !type?.startsWith('image/'))
        .map(({ href }) => `the enclosure ${href ?? ''}`),
    ],
  }
}

function plainTitle(title: AtomFeed.Text | undefined): string | undefined {
  return title?.type === 'html' || title?.type === 'xhtml' ? lineOfHtml(title.value) : title?.value
}

function alternateOf(links: readonly AtomFeed.Link<string>[] | undefined): string | undefined {
  const alternates = (links ?? []).filter(({ rel }) => rel === undefined || rel === 'alternate')
  return (alternates.find(({ type }) => type === 'text/html') ?? alternates[0])?.href
}

function fromJson(
  item: JsonFeed.Item<string>,
  channel: Channel,
  feedAuthors: readonly JsonFeed.Author[] | undefined,
): FoundItem {
  const url = absoluteUrl(item.url, channel.url)
  const external = absoluteUrl(item.external_url, null)
  const picture = item.image ?? item.banner_image
  const content = item.content_html ?? item.content_text ?? item.summary ?? ''
  return {
    ...common(channel, {
      ...{ url, id: item.id ?? url, title: item.title, text: content },
      publishedAt: readInstant(item.date_published),
    }),
    excerpt: content === item.summary ? undefined : item.summary,
    modifiedAt: readInstant(item.date_modified),
    tags: namedOnce(item.tags ?? []),
    authors: namedOnce(
      (item.authors?.length ? item.authors : (feedAuthors ?? [])).map(({ name, url: at }) => name ?? at),
    ),
    language: item.language ?? channel.language,
    related: external === undefined ? [] : [{ title: external, url: external, excerpt: null }],
    picture: picture === undefined ? undefined : { src: picture },
    body: { format: item.content_html === undefined ? 'text' : 'html', content, baseUrl: url ?? channel.url },
    losses: (item.attachments ?? []).map(
      ({ url: at, mime_type: type }) => `the attachment ${at ?? ''} (${type ?? ''})`,
    ),
  }
}

interface Common {
  readonly url: string | undefined
  readonly id: string | undefined
  readonly title: string | undefined
  /** Its text, as it is in the feed. */
  readonly text: string
  readonly publishedAt: string | undefined
}

/** What all feeds have of an item. Without an id it is known by its URL, or else by its first words and its day. */
function common({ system }: Channel, { url, id, title, text, publishedAt }: Common) {
  const path = pathOf(url)
  const last = lastPartOf(path)
  const words = slugOf(title ?? lineOfHtml(text)?.slice(0, 200) ?? '')
  return {
    identity: { system, id: id ?? url ?? `#${words}${publishedAt === undefined ? '' : `@${publishedAt}`}` },
    status: 'published' as const,
    title,
    publishedAt,
    slug: last === undefined || /^\d*$/.test(last) ? undefined : slugOf(last) || undefined,
    canonicalUrl: url,
    oldPaths: path === undefined ? [] : [path],
  }
}
