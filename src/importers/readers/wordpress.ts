import { readInstant } from '../dates.ts'
import { type Found, type FoundItem, ImportError, type NamedTerm, type SourceStatus } from '../item.ts'
import type { Source } from '../source.ts'
import { absoluteUrl, lastPartOf, pathOf, siteOf } from '../urls.ts'
import { lineOfHtml } from './values.ts'
import { htmlOfContent } from './wordpress-content.ts'
import { cutItems, type ItemBytes, textOfPart } from './wordpress-cut.ts'
import { type File, noteFile } from './wordpress-files.ts'
import { childrenOf, parseElement, textOfChild, type XmlElement } from './wordpress-xml.ts'

interface Site {
  readonly url: string | null
  readonly system: string
  readonly language: string | undefined
  /** Names by the logins that items name. */
  readonly authors: ReadonlyMap<string, string>
  /** Pictures and other files by the ids of their items. */
  readonly files: ReadonlyMap<string, File>
}

/** So many bytes, roughly, are kept of the files of an archive, to find the pictures of articles: some 100,000 files. */
const mostFileBytes = 60_000_000

/** Types of items that are no articles, whatever they hold. */
const otherTypes: ReadonlyMap<string, string> = new Map([
  ['attachment', 'it is a file of the media library; articles keep their links to it'],
  ['nav_menu_item', 'it is an entry of a menu'],
  ['revision', 'it is an old revision'],
  ['customize_changeset', 'it is a setting of the theme'],
  ['custom_css', 'it is a style of the theme'],
  ['oembed_cache', 'it is a cache'],
])

/**
 * A WordPress export (WXR 1.0 to 1.2) of any size: each item is cut out of the file and read by itself, so that one that
 * is broken fails alone. The file is read twice: pictures stand in items of their own, before or after those that show
 * them. Users become authors and nothing more.
 */
export async function* readWordpress(source: Source, from: number): AsyncGenerator<Found | undefined> {
  const files = new Map<string, File>()
  let fileBytes = 0
  for await (const part of cutItems(source.path, { isCounted: false })) {
    if (part.kind === 'item' && fileBytes < mostFileBytes) fileBytes += noteFile(part.bytes, files)
  }
  let site: Site = siteOfHead(undefined, files, source)
  let number = 0
  for await (const part of cutItems(source.path)) {
    if (part.kind === 'head') {
      site = siteOfHead(part, files, source)
      continue
    }
    number += 1
    yield number <= from ? undefined : readItem(part, `item ${number}`, site)
  }
  if (number === 0) yield { kind: 'skipped', place: 'export', reason: 'it has no items' }
}

function siteOfHead(head: ItemBytes | undefined, files: Site['files'], { baseUrl }: Source): Site {
  if (head?.kind === 'failed') throw new ImportError(head.reason)
  const channel = head === undefined ? undefined : parseElement(textOfPart(head), { isWhole: false })
  const at =
    channel &&
    (textOfChild(channel, 'wp:base_blog_url') ??
      textOfChild(channel, 'wp:base_site_url') ??
      textOfChild(channel, 'link'))
  const url = absoluteUrl(at, null) ?? baseUrl
  const authors = new Map<string, string>()
  for (const author of channel === undefined ? [] : childrenOf(channel, 'wp:author')) {
    const login = textOfChild(author, 'wp:author_login')
    const full = [textOfChild(author, 'wp:author_first_name'), textOfChild(author, 'wp:author_last_name')]
    const name = textOfChild(author, 'wp:author_display_name') ?? full.filter(Boolean).join(' ')
    if (login !== undefined && name) authors.set(login, name)
  }
  return {
    url,
    system: `wordpress:${siteOf(url ?? undefined) ?? 'unknown'}`,
    language: channel && textOfChild(channel, 'language'),
    authors,
    files,
  }
}

function readItem(part: ItemBytes, place: string, site: Site): Found {
  if (part.kind === 'failed') return { kind: 'failed', place, reason: part.reason }
  try {
    const item = parseElement(textOfPart(part))
    const type = textOfChild(item, 'wp:post_type') ?? 'post'
    const status = textOfChild(item, 'wp:status') ?? 'publish'
    const other =
      otherTypes.get(type) ?? (type.startsWith('wp_') ? `it is a ${type.slice(3)} of the theme` : undefined)
    const reason =
      other ??
      (status === 'trash' || status === 'auto-draft' || status === 'inherit'
        ? `its status is ${status}`
        : undefined) ??
      (isShown(item, status) ? undefined : `it is a ${type.slice(0, 50)}, which its site shows nobody`)
    if (reason !== undefined) return { kind: 'skipped', place: placeOf(item, place), reason }
    return { kind: 'item', place: placeOf(item, place), item: itemOf(item, { type, status, site }) }
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    return { kind: 'failed', place, reason: error.message }
  }
}

/** What a plugin keeps as a post, such as a coupon, has no page of its own: not even published does it have an address. */
function isShown(item: XmlElement, status: string): boolean {
  return status !== 'publish' || !/[?&]post_type=/.test(textOfChild(item, 'link') ?? '')
}

function placeOf(item: XmlElement, place: string): string {
  const id = textOfChild(item, 'wp:post_id')
  return id === undefined ? place : `${place} (post ${id.slice(0, 20)})`
}

interface Kind {
  readonly type: string
  readonly status: string
  readonly site: Site
}

function itemOf(item: XmlElement, { type, status, site }: Kind): FoundItem {
  const metas = new Map(
    childrenOf(item, 'wp:postmeta').map((meta) => [
      textOfChild(meta, 'wp:meta_key') ?? '',
      textOfChild(meta, 'wp:meta_value') ?? '',
    ]),
  )
  const link = absoluteUrl(textOfChild(item, 'link'), site.url)
  const path = pathOf(link)
  const id = textOfChild(item, 'wp:post_id') ?? textOfChild(item, 'guid') ?? link
  if (id === undefined) throw new ImportError('the item has neither an id nor an address')
  const password = textOfChild(item, 'wp:post_password')
  const { html, losses } = htmlOfContent(textOfChild(item, 'content:encoded') ?? '')
  const picture = site.files.get(metas.get('_thumbnail_id') ?? '')
  const terms = termsOf(item)
  const state = statusOf(status, password !== undefined)
  const slug = textOfChild(item, 'wp:post_name') ?? (state === 'published' ? lastPartOf(path) : undefined)
  return {
    identity: { system: site.system, id },
    status: state,
    title: lineOfHtml(textOfChild(item, 'title')),
    slug: slug === undefined ? undefined : decoded(slug),
    excerpt: lineOfHtml(textOfChild(item, 'excerpt:encoded')),
    language: site.language,
    canonicalUrl: absoluteUrl(
      metas.get('_yoast_wpseo_canonical') ?? metas.get('rank_math_canonical_url'),
      site.url,
    ),
    seo: {
      title: metas.get('_yoast_wpseo_title') ?? metas.get('rank_math_title'),
      description: metas.get('_yoast_wpseo_metadesc') ?? metas.get('rank_math_description'),
    },
    publishedAt:
      dateOf(item, 'wp:post_date_gmt') ??
      readInstant(textOfChild(item, 'pubDate')) ??
      dateOf(item, 'wp:post_date'),
    modifiedAt: dateOf(item, 'wp:post_modified_gmt') ?? dateOf(item, 'wp:post_modified'),
    ...terms,
    authors: terms.authors.length > 0 ? terms.authors : creatorsOf(item, site),
    externalIds: externalIdsOf(item),
    oldPaths: state === 'published' || state === 'private' ? oldPathsOf(path, item) : [],
    picture,
    body: { format: 'html', content: html, baseUrl: link ?? site.url },
    losses: [...losses, ...lossesOf(item, { type, password, metas })],
  }
}

/** `0000-00-00 00:00:00` is what drafts have. */
function dateOf(item: XmlElement, name: string): string | undefined {
  const date = textOfChild(item, name)
  return date === undefined || date.startsWith('0000') ? undefined : readInstant(date)
}

function decoded(slug: string): string {
  try {
    return decodeURIComponent(slug)
  } catch {
    return slug
  }
}

function statusOf(status: string, hasPassword: boolean): SourceStatus {
  if (status === 'private' || hasPassword) return 'private'
  if (status === 'publish') return 'published'
  if (status === 'future') return 'scheduled'
  return status === 'pending' ? 'pending' : 'draft'
}

interface Terms {
  readonly section: NamedTerm | undefined
  readonly tags: readonly NamedTerm[]
  readonly authors: readonly NamedTerm[]
}

/** The first category is the section; what else it is filed under becomes tags. Co-authors are terms too. */
function termsOf(item: XmlElement): Terms {
  const terms = childrenOf(item, 'category').flatMap(({ attributes, text }) => {
    const name = lineOfHtml(text)
    if (name === undefined) return []
    return [
      { domain: attributes.domain ?? 'tag', name, slug: decoded(attributes.nicename ?? '') || undefined },
    ]
  })
  const ofDomain = (domain: string) =>
    terms.filter((term) => term.domain === domain).map(({ name, slug }) => ({ name, slug }))
  const categories = ofDomain('category').filter(({ slug }) => slug !== 'uncategorized')
  const tags = [...categories.slice(1), ...ofDomain('post_tag'), ...ofDomain('tag')]
  return {
    section: categories[0],
    tags: [
      ...new Map(
        tags.filter(({ name }) => name !== 'Uncategorized').map((tag) => [tag.slug ?? tag.name, tag]),
      ).values(),
    ],
    authors: ofDomain('author').map(({ name, slug }) => ({ name, slug: slug?.replace(/^cap-/, '') })),
  }
}

function creatorsOf(item: XmlElement, site: Site): NamedTerm[] {
  return childrenOf(item, 'dc:creator').flatMap(({ text }) => {
    const login = text.trim()
    return login === '' ? [] : [{ name: site.authors.get(login) ?? login }]
  })
}

function externalIdsOf(item: XmlElement): Record<string, string> {
  const guid = textOfChild(item, 'guid')
  return guid === undefined ? {} : { 'wordpress-guid': guid }
}

/** Where it was, and where it was before its slug was changed. */
function oldPathsOf(path: string | undefined, item: XmlElement): string[] {
  if (path === undefined) return []
  const oldSlugs = childrenOf(item, 'wp:postmeta')
    .filter((meta) => textOfChild(meta, 'wp:meta_key') === '_wp_old_slug')
    .flatMap((meta) => textOfChild(meta, 'wp:meta_value') ?? [])
  return [path, ...oldSlugs.map((slug) => path.replace(/[^/]+(\/?)$/, `${encodeURI(decoded(slug))}$1`))]
}

interface Rest {
  readonly type: string
  readonly password: string | undefined
  readonly metas: ReadonlyMap<string, string>
}

function lossesOf(item: XmlElement, { type, password, metas }: Rest): string[] {
  const comments = childrenOf(item, 'wp:comment').length
  const fields = [...metas.keys()].filter((key) => key !== '' && !/^(?:_|rank_math_)/.test(key))
  return [
    ...(type === 'post' ? [] : [`that it is of the type ${type.slice(0, 50)} and no post`]),
    ...(password === undefined ? [] : ['the password; it stays a draft']),
    ...(comments === 0 ? [] : [comments === 1 ? 'a comment' : `${comments} comments`]),
    ...fields.slice(0, 20).map((key) => `the custom field ${key.slice(0, 100)}`),
    ...(textOfChild(item, 'wp:is_sticky') === '1' ? ['that it is sticky'] : []),
  ]
}
