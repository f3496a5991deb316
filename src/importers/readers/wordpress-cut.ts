import { ByteWindow } from '../byte-window.ts'
import { ImportError } from '../item.ts'
import { bytesOf, decode, refuseUtf16, xmlEncodingOf } from '../source.ts'

/** What a file is cut into: what stands before the first item, and each item with its tags. */
export type ItemBytes =
  | {
      readonly kind: 'head' | 'item'
      /** Valid until the next is asked for. */
      readonly bytes: Buffer
      /** What the file says of itself. */
      readonly encoding: string | undefined
    }
  | { readonly kind: 'failed'; readonly reason: string }

const mostHeadBytes = 30_000_000
const mostItemBytes = 20_000_000
const open = Buffer.from('<item')
const close = Buffer.from('</item>')
const dataOpen = Buffer.from('<![CDATA[')
const dataClose = Buffer.from(']]>')
/** `>`, and what may stand between a name and its attributes. */
const afterName = new Set([0x3e, 0x20, 0x09, 0x0a, 0x0d])

/**
 * Cuts a WordPress export into its items without holding more than one. Its bytes are looked through and not decoded, so
 * that an item with bytes of another encoding is one that fails, and the others are read.
 */
export async function* cutItems(path: string, { isCounted = true } = {}): AsyncGenerator<ItemBytes> {
  const window = new ByteWindow()
  let encoding: string | undefined
  let part: 'head' | 'item' | 'between' = 'head'
  let isStart = true
  /** Up to here, in the bytes that are held, there is nothing that is looked for. */
  let seen = 0
  let search: EndSearch = startSearch()
  for await (const bytes of bytesOf(path, { isCounted })) {
    if (isStart) {
      encoding = xmlEncodingOf(bytes)
      refuseUtf16(bytes)
      isStart = false
    }
    window.append(bytes)
    for (;;) {
      const held = window.bytes
      if (part === 'item') {
        const end = findEnd(held, search)
        if (end !== undefined) {
          yield { kind: 'item', bytes: held.subarray(0, end), encoding }
          window.drop(end)
        } else if (held.length > mostItemBytes) {
          yield { kind: 'failed', reason: `the item is over ${mostItemBytes / 1e6} MB, or has no end` }
          window.drop(open.length)
        } else break
        part = 'between'
        seen = 0
      } else {
        const found = findStart(held, seen)
        if (found === undefined) {
          seen = Math.max(0, held.length - open.length)
          if (part === 'between') {
            window.drop(seen)
            seen = 0
          } else if (held.length > mostHeadBytes)
            throw new ImportError(`there is no item in the first ${mostHeadBytes / 1e6} MB`)
          break
        }
        if (part === 'head') yield { kind: 'head', bytes: held.subarray(0, found), encoding }
        window.drop(found)
        part = 'item'
        search = startSearch()
      }
    }
  }
  if (part === 'head') yield { kind: 'head', bytes: window.bytes, encoding }
  else if (part === 'item') yield { kind: 'failed', reason: 'the file ends within the item' }
}

/** The text of a part. Throws ImportError for bytes that are not of the encoding of the file. */
export function textOfPart({ bytes, encoding }: Exclude<ItemBytes, { kind: 'failed' }>): string {
  return decode(bytes, encoding)
}

function findStart(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(open, from); at !== -1; at = bytes.indexOf(open, at + 1)) {
    const next = bytes[at + open.length]
    if (next !== undefined && afterName.has(next)) return at
  }
  return undefined
}

/** How far the end of an item was looked for, as offsets in it: none is looked for twice from the same place. */
interface EndSearch {
  position: number
  /** Where the next of each is; before `position` where that is to be found out. */
  end: number
  data: number
  isInData: boolean
}

function startSearch(): EndSearch {
  return { position: 0, end: -1, data: -1, isInData: false }
}

/** Where the item ends that begins the bytes, undefined where it goes on; tags in CDATA are text. */
function findEnd(bytes: Buffer, search: EndSearch): number | undefined {
  for (;;) {
    if (search.isInData) {
      const at = bytes.indexOf(dataClose, search.position)
      if (at === -1) {
        search.position = Math.max(search.position, bytes.length - dataClose.length + 1)
        return undefined
      }
      search.position = at + dataClose.length
      search.isInData = false
    }
    if (search.end < search.position) search.end = placeOf(close, bytes, search.position)
    if (search.data < search.position) search.data = placeOf(dataOpen, bytes, search.position)
    const { end, data } = search
    if (data < end && data < bytes.length) {
      search.position = data + dataOpen.length
      search.isInData = true
    } else if (end < bytes.length) return end + close.length
    else {
      search.position = Math.max(search.position, bytes.length - dataOpen.length + 1)
      search.end = -1
      search.data = -1
      return undefined
    }
  }
}

/** Where it is, or the end of the bytes. */
function placeOf(what: Buffer, bytes: Buffer, from: number): number {
  const at = bytes.indexOf(what, from)
  return at === -1 ? bytes.length : at
}
