import { readInstant } from '../dates.ts'
import { type Found, type FoundItem, ImportError, type NamedTerm, type SourceStatus } from '../item.ts'
import { parseJson } from '../json.ts'
import type { Source } from '../source.ts'
import { absoluteUrl } from '../urls.ts'
import { htmlOfLexical, htmlOfMobiledoc } from './ghost-cards.ts'
import { cutTables } from './ghost-cut.ts'
import { inOrder, readRow, readTables, type Tables } from './ghost-tables.ts'
import { firstText, type Members, textOf } from './values.ts'

/** A Ghost export of any version and size, with the `db` around it or without. Users become authors and nothing more. */
export async function* readGhost(source: Source, from: number): AsyncGenerator<Found | undefined> {
  // The file is read twice: what belongs to posts stands behind them.
  const { tables, failures, hasPosts } = await readTables(source.path)
  if (!hasPosts) throw new ImportError('it is not a Ghost export: there are no `posts` in it')
  yield* failures
  let number = 0
  for await (const { table, row } of cutTables(source.path)) {
    if (table !== 'posts' || row === undefined) continue
    number += 1
    yield failures.length + number <= from ? undefined : readPost(row, `post ${number}`, tables, source)
  }
  if (number === 0) yield { kind: 'skipped', place: 'export', reason: 'it has no posts' }
}

/** A post that cannot be read fails by itself, and those behind it are read. */
function readPost(row: Buffer | 'too-long', place: string, tables: Tables, source: Source): Found {
  try {
    const post = readRow(row)
    if (idOf(post) === undefined) throw new ImportError('the post has neither a uuid nor an id')
    return { kind: 'item', place, item: itemOf(post, tables, source) }
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    return { kind: 'failed', place, reason: error.message }
  }
}

function idOf(post: Members): string | undefined {
  return textOf(post.uuid) ?? textOf(post.id)
}

function itemOf(post: Members, tables: Tables, { baseUrl }: Source): FoundItem {
  const id = textOf(post.id) ?? ''
  const meta = { ...tables.metas.get(id), ...post } as Members
  const slug = textOf(post.slug)
  const site = (text: string) => text.replaceAll(/__GHOST_URL__\/?/g, baseUrl ?? '/')
  const picture = textOf(post.feature_image) ?? textOf(post.image)
  const isPage = post.type === 'page' || post.page === 1 || post.page === true
  const joined = tables.authorsOf.get(id)
  const authorIds = joined ? inOrder(joined) : [textOf(post.author_id) ?? '']
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
    tags: inOrder(tables.tagsOf.get(id)).flatMap((tag) => termOf(tables.tags.get(tag))),
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
