import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { ImportError } from './item.ts'

/** A file that is imported. */
export interface Source {
  readonly path: string
  /** What it is called; the extension helps to tell formats apart, and the rest is an article's last name. */
  readonly name: string
  /** Where relative links lead that the source gives no address for. */
  readonly baseUrl: string | null
  /** Why there is nothing to read at the path. */
  readonly error?: string
}

/** What this thread has read, in bytes: `bytes` tells how far it has come, `read` has what is read twice in it twice. */
export const progress = { bytes: 0, read: 0 }

/** The bytes of a file, in pieces. */
export async function* bytesOf(path: string, { isCounted = true } = {}): AsyncGenerator<Buffer> {
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    progress.read += bytes.length
    if (isCounted) progress.bytes += bytes.length
    yield bytes
  }
}

const startBytes = 16_384

/** The first kilobytes as text, whatever their encoding, to tell the format by. */
export async function readStart({ path }: Source): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(startBytes), 0, startBytes, 0)
    const bytes = buffer.subarray(0, bytesRead)
    return new TextDecoder(markOf(bytes) ?? 'utf-8').decode(bytes)
  } finally {
    await file.close()
  }
}

/** All bytes of a source. Throws ImportError when there are more than `most`. */
export async function readWhole({ path }: Source, most: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of bytesOf(path)) {
    length += part.length
    if (length > most)
      throw new ImportError(`the file is over ${most / 1e6} MB, the limit of its format; split it`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/**
 * The text of a document: in the encoding of its byte order mark, or else the one that it declares, or else UTF-8.
 * Throws ImportError for bytes that are not of that encoding, and for one that is not known.
 */
export function decode(bytes: Uint8Array, declared?: string): string {
  const label = markOf(bytes) ?? declared ?? 'utf-8'
  const text = decodeAs(label, bytes)
  if (!text.includes('\0')) return text
  // One here and there is rubbish; many are UTF-16 that does not say so, or no text at all.
  const withoutNul = text.replaceAll('\0', '')
  if (text.length - withoutNul.length > text.length / 100)
    throw new ImportError('the file has NUL characters: it is not text in UTF-8')
  return withoutNul
}

function decodeAs(label: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch (error) {
    const name = label.toUpperCase().slice(0, 40)
    // A label that is not known is a RangeError, bytes that are not of it are a TypeError.
    throw new ImportError(
      error instanceof RangeError
        ? `the encoding ${name} is not known; save the file as UTF-8`
        : `the text is not valid ${name}; save the file as UTF-8`,
    )
  }
}

/** The encoding that an XML declaration names. */
export function xmlEncodingOf(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  return /^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1]
}

/** The text of a web page, whose `meta` is often wrong: what is valid UTF-8 is UTF-8, whatever else it says. */
export function decodeHtml(bytes: Uint8Array): string {
  const declared = htmlEncodingOf(bytes)
  if (declared === undefined || isUtf8(bytes)) return decode(bytes)
  return decode(bytes, declared)
}

/** The encoding that a `meta` element names among the first bytes, where HTML looks for it. */
function htmlEncodingOf(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 4_096)).toString('latin1')
  const label = /<meta[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)/i.exec(start)?.[1]
  // HTML reads UTF-16 and UTF-7 there as what they cannot be: these bytes were ASCII.
  return label === undefined || /^utf-?(?:7|16)/i.test(label) ? undefined : label
}

/** The encoding that a byte order mark says. */
function markOf([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined
}

/** Refuses a file, by its first bytes, that is looked through without being decoded. Throws ImportError. */
export function refuseUtf16(start: Uint8Array): void {
  if (markOf(start)?.startsWith('utf-16')) throw new ImportError('the file is UTF-16; save it as UTF-8')
}

/** Refuses XML that declares anything: entities could be bombs, and nothing outside is ever read. */
export function refuseDoctype(xml: string): string {
  const doctype = /<!DOCTYPE/i.exec(xml)
  if (doctype === null) return xml
  // The feeds of the nineties begin so; it declares nothing here, and what it names is not fetched.
  const harmless =
    /<!DOCTYPE\s+rss\s+PUBLIC\s+"-\/\/Netscape Communications\/\/DTD RSS 0\.91?\/\/EN"\s+"http:\/\/my\.netscape\.com\/publish\/formats\/rss-0\.91?\.dtd"\s*>/
  const rest = xml.replace(harmless, '')
  // In a CDATA section it is text, such as HTML that was copied whole.
  if (/<!DOCTYPE/i.test(rest.replace(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g, '')))
    throw new ImportError('the XML has a document type declaration (DOCTYPE), which is not read; remove it')
  return rest
}
