import { convert } from '../body/convert.ts'
import { articleInput } from '../contract/article.ts'
import { maxBodyBytes } from '../contract/body-input.ts'
import type { UnkeyedBlock } from '../contract/portable-text.ts'
import { countCharacters, hasEndlessMarks } from '../contract/text.ts'
import { embedBareUrls } from './embeds.ts'
import {
  type FoundBody,
  type FoundItem,
  ImportError,
  type ImportedItem,
  type ItemLink,
  type NamedTerm,
} from './item.ts'
import { absoluteUrl } from './urls.ts'

const mostLosses = 50
const mostTerms = 100
const mostLinks = 200

/**
 * Makes of what was found what an article can be made of: the body converted, every text within its limits, and what
 * does not fit told as a loss. Throws ImportError and ConversionError for what cannot be an article at all.
 */
export function completeItem(found: FoundItem): ImportedItem {
  const losses: string[] = [...(found.losses ?? [])]
  const lose = (loss: string) => losses.push(loss)
  const text = (value: string | undefined, name: string, most: number) => fitLine(value, { name, most, lose })

  const body = [...pictureOf(found, lose), ...blocksOf(found.body, lose)]
  const title = text(found.title, 'the title', 300) ?? titleFrom(body)
  if (title === undefined) throw new ImportError('it has neither a title nor a text')

  const language = languageOf(found.language, lose)
  const canonicalUrl = webUrlOf(found.canonicalUrl, 'the canonical URL', lose)
  const item: ImportedItem = {
    identity: {
      system: fitted(found.identity.system, 100),
      id: fitted(found.identity.id, 500),
      ...(found.identity.isOfName ? { isOfName: true } : {}),
    },
    status: found.status,
    title,
    body,
    slug: text(found.slug, 'the slug', 300),
    subtitle: text(found.subtitle, 'the subtitle', 500),
    excerpt: text(found.excerpt, 'the excerpt', 2000),
    language,
    credit: text(found.credit, 'the credit', 500),
    source: found.source && {
      attribution: text(found.source.attribution ?? undefined, 'the attribution', 500) ?? null,
      name: text(found.source.name ?? undefined, 'the name of the source', 300) ?? null,
      url: webUrlOf(found.source.url ?? undefined, 'the URL of the source', lose) ?? null,
    },
    canonicalUrl,
    seo: found.seo && {
      title: text(found.seo.title, 'the title for search engines', 300),
      description: text(found.seo.description, 'the description for search engines', 1000),
    },
    publishedAt: found.publishedAt,
    createdAt: found.createdAt,
    modifiedAt: found.modifiedAt,
    version: found.version,
    embargoUntil: found.embargoUntil,
    flags: found.flags,
    custom: found.custom,
    section: termsOf(found.section === undefined ? [] : [found.section], 'section', lose)[0],
    tags: termsOf(found.tags ?? [], 'tag', lose),
    authors: termsOf(found.authors ?? [], 'author', lose),
    related: linksOf(found.related ?? [], lose),
    externalIds: idsOf(found, lose),
    oldPaths: [...new Set(found.oldPaths ?? [])].filter((path) => path.length <= 2048).slice(0, 50),
    losses: [],
  }
  check(item)
  const told = losses.length > mostLosses ? [...losses.slice(0, mostLosses), 'and more of the kind'] : losses
  return { ...item, losses: told }
}

function blocksOf(body: FoundBody, lose: (loss: string) => void): readonly UnkeyedBlock[] {
  if (body.format === 'blocks') return body.blocks
  const { content, format, baseUrl } = body
  if (Buffer.byteLength(content) > maxBodyBytes)
    throw new ImportError('the text is over 5 MiB; divide the article')
  return embedBareUrls(convert({ format, content: cleaned(content) }, { baseUrl, onLoss: lose }))
}

/** What an article may hold is said once, in its contract. */
function check({ title, subtitle, excerpt, language, credit, source, externalIds }: ImportedItem): void {
  const parsed = articleInput.safeParse({
    ...{ title, subtitle, excerpt, language, credit, externalIds },
    ...(source === undefined ? {} : { source }),
  })
  const issue = parsed.error?.issues[0]
  if (issue) throw new ImportError(`${issue.path.join('.')} ${issue.message}`)
}

/** Well-formed, in NFC, and without the characters that no text may have. */
function cleaned(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return value.toWellFormed().replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, '')
}

interface Fitting {
  readonly name: string
  readonly most: number
  readonly lose: (loss: string) => void
}

/** A line of text within its limit; undefined when nothing is left. */
function fitLine(value: string | undefined, { name, most, lose }: Fitting): string | undefined {
  if (value === undefined) return undefined
  // What is far too long is not looked through for nothing.
  const line = cleaned(value.slice(0, 20 * most))
    .replace(/\s+/gu, ' ')
    .trim()
  if (hasEndlessMarks(line)) throw new ImportError(`${name} has over 30 combining marks in a row`)
  const text = line.normalize('NFC')
  if (text === '') return undefined
  if (value.length <= 20 * most && countCharacters(text) <= most) return text
  lose(`${name} beyond ${most} characters`)
  return `${[...text]
    .slice(0, most - 1)
    .join('')
    .trimEnd()}…`
}

function fitted(value: string, most: number): string {
  return [...cleaned(value).normalize('NFC').trim()].slice(0, most).join('')
}

function pictureOf({ picture, body }: FoundItem, lose: (loss: string) => void): UnkeyedBlock[] {
  if (picture === undefined || body.format === 'blocks') return []
  const src = absoluteUrl(picture.src, body.baseUrl)
  if (src === undefined) {
    lose(`the picture at ${picture.src.slice(0, 200)}`)
    return []
  }
  // Where the text begins with the same picture it is not shown twice.
  if (body.content.slice(0, 2000).includes(picture.src)) return []
  const caption = fitLine(picture.caption, { name: 'the caption', most: 10_000, lose })
  const alt = fitLine(picture.alt, { name: 'the alternative text', most: 10_000, lose }) ?? ''
  return [{ _type: 'image', src, alt, ...(caption === undefined ? {} : { caption }) }]
}

/** The first words of the text, where the source has no title, as short posts do. */
function titleFrom(body: readonly UnkeyedBlock[]): string | undefined {
  for (const block of body) {
    if (block._type !== 'block') continue
    const words = block.children
      .map((span) => span.text)
      .join('')
      .replace(/\s+/gu, ' ')
      .trim()
    if (words === '') continue
    const characters = [...words]
    return characters.length <= 80 ? words : `${characters.slice(0, 79).join('').trimEnd()}…`
  }
  return undefined
}

function languageOf(value: string | undefined, lose: (loss: string) => void): string | undefined {
  if (value === undefined || value.trim() === '') return undefined
  const tag = value
    .trim()
    .replaceAll('_', '-')
    .replace(/-utf-?8$|\.\S*$/i, '')
  try {
    const [canonical] = Intl.getCanonicalLocales(tag)
    if (canonical !== undefined && canonical.length <= 35) return canonical
  } catch {
    // Told below.
  }
  lose(`the language ${value.slice(0, 50)}, which is no language tag`)
  return undefined
}

function webUrlOf(value: string | undefined, name: string, lose: (loss: string) => void): string | undefined {
  if (value === undefined || value.trim() === '') return undefined
  const url = absoluteUrl(value, null)
  if (url !== undefined && url.length <= 2048) return url
  lose(`${name}, ${value.slice(0, 100)}`)
  return undefined
}

function termsOf(terms: readonly NamedTerm[], kind: string, lose: (loss: string) => void): NamedTerm[] {
  const named = terms.flatMap(({ name, slug }) => {
    const short = fitLine(name, { name: `the name of a ${kind}`, most: 200, lose })
    return short === undefined ? [] : [{ name: short, slug }]
  })
  if (named.length > mostTerms) lose(`${named.length - mostTerms} of its ${kind}s`)
  return named.slice(0, mostTerms)
}

function linksOf(links: readonly ItemLink[], lose: (loss: string) => void): ItemLink[] {
  if (links.length > mostLinks) lose(`${links.length - mostLinks} of its related links`)
  return links.slice(0, mostLinks).flatMap((link) => {
    const url = webUrlOf(link.url ?? undefined, 'the URL of a related link', lose) ?? null
    const title =
      fitLine(link.title, { name: 'the title of a related link', most: 300, lose }) ?? url?.slice(0, 300)
    const excerpt =
      fitLine(link.excerpt ?? undefined, { name: 'the excerpt of a link', most: 2000, lose }) ?? null
    return title === undefined ? [] : [{ title, url, excerpt }]
  })
}

function idsOf(
  { externalIds = {}, identity }: FoundItem,
  lose: (loss: string) => void,
): Record<string, string> {
  const ids: Record<string, string> = {}
  for (const [system, id] of [[identity.system, identity.id], ...Object.entries(externalIds)] as const) {
    const [name, value] = [fitted(system, 100), fitted(id, 500)]
    if (name === '' || value === '') continue
    if (Object.keys(ids).length >= 50) lose(`the id in ${name}`)
    else ids[name] = value
  }
  return ids
}
