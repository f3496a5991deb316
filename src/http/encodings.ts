import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { readQualities } from './qualities.ts'

export type Encoding = 'br' | 'gzip'
export const encodings: readonly Encoding[] = ['br', 'gzip']

/** Below this, compressing costs more than it saves. */
const smallestBytes = 1_024
/** Brotli's own default of 11 is for files that are compressed once. */
const brotliQuality = 4

/** The encoding to send a representation of `size` bytes in (RFC 9110 §12.5.3); undefined means as it is. */
export function chooseEncoding(acceptEncoding: string | undefined, size: number): Encoding | undefined {
  if (acceptEncoding === undefined || size < smallestBytes) return undefined
  const known = choices.get(acceptEncoding)
  if (known !== undefined) return known.encoding
  const encoding = preferredIn(acceptEncoding)
  if (acceptEncoding.length <= longestKept) choices.set(acceptEncoding, { encoding })
  return encoding
}

/** Browsers send few different `Accept-Encoding`s: what was chosen for each is kept. */
const choices = new LRUCache<string, { readonly encoding: Encoding | undefined }>({ max: 500 })
const longestKept = 200

function preferredIn(acceptEncoding: string): Encoding | undefined {
  const qualities = readQualities(acceptEncoding.replace(/x-gzip/gi, 'gzip'))
  const qualityOf = (name: string) => qualities.get(name) ?? qualities.get('*') ?? 0
  const identity = qualities.get('identity') ?? 0
  return encodings
    .filter((name) => qualityOf(name) > 0 && qualityOf(name) >= identity)
    .toSorted((a, b) => qualityOf(b) - qualityOf(a))[0]
}

const compressors: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    }
    return promisify(brotliCompress)(bytes, { params })
  },
  gzip: (bytes) => promisify(gzip)(bytes),
}

/** The bytes in an encoding, off the main thread. */
export function compress(bytes: Buffer, encoding: Encoding): Promise<Buffer> {
  return compressors[encoding](bytes)
}
