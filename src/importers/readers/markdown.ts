import { parseDocument } from 'yaml'
import { slugOf } from '../../contract/slug.ts'
import { readInstant } from '../dates.ts'
import { type Found, type FoundItem, ImportError, type ItemLink, type SourceStatus } from '../item.ts'
import { decode, readWhole, type Source } from '../source.ts'
import { absoluteUrl, lastPartOf, pathOf } from '../urls.ts'
import { firstText, listOf, type Members, membersOf, namedOnce, textOf, unknownMembers } from './values.ts'

const maxBytes = 6_000_000
const maxFrontMatter = 65_536

/** What of the front matter is read; `layout` says how its site shows it, which is of no use here. */
const known = new Set([
  ...['id', 'guid', 'uuid', 'title', 'headline', 'subtitle', 'dek', 'standfirst', 'slug', 'basename'],
  ...['permalink', 'url', 'link', 'redirect_from', 'aliases', 'category', 'categories', 'section'],
  ...['tag', 'tags', 'author', 'authors', 'image', 'featured_image', 'cover', 'thumbnail', 'excerpt'],
  ...['description', 'summary', 'lang', 'language', 'locale', 'credit', 'agency', 'source', 'related'],
  ...['canonical_url', 'canonicalUrl', 'canonical', 'original_url', 'seo', 'custom', 'date', 'publishDate'],
  ...['published_at', 'lastmod', 'last_modified_at', 'updated', 'published', 'draft', 'status'],
  ...['visibility', 'private', 'password', 'expiryDate', 'unpublishdate', 'layout'],
])

/** A Markdown file, with YAML front matter or without, as Jekyll, Hugo and their kin have them. */
export async function* readMarkdown(source: Source): AsyncGenerator<Found> {
  const text = decode(await readWhole(source, maxBytes)).replace(/\r\n?/g, '\n')
  yield { kind: 'item', place: '', item: itemOf(text, source) }
}

function itemOf(text: string, { name, baseUrl: siteUrl }: Source): FoundItem {
  const { frontMatter, content } = divide(text)
  const members = readFrontMatter(frontMatter)
  const file = fileNameOf(name)
  const heading = /^\s*#[ \t]+([^\n]*?)[ \t#]*(?:\n|$)/.exec(content)
  const given = firstText(members, 'title', 'headline')
  const title = given ?? heading?.[1] ?? file.slug?.replaceAll(/[-_]+/g, ' ')
  const permalink = firstText(members, 'permalink', 'url', 'link')
  const baseUrl = absoluteUrl(permalink, siteUrl) ?? siteUrl
  const categories = [...namesOf(members.category, false), ...namesOf(members.categories, true)]
  const [section, ...others] = [...namesOf(members.section, false), ...categories]
  const picture =
    firstText(members, 'image', 'featured_image', 'cover', 'thumbnail') ??
    firstText(membersOf(members.image), 'src', 'path', 'url')
  const canonicalUrl = firstText(members, 'canonical_url', 'canonicalUrl', 'canonical', 'original_url')
  const slug = firstText(members, 'slug', 'basename') ?? lastPartOf(permalink) ?? file.slug
  const explicitId = firstText(members, 'id', 'guid', 'uuid') ?? permalink
  const expiresAt = readInstant(members.expiryDate) ?? readInstant(members.unpublishdate)
  const status = statusOf(members, name)
  const hasExpired = expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()
  const custom = membersOf(members.custom)
  const liquid = content.match(/\{%[^%]*%\}/g)?.length ?? 0
  return {
    identity: {
      system: 'markdown',
      id: explicitId ?? slug ?? slugOf(title ?? ''),
      isOfName: explicitId === undefined,
    },
    status: hasExpired && status === 'published' ? 'private' : status,
    title,
    slug: slug === undefined ? undefined : slugOf(slug),
    subtitle: firstText(members, 'subtitle', 'dek', 'standfirst'),
    excerpt: firstText(members, 'excerpt', 'description', 'summary'),
    language: firstText(members, 'lang', 'language', 'locale'),
    credit: firstText(members, 'credit', 'agency'),
    canonicalUrl,
    seo: {
      title: textOf(membersOf(members.seo).title),
      description: textOf(membersOf(members.seo).description),
    },
    source: sourceOf(membersOf(members.source)),
    custom: Object.keys(custom).length === 0 ? undefined : custom,
    related: listOf(members.related).map(linkOf),
    publishedAt:
      readInstant(members.date) ??
      readInstant(members.publishDate) ??
      readInstant(members.published_at) ??
      file.date,
    modifiedAt:
      readInstant(members.lastmod) ?? readInstant(members.last_modified_at) ?? readInstant(members.updated),
    section: section === undefined ? undefined : { name: section },
    tags: namedOnce([...others, ...namesOf(members.tag, false), ...namesOf(members.tags, true)]),
    authors: namedOnce([...authorsOf(members.author), ...authorsOf(members.authors)]),
    oldPaths: [
      ...[permalink, ...namesOf(members.redirect_from, false), ...namesOf(members.aliases, false)].flatMap(
        (path) => pathOf(absoluteUrl(path, siteUrl ?? 'http://site.invalid/')) ?? [],
      ),
    ],
    picture: picture === undefined ? undefined : { src: picture },
    body: {
      format: /\.x?html?$/i.test(name) ? 'html' : 'markdown',
      content: given === undefined && heading !== null ? content.slice(heading[0].length) : content,
      baseUrl,
    },
    losses: [
      ...(liquid === 0 ? [] : [`what ${liquid} Liquid tags do; they stay in the text as they are`]),
      ...(expiresAt === undefined ? [] : [`that it ${hasExpired ? 'expired' : 'expires'} at ${expiresAt}`]),
      ...unknownMembers(members, known, 'the front matter’s'),
    ],
  }
}

function divide(text: string): { frontMatter: string; content: string } {
  if (/^\s*\+\+\+[ \t]*\n/.test(text))
    throw new ImportError('its front matter is TOML, which is not read; make it YAML (hugo convert toYAML)')
  const start = text.replace(/^\s+(?=---)/, '')
  if (!/^---[ \t]*\n/.test(start)) return { frontMatter: '', content: text }
  const end = /\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(start.slice(3))
  if (end === null) return { frontMatter: '', content: text }
  const frontMatter = start.slice(3, 3 + end.index + 1)
  if (frontMatter.length > maxFrontMatter)
    throw new ImportError(`the front matter is over ${maxFrontMatter / 1024} KiB`)
  return { frontMatter, content: start.slice(3 + end.index + end[0].length) }
}

/** YAML 1.2 with nothing of its own: no tags that make anything, no aliases, no merging. */
function readFrontMatter(yaml: string): Members {
  if (yaml.trim() === '') return {}
  if (/[[{](?:\s*[[{]){50}/.test(yaml)) throw new ImportError('the front matter is nested too deep')
  const document = parseDocument(yaml, {
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    logLevel: 'silent',
  })
  const [fault] = document.errors
  if (fault !== undefined)
    throw new ImportError(`the front matter is not valid YAML: ${fault.message.split('\n')[0] ?? ''}`)
  const [warning] = document.warnings
  if (warning !== undefined)
    throw new ImportError(`the front matter has what is not read: ${warning.message.split('\n')[0] ?? ''}`)
  try {
    return membersOf(document.toJS({ maxAliasCount: 0 }))
  } catch {
    throw new ImportError('the front matter has aliases (*), which are not read')
  }
}

/** Names of terms: a list, or a text that commas divide, or else (where `bySpace`) white space. */
function namesOf(value: unknown, bySpace: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => textOf(item) ?? [])
  const text = textOf(value)
  if (text === undefined) return []
  if (text.includes(',')) return text.split(',').map((part) => part.trim())
  return bySpace ? text.trim().split(/\s+/) : [text.trim()]
}

function authorsOf(value: unknown): string[] {
  return (Array.isArray(value) ? listOf(value) : [value]).flatMap(
    (author) => textOf(author) ?? firstText(membersOf(author), 'name', 'display_name') ?? [],
  )
}

function sourceOf(members: Members): FoundItem['source'] {
  const [attribution = null, name = null, url = null] = ['attribution', 'name', 'url'].map((member) =>
    textOf(members[member]),
  )
  return attribution === null && name === null && url === null ? undefined : { attribution, name, url }
}

function linkOf(link: unknown): ItemLink {
  const members = membersOf(link)
  return {
    title: textOf(link) ?? textOf(members.title) ?? '',
    url: textOf(members.url) ?? null,
    excerpt: textOf(members.excerpt) ?? null,
  }
}

/** As YAML 1.1 has them too, in which most of these files were written. */
const yes = /^(?:true|yes|on|y)$/i
const no = /^(?:false|no|off|n)$/i

function statusOf(members: Members, name: string): SourceStatus {
  const { published, draft, status, visibility, password, private: isPrivate } = members
  const isSet = (value: unknown) => yes.test(String(value))
  if (isSet(isPrivate) || status === 'private' || visibility === 'private' || textOf(password))
    return 'private'
  // Jekyll keeps drafts in a folder of their own.
  if (no.test(String(published)) || isSet(draft) || /(?:^|[\\/])_drafts[\\/]/.test(name)) return 'draft'
  return status === undefined || status === 'published' || status === 'publish' ? 'published' : 'draft'
}

/** `2021-09-01-story.md` says its day and what the article is called; of `story/index.md` the folder says the latter. */
function fileNameOf(name: string): { date: string | undefined; slug: string | undefined } {
  const parts = name.split(/[/\\]/)
  const file = (parts.at(-1) ?? '').replace(/\.\w+$/, '')
  const stem = /^_?index$/i.test(file) ? (parts.at(-2) ?? file) : file
  const [, date, rest] = /^(\d{4}-\d{1,2}-\d{1,2})-(.+)$/.exec(stem) ?? []
  return { date: readInstant(date), slug: slugOf(rest ?? stem) || undefined }
}
