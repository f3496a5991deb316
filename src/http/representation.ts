import { hash as digest } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import fresh from 'fresh'
import { chooseEncoding, compress, type Encoding, encodings } from './encodings.ts'

/** Content as it is sent, and what is said of it. */
export interface Content {
  readonly bytes: Buffer
  readonly contentType: string
  /** RFC 3339: when what is shown here last changed; null when nothing ever did. */
  readonly lastModified: string | null
  readonly cacheControl: string
  /** What the answer was made of, such as `article:<id>`, for CDNs to purge by; the most telling ones first. */
  readonly cacheTags: readonly string[]
  /** `Link`, where there is one. */
  readonly link?: string | undefined
}

/**
 * How a request is answered: the body in this encoding, or nothing where the client has it already. It is the same
 * object for the same answer, once the clock changes nothing of it any more.
 */
export interface Head {
  readonly status: 200 | 304
  readonly encoding: Encoding | undefined
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Public content as it is sent, whoever asks. Use the same object for the same content: what is derived from it is
 * kept in it.
 */
export class Representation {
  readonly content: Content
  #kept: Kept | undefined
  readonly #compressed = new Map<Encoding, Buffer | Promise<Buffer>>()

  constructor(content: Content) {
    this.content = content
  }

  /**
   * The head of the answer to a GET or HEAD, with validators (RFC 9110 §8.8), cache headers and the encoding that the
   * client prefers; 304 when the client has it already.
   */
  headFor(asked: IncomingHttpHeaders, nowMs: number): Head {
    this.#kept ??= keptOf(this.content)
    return headOf(this.content, this.#kept, asked, nowMs)
  }

  /** The bytes in an encoding; they are compressed once, off the main thread. */
  async bytesIn(encoding: Encoding | undefined): Promise<Buffer> {
    if (encoding === undefined) return this.content.bytes
    const known = this.#compressed.get(encoding)
    if (known !== undefined) return known
    const compressing = compress(this.content.bytes, encoding)
    this.#compressed.set(encoding, compressing)
    const bytes = await compressing
    this.#compressed.set(encoding, bytes)
    return bytes
  }

  /** The same, where they are at hand. */
  bytesAtHand(encoding: Encoding | undefined): Buffer | undefined {
    if (encoding === undefined) return this.content.bytes
    const known = this.#compressed.get(encoding)
    return known instanceof Promise ? undefined : known
  }

  /** Makes the bytes be at hand that answer a request with these headers. */
  async prepareFor(asked: IncomingHttpHeaders): Promise<void> {
    await this.bytesIn(this.headFor(asked, Date.now()).encoding)
  }
}

function headOf(content: Content, kept: Kept, asked: IncomingHttpHeaders, nowMs: number): Head {
  const sameTag = kept.notModified.get(asked['if-none-match'] ?? '')
  if (sameTag) return sameTag
  const encoding = chooseEncoding(asked['accept-encoding'], content.bytes.length)
  const modified = modifiedOf(content, kept, nowMs)
  const known = knownTag(asked, kept.hash, encoding, modified?.isSettled ? modified.header : undefined)
  const head = known === undefined ? kept.full.get(encoding) : kept.notModified.get(known)
  if (head) return head
  const made = makeHead(content, kept, { encoding, known, lastModified: modified?.header })
  if (modified && !modified.isSettled) return made
  if (known === undefined) kept.full.set(encoding, made)
  else kept.notModified.set(known, made)
  return made
}

interface Parts {
  readonly encoding: Encoding | undefined
  /** The entity tag of what the client has already. */
  readonly known: string | undefined
  readonly lastModified: string | undefined
}

function makeHead(
  { contentType }: Content,
  { always, hash }: Kept,
  { encoding, known, lastModified }: Parts,
): Head {
  const headers: Record<string, string> = { ...always }
  if (lastModified !== undefined) headers['last-modified'] = lastModified
  headers.etag = known ?? tagOf(hash, encoding)
  if (known !== undefined) return { status: 304, encoding: undefined, headers }
  headers['content-type'] = contentType
  if (encoding !== undefined) headers['content-encoding'] = encoding
  return { status: 200, encoding, headers }
}

/** What is kept with a representation, for the next request of it. */
interface Kept {
  readonly hash: string
  /** The headers of every answer, 304 included. */
  readonly always: Readonly<Record<string, string>>
  /** The heads of answers with the content, by its encoding. */
  readonly full: Map<Encoding | undefined, Head>
  /** The heads of answers without it, by their entity tags. */
  readonly notModified: Map<string, Head>
  /** `Last-Modified`, once it is settled. */
  modified?: Modified
}

function keptOf({ bytes, cacheControl, cacheTags, link }: Content): Kept {
  return {
    hash: digest('sha256', bytes, 'base64url'),
    full: new Map(),
    notModified: new Map(),
    always: {
      'cache-control': cacheControl,
      vary: 'Accept-Encoding',
      ...(link === undefined ? {} : { link }),
      ...tagHeaders(cacheTags),
    },
  }
}

function modifiedOf({ lastModified }: Content, kept: Kept, nowMs: number): Modified | undefined {
  if (kept.modified || lastModified === null) return kept.modified
  const modified = lastModifiedOf(lastModified, nowMs)
  if (modified.isSettled) kept.modified = modified
  return modified
}

/** A strong tag names bytes, and each encoding has other bytes. */
function tagOf(hash: string, encoding: Encoding | undefined): string {
  return encoding === undefined ? `"${hash}"` : `"${hash}-${encoding}"`
}

/**
 * The entity tag to answer 304 with, undefined when the client needs the content. The content is the same in
 * every encoding, so each form of its tag will do; the one that the client sent comes back, because a cache
 * finds its stored answer by it.
 */
function knownTag(
  asked: IncomingHttpHeaders,
  hash: string,
  encoding: Encoding | undefined,
  lastModified: string | undefined,
): string | undefined {
  // Not `Cache-Control`: browsers and `fetch` add `no-cache` to every request that has its own conditions.
  const conditions = {
    'if-none-match': asked['if-none-match'],
    'if-modified-since': asked['if-modified-since'],
  }
  if (conditions['if-none-match'] === undefined && conditions['if-modified-since'] === undefined)
    return undefined
  const forms = [encoding, undefined, ...encodings].map((form) => tagOf(hash, form))
  return forms.find((etag) => fresh(conditions, { etag, 'last-modified': lastModified }))
}

interface Modified {
  /** The value of `Last-Modified`. */
  readonly header: string
  readonly isSettled: boolean
}

/**
 * `Last-Modified` has whole seconds. While the second of the change is not over, another change may fall into
 * it: then one second earlier is said, and no `If-Modified-Since` is taken as proof.
 */
export function lastModifiedOf(instant: string, nowMs: number): Modified {
  const second = Math.floor(Date.parse(instant) / 1_000)
  const currentSecond = Math.floor(nowMs / 1_000)
  const isSettled = second < currentSecond
  const shown = isSettled ? second : currentSecond - 1
  return { header: new Date(shown * 1_000).toUTCString(), isSettled }
}

/** Each of the two headers: clients and proxies refuse an answer whose headers have more than 16 KiB in all. */
const mostTagBytes = 6_000

/** The tags that come first are kept where there are too many of them for a header. */
function tagHeaders(tags: readonly string[]): Record<string, string> {
  let bytes = 0
  const safe = [...new Set(tags.map(encodeTag))].filter((tag) => {
    bytes += tag.length + 1
    return bytes <= mostTagBytes
  })
  return safe.length === 0 ? {} : { 'cache-tag': safe.join(','), 'surrogate-key': safe.join(' ') }
}

/** Slugs may be in any script, header values may not; commas and spaces part the tags. */
function encodeTag(tag: string): string {
  return tag.replace(/[^!-+\--~]+/g, encodeURIComponent)
}
