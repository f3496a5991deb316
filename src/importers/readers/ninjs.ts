import { readInstant } from '../dates.ts'
import type { Found, FoundItem, SourceStatus } from '../item.ts'
import { parseJson } from '../json.ts'
import { decode, readWhole, type Source } from '../source.ts'
import { absoluteUrl, pathOf } from '../urls.ts'
import { firstText, lineOfHtml, listOf, type Members, membersOf, namedOnce, textOf } from './values.ts'

const maxBytes = 50_000_000
const mostRelated = 50

/** IPTC ninjs, versions 1 to 3: one item, or an array of them. Names are looked for without regard to case. */
export async function* readNinjs(source: Source): AsyncGenerator<Found> {
  const whole = parseJson(decode(await readWhole(source, maxBytes)))
  const items = Array.isArray(whole) ? whole : [whole]
  for (const [index, value] of items.entries()) {
    const place = Array.isArray(whole) ? `item ${index + 1}` : ''
    const members = lowered(value)
    const type = textOf(members.type)
    if (textOf(members.uri) === undefined)
      yield { kind: 'failed', place, reason: 'the item has no `uri`, which every ninjs item must have' }
    else if (type === 'event' || type === 'planning')
      yield { kind: 'skipped', place, reason: `it is of the type ${type}, which is no article` }
    else yield { kind: 'item', place, item: itemOf(members, source) }
  }
}

/** Version 2 writes `versioncreated` where version 3 has `versionCreated`. */
function lowered(value: unknown): Members {
  return Object.fromEntries(
    Object.entries(membersOf(value)).map(([name, member]) => [name.toLowerCase(), member]),
  )
}

function itemOf(members: Members, { baseUrl }: Source): FoundItem {
  const uri = textOf(members.uri) ?? ''
  const picture = pictureOf(members)
  const pictures = associationsOf(members).filter(({ type }) => type === 'picture' || type === 'graphic')
  const inText = pictures.flatMap((item) => pictureOf(item) ?? [])
  const { format, content } = bodyOf(members)
  const headlines = valuesOf(members, 'headline', 'headlines')
  const title =
    headlines.find(({ role }) => role === undefined || /main|headline/i.test(role)) ?? headlines[0]
  const kind = textOf(members.type)
  const canonical = absoluteUrl(firstText(members, 'canonicalurl', 'link'), null)
  const own = picture ?? inText[0]
  return {
    identity: { system: 'ninjs', id: uri },
    status: hasExpired(members) ? 'private' : statusOf(members),
    title: lineOfHtml(title?.value) ?? lineOfHtml(firstText(members, 'title', 'slugline')),
    subtitle: lineOfHtml(headlines.find(({ role }) => /sub|deck/i.test(role ?? ''))?.value),
    excerpt: excerptOf(members),
    language: textOf(members.language),
    credit: firstText(members, 'copyrightnotice', 'copyrightholder'),
    ...sourceOf(members),
    canonicalUrl: canonical,
    publishedAt:
      readInstant(members.firstcreated) ??
      readInstant(members.versioncreated) ??
      readInstant(members.contentcreated),
    createdAt: readInstant(members.contentcreated) ?? readInstant(members.firstcreated),
    modifiedAt: readInstant(members.versioncreated),
    version: versionOf(members),
    embargoUntil: readInstant(members.embargoeduntil) ?? readInstant(members.embargoed),
    section: sectionOf(members),
    tags: namedOnce([
      ...[
        'subject',
        'subjects',
        'person',
        'people',
        'organisation',
        'organisations',
        'place',
        'places',
        'event',
        'events',
      ]
        .flatMap((name) => listOf(members[name]))
        .map((term) => textOf(lowered(term).name)),
      ...listOf(members.keywords).map(textOf),
    ]),
    authors: namedOnce([lineOfHtml(firstText(members, 'by', 'byline'))?.replace(/^by\s+/i, '')]),
    related: relatedOf(members),
    externalIds: altIdsOf(members),
    oldPaths: [pathOf(canonical)].flatMap((path) => path ?? []),
    picture: own,
    body: {
      format,
      content: format === 'html' ? content + figuresOf(inText.filter((each) => each !== own)) : content,
      baseUrl: canonical ?? baseUrl,
    },
    losses: [
      ...(kind === undefined || kind === 'text' || kind === 'composite'
        ? []
        : [`that it is of the type ${kind}`]),
      ...(format === 'html' || inText.length < 2 ? [] : [`${inText.length - 1} pictures`]),
      ...(members.usageterms === undefined ? [] : ['the terms of usage']),
      ...(members.ednote === undefined
        ? []
        : [`the note to editors: ${String(members.ednote).slice(0, 300)}`]),
      ...(members.expires === undefined ? [] : [`when it expires: ${String(members.expires).slice(0, 50)}`]),
      ...['located', 'dateline', 'urgency', 'priority', 'profile'].flatMap((name) => {
        const value = textOf(members[name])
        return value === undefined ? [] : [`its ${name}: ${value.slice(0, 100)}`]
      }),
    ],
  }
}

/** Versions are texts in ninjs, mostly of digits. */
function versionOf({ version }: Members): number | undefined {
  const text = textOf(version)
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function hasExpired({ expires }: Members): boolean {
  const at = readInstant(expires)
  return at !== undefined && Date.parse(at) <= Date.now()
}

interface Valued {
  readonly role: string | undefined
  readonly type: string | undefined
  readonly value: string
}

/** Version 1 has `headline`, and `body_xhtml` beside `body_text`; later ones have arrays of roles and values. */
function valuesOf(members: Members, single: string, plural: string): Valued[] {
  const listed = listOf(members[plural])
    .map(lowered)
    .flatMap((each) => {
      const value = textOf(each.value)
      return value === undefined ? [] : [{ role: textOf(each.role), type: textOf(each.contenttype), value }]
    })
  const alone = Object.entries(members).flatMap(([name, member]) => {
    const value = name === single || name.startsWith(`${single}_`) ? textOf(member) : undefined
    return value === undefined ? [] : [{ role: undefined, type: name.slice(single.length + 1), value }]
  })
  return [...listed, ...alone]
}

function bodyOf(members: Members): { format: 'html' | 'text'; content: string } {
  const bodies = valuesOf(members, 'body', 'bodies')
  const isHtml = ({ type, value }: Valued) =>
    /x?html|nitf/i.test(type ?? '') ||
    (!/^(?:text\/)?plain$|^text$/i.test(type ?? '') && /<\/?(?:p|div|br|h\d)\b/i.test(value))
  const html = bodies.find(isHtml)
  if (html !== undefined) return { format: 'html', content: bodyOfNitf(html.value) }
  const text = bodies[0]
  if (text !== undefined) return { format: 'text', content: text.value }
  // Of a picture and its like, the description is the text.
  const description = valuesOf(members, 'description', 'descriptions')[0]?.value ?? ''
  return { format: /<\/?(?:p|br|b|i)\b/i.test(description) ? 'html' : 'text', content: description }
}

/** Of a whole NITF or XHTML document the content alone, so that its head is not read as text. */
function bodyOfNitf(value: string): string {
  return (
    /<body\.content>([\s\S]*?)<\/body\.content>/i.exec(value)?.[1] ??
    /<body(?:\s[^>]*)?>([\s\S]*)<\/body>/i.exec(value)?.[1] ??
    value
  )
}

function excerptOf(members: Members): string | undefined {
  const hasBody = valuesOf(members, 'body', 'bodies').length > 0
  const descriptions = valuesOf(members, 'description', 'descriptions')
  const summary =
    descriptions.find(({ role }) => /summary|abstract|lead|short/i.test(role ?? '')) ?? descriptions[0]
  return hasBody ? lineOfHtml(summary?.value) : undefined
}

function statusOf(members: Members): SourceStatus {
  const status = textOf(members.pubstatus) ?? 'usable'
  return status === 'usable' ? 'published' : 'private'
}

function sourceOf(members: Members): Pick<FoundItem, 'source'> {
  const name =
    listOf(members.infosources ?? members.infosource)
      .map((each) => textOf(lowered(each).name))
      .find((each) => each !== undefined) ?? textOf(members.source)
  return name === undefined ? {} : { source: { attribution: null, name, url: null } }
}

function sectionOf(members: Members): FoundItem['section'] {
  const name =
    textOf(members.section) ??
    listOf(members.genres ?? members.genre)
      .map((genre) => textOf(lowered(genre).name))
      .find((each) => each !== undefined)
  return name === undefined ? undefined : { name }
}

/** The items that belong to this one: an array, or in version 1 an object of them or of arrays. */
function associationsOf(members: Members): Members[] {
  const { associations } = members
  const listed = Array.isArray(associations) ? associations : Object.values(membersOf(associations)).flat()
  return listed.slice(0, 500).map(lowered)
}

/** The largest rendition of a picture, or of an item that is one. */
function pictureOf(members: Members): FoundItem['picture'] {
  const { renditions } = members
  const listed = (Array.isArray(renditions) ? renditions : Object.values(membersOf(renditions))).map(lowered)
  const images = listed.flatMap((rendition) => {
    const src = absoluteUrl(rendition.href, null)
    const type = textOf(rendition.contenttype) ?? textOf(rendition.mimetype) ?? ''
    const isImage = type.startsWith('image/') || (type === '' && textOf(members.type) === 'picture')
    return src !== undefined && isImage ? [{ src, width: Number(rendition.width) || 0 }] : []
  })
  const [largest] = images.sort((one, other) => other.width - one.width)
  if (largest === undefined) return undefined
  const caption = lineOfHtml(valuesOf(members, 'description', 'descriptions')[0]?.value)
  const alt = lineOfHtml(valuesOf(members, 'headline', 'headlines')[0]?.value)
  return {
    src: largest.src,
    ...(caption === undefined ? {} : { caption }),
    ...(alt === undefined ? {} : { alt }),
  }
}

function figuresOf(pictures: readonly NonNullable<FoundItem['picture']>[]): string {
  const escapeHtml = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
  return pictures
    .map(
      ({ src, alt = '', caption = '' }) =>
        `<figure><img src="${escapeHtml(src)}" alt="${escapeHtml(alt)}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`,
    )
    .join('')
}

function relatedOf(members: Members): NonNullable<FoundItem['related']> {
  return associationsOf(members)
    .filter(({ type }) => type === undefined || type === 'text' || type === 'composite')
    .slice(0, mostRelated)
    .flatMap((item) => {
      const title =
        lineOfHtml(valuesOf(item, 'headline', 'headlines')[0]?.value) ??
        firstText(item, 'title', 'slugline', 'name')
      const url = absoluteUrl(firstText(item, 'canonicalurl', 'uri'), null) ?? null
      return title === undefined && url === null
        ? []
        : [{ title: title ?? url ?? '', url, excerpt: excerptOf(item) ?? null }]
    })
}

function altIdsOf(members: Members): Record<string, string> {
  const listed = listOf(members.altids)
    .map(lowered)
    .flatMap((each) => {
      const value = textOf(each.value)
      return value === undefined ? [] : [[textOf(each.role) ?? 'altId', value] as const]
    })
  const keyed = Object.entries(membersOf(members.altids)).flatMap(([name, member]) => {
    const value = Array.isArray(members.altids) ? undefined : textOf(member)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries([...listed, ...keyed])
}
