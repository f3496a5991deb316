import { readInstant } from '../dates.ts'
import { type Found, type FoundItem, ImportError, type NamedTerm, type SourceStatus } from '../item.ts'
import { parseJson } from '../json.ts'
import { decode, readWhole, type Source } from '../source.ts'
import { absoluteUrl } from '../urls.ts'
import { htmlOfLexical, htmlOfMobiledoc } from './ghost-cards.ts'
import { firstText, listOf, type Members, membersOf, textOf } from './values.ts'

const maxBytes = 100_000_000

/** The tables of an export that articles are made of, by what they are looked up by. */
interface Tables {
  readonly tags: ReadonlyMap<string, Members>
  readonly users: ReadonlyMap<string, Members>
  readonly metas: ReadonlyMap<string, Members>
  /** Ids of tags and of authors, by the post, in order. */
  readonly tagsOf: ReadonlyMap<string, readonly string[]>
  readonly authorsOf: ReadonlyMap<string, readonly string[]>
  readonly language: string | undefined
}

/** A Ghost export of any version, with the `db` around it or without. Users become authors and nothing more. */
export async function* readGhost(source: Source): AsyncGenerator<Found> {
  const data = dataOf(parseJson(decode(await readWhole(source, maxBytes))))
  const tables = tablesOf(data)
  const posts = listOf(data.posts)
  if (posts.length === 0) yield { kind: 'skipped', place: 'export', reason: 'it has no posts' }
  for (const [index, value] of posts.entries()) {
    const place = `post ${index + 1}`
    const post = membersOf(value)
    if (idOf(post) === undefined)
      yield { kind: 'failed', place, reason: 'the post has neither a uuid nor an id' }
    else yield readPost(post, place, tables, source)
  }
}

/** A post that cannot be read fails by itself, and those behind it are read. */
function readPost(post: Members, place: string, tables: Tables, source: Source): Found {
  try {
    return { kind: 'item', place, item: itemOf(post, tables, source) }
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    return { kind: 'failed', place, reason: error.message }
  }
}

function dataOf(whole: unknown): Members {
  const outer = membersOf(whole)
  const [first] = listOf(outer.db)
  const database = membersOf(first ?? outer)
  const inner = membersOf(database.data)
  const data = [membersOf(inner.data), inner, database].find((each) => Array.isArray(each.posts))
  if (data === undefined) throw new ImportError('it is not a Ghost export: there are no `posts` in it')
  return data
}

function idOf(post: Members): string | undefined {
  return textOf(post.uuid) ?? textOf(post.id)
}

function tablesOf(data: Members): Tables {
  const byId = (rows: unknown, key = 'id') =>
    new Map(listOf(rows).map((row) => [textOf(membersOf(row)[key]) ?? '', membersOf(row)] as const))
  const joined = (rows: unknown, key: string) => {
    const ordered = listOf(rows)
      .map(membersOf)
      .sort((one, other) => Number(one.sort_order ?? 0) - Number(other.sort_order ?? 0))
    const found = new Map<string, string[]>()
    for (const row of ordered) {
      const post = textOf(row.post_id) ?? ''
      const id = textOf(row[key])
      if (id !== undefined) found.set(post, [...(found.get(post) ?? []), id])
    }
    return found
  }
  const settings = listOf(data.settings).map(membersOf)
  return {
    tags: byId(data.tags),
    users: byId(data.users),
    metas: byId(data.posts_meta, 'post_id'),
    tagsOf: joined(data.posts_tags, 'tag_id'),
    authorsOf: joined(data.posts_authors, 'author_id'),
    language: textOf(
      settings.find(({ key }) => key === 'lang' || key === 'locale' || key === 'default_locale')?.value,
    ),
  }
}

function itemOf(post: Members, tables: Tables, { baseUrl }: Source): FoundItem {
  const id = textOf(post.id) ?? ''
  const meta = { ...tables.metas.get(id), ...post } as Members
  const slug = textOf(post.slug)
  const site = (text: string) => text.replaceAll(/__GHOST_URL__\/?/g, baseUrl ?? '/')
  const picture = textOf(post.feature_image) ?? textOf(post.image)
  const isPage = post.type === 'page' || post.page === 1 || post.page === true
  const authorIds = tables.authorsOf.get(id) ?? [textOf(post.author_id) ?? '']
  const { html, losses } = contentOf(post)
  return {
    identity: { system: 'ghost', id: idOf(post) ?? '' },
    status: statusOf(post),
    title: textOf(post.title),
    slug,
    excerpt: firstText(post, 'custom_excerpt'),
    language: firstText(post, 'locale', 'language') ?? tables.language,
    canonicalUrl: absoluteUrl(post.canonical_url, baseUrl),
    seo: { title: textOf(meta.meta_title), description: textOf(meta.meta_description) },
    publishedAt: readInstant(post.published_at),
    createdAt: readInstant(post.created_at),
    modifiedAt: readInstant(post.updated_at),
    tags: (tables.tagsOf.get(id) ?? []).flatMap((tag) => termOf(tables.tags.get(tag))),
    authors: authorIds.flatMap((author) => termOf(tables.users.get(author))),
    externalIds: id === '' ? {} : { 'ghost-id': id },
    oldPaths: slug === undefined ? [] : [`/${slug}/`],
    picture:
      picture === undefined
        ? undefined
        : {
            src: site(picture),
            alt: textOf(meta.feature_image_alt) ?? '',
            caption: textOf(meta.feature_image_caption)?.replace(/<[^<>]*>/g, '') ?? '',
          },
    body: { format: 'html', content: site(html), baseUrl: absoluteUrl(slug, baseUrl) ?? baseUrl },
    losses: [
      ...losses,
      ...(isPage ? ['that it is a page and no post'] : []),
      ...(textOf(post.codeinjection_head) || textOf(post.codeinjection_foot)
        ? ['the code that is injected']
        : []),
    ],
  }
}

/** Tags that begin with `#` are of the editors alone. */
function termOf(row: Members | undefined): NamedTerm[] {
  const name = textOf(row?.name)
  return name === undefined || name.startsWith('#') ? [] : [{ name, slug: textOf(row?.slug) }]
}

function statusOf({ status, visibility }: Members): SourceStatus {
  if (visibility !== undefined && visibility !== null && visibility !== 'public') return 'private'
  if (status === 'published' || status === 'sent') return 'published'
  return status === 'scheduled' ? 'scheduled' : 'draft'
}

/** HTML as Ghost rendered it; where there is none, what its editors wrote, as far as that is text. */
function contentOf(post: Members): { html: string; losses: readonly string[] } {
  const html = textOf(post.html)
  if (html !== undefined) return { html, losses: [] }
  const lexical = textOf(post.lexical)
  const mobiledoc = textOf(post.mobiledoc)
  if (lexical !== undefined) return htmlOfLexical(parseJson(lexical))
  return mobiledoc === undefined ? { html: '', losses: [] } : htmlOfMobiledoc(parseJson(mobiledoc))
}
