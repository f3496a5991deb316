import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import fresh from 'fresh'
import { chooseEncoding, type Encoding, encodings } from './encodings.ts'

/**
 * Public content as it is sent, whoever asks. Give the same object for the same content: what is derived from it is
 * kept with it, as its compressed forms are with its bytes.
 */
export interface Representation {
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

/** How a request is answered: the body in this encoding, or nothing where the client has it already. */
export interface Head {
  readonly status: 200 | 304
  readonly encoding: Encoding | undefined
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The head of the answer to a GET or HEAD of public content, with validators (RFC 9110 §8.8), cache headers and the
 * encoding that the client prefers; 304 when the client has it already.
 */
export function headOf(representation: Representation, asked: IncomingHttpHeaders, nowMs: number): Head {
  const { bytes, lastModified } = representation
  const fixed = fixedHeadersOf(representation)
  const encoding = chooseEncoding(asked['accept-encoding'], bytes.length)
  const modified = lastModified === null ? undefined : lastModifiedOf(lastModified, nowMs)
  const headers: Record<string, string> = { ...fixed.always }
  if (modified) headers['last-modified'] = modified.header
  const known = knownTag(asked, fixed.hash, encoding, modified?.isSettled ? modified.header : undefined)
  headers.etag = known ?? tagOf(fixed.hash, encoding)
  if (known !== undefined) return { status: 304, encoding, headers }
  headers['content-type'] = representation.contentType
  if (encoding !== undefined) headers['content-encoding'] = encoding
  return { status: 200, encoding, headers }
}

interface FixedHeaders {
  readonly hash: string
  /** Those of every answer, 304 included. */
  readonly always: Readonly<Record<string, string>>
}

const fixedHeaders = new WeakMap<Representation, FixedHeaders>()

function fixedHeadersOf(representation: Representation): FixedHeaders {
  const known = fixedHeaders.get(representation)
  if (known) return known
  const { bytes, cacheControl, cacheTags, link } = representation
  const made = {
    hash: hashOf(bytes),
    always: {
      'cache-control': cacheControl,
      vary: 'Accept-Encoding',
      ...(link === undefined ? {} : { link }),
      ...tagHeaders(cacheTags),
    },
  }
  fixedHeaders.set(representation, made)
  return made
}

const hashes = new WeakMap<Buffer, string>()

function hashOf(bytes: Buffer): string {
  const hash = hashes.get(bytes) ?? createHash('sha256').update(bytes).digest('base64url')
  hashes.set(bytes, hash)
  return hash
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

/**
 * `Last-Modified` has whole seconds. While the second of the change is not over, another change may fall into
 * it: then one second earlier is said, and no `If-Modified-Since` is taken as proof.
 */
export function lastModifiedOf(instant: string, nowMs: number): { header: string; isSettled: boolean } {
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
