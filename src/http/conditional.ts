import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fresh from 'fresh'
import { chooseEncoding, compress, type Encoding, encodings } from './encodings.ts'

interface CacheableOptions {
  /** RFC 3339: when what is shown here last changed; null when nothing ever did. */
  readonly lastModified: string | null
  readonly cacheControl: string
  /** What the answer was made of, such as `article:<id>`, for CDNs to purge by; the most telling ones first. */
  readonly cacheTags: readonly string[]
  /** JSON when absent. */
  readonly contentType?: string
}

/** Lets `HEAD` be answered 304 without a length: Fastify would write `Content-Length: 0`. */
export function installConditionalRequests(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') return
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      (_request, reply, payload, done) => {
        if (reply.statusCode === 304) reply.removeHeader('content-length')
        done(null, payload)
      },
    ]
  })
}

/**
 * Answers a GET or HEAD of public content with validators (RFC 9110 §8.8), cache headers and the encoding
 * that the client prefers, or with 304 when the client has it already. Give the same Buffer object for the
 * same content: its hash and its compressed forms are kept with it.
 */
export async function sendCacheable(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: Buffer | string,
  options: CacheableOptions,
): Promise<void> {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  const hash = hashOf(bytes)
  const encoding = chooseEncoding(headerOf(request, 'accept-encoding'), bytes.length)
  const modified =
    options.lastModified === null ? undefined : lastModifiedOf(options.lastModified, Date.now())
  if (modified) reply.header('last-modified', modified.header)
  reply.headers({
    etag: tagOf(hash, encoding),
    'cache-control': options.cacheControl,
    vary: withAcceptEncoding(reply.getHeader('vary')),
  })
  setCacheTags(reply, options.cacheTags)

  const known = knownTag(request, hash, encoding, modified?.isSettled ? modified.header : undefined)
  // To await the reply is to wait until it is sent; the handler may return this promise.
  if (known !== undefined) return await reply.header('etag', known).code(304).send()
  reply.type(options.contentType ?? 'application/json; charset=utf-8')
  if (encoding === undefined) return await reply.send(bytes)
  return await reply.header('content-encoding', encoding).send(await compress(bytes, encoding))
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
  request: FastifyRequest,
  hash: string,
  encoding: Encoding | undefined,
  lastModified: string | undefined,
): string | undefined {
  // Not `Cache-Control`: browsers and `fetch` add `no-cache` to every request that has its own conditions.
  const conditions = {
    'if-none-match': headerOf(request, 'if-none-match'),
    'if-modified-since': headerOf(request, 'if-modified-since'),
  }
  const forms = [encoding, undefined, ...encodings].map((form) => tagOf(hash, form))
  return forms.find((etag) => fresh(conditions, { etag, 'last-modified': lastModified }))
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
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
function setCacheTags(reply: FastifyReply, tags: readonly string[]): void {
  let bytes = 0
  const safe = [...new Set(tags.map(encodeTag))].filter((tag) => {
    bytes += tag.length + 1
    return bytes <= mostTagBytes
  })
  if (safe.length === 0) return
  reply.headers({ 'cache-tag': safe.join(','), 'surrogate-key': safe.join(' ') })
}

/** Slugs may be in any script, header values may not; commas and spaces part the tags. */
function encodeTag(tag: string): string {
  return tag.replace(/[^!-+\--~]+/g, encodeURIComponent)
}

function withAcceptEncoding(vary: unknown): string {
  return typeof vary === 'string' && vary !== '' ? `${vary}, Accept-Encoding` : 'Accept-Encoding'
}
