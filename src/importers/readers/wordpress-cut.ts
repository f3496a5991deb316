import { ImportError } from '../item.ts'
import { bytesOf, decode, xmlEncodingOf } from '../source.ts'

/** What a file is cut into: what stands before the first item, and each item with its tags. */
export type ItemText =
  | { readonly kind: 'head' | 'item'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string }

const mostHeadBytes = 30_000_000
const mostItemBytes = 20_000_000
const start = /<item[\s>]/g
const cdata = '<![CDATA['

/**
 * Cuts a WordPress export into its items without holding more than one. It is looked through byte by byte, each as one
 * character, so that an item with bytes of another encoding is one that fails, and the others are read.
 */
export async function* cutItems(path: string, { isCounted = true } = {}): AsyncGenerator<ItemText> {
  let text = ''
  let encoding: string | undefined
  let isHead = true
  /** Up to here there is no end of the item that begins the text. */
  let seen = 0
  let isSkipping = false
  for await (const bytes of bytesOf(path, { isCounted })) {
    if (isHead && text === '') {
      encoding = xmlEncodingOf(bytes)
      if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
        throw new ImportError('the file is UTF-16; save it as UTF-8')
    }
    text += bytes.toString('latin1')
    for (;;) {
      if (isHead || isSkipping) {
        start.lastIndex = isSkipping ? 1 : 0
        const found = start.exec(text)
        if (found === null) {
          if (isSkipping) text = text.slice(-7)
          else if (text.length > mostHeadBytes) throw new ImportError('there is no item in the first 30 MB')
          break
        }
        if (isHead) yield textOf('head', text.slice(0, found.index), encoding)
        isHead = false
        isSkipping = false
        text = text.slice(found.index)
        seen = 0
      }
      const end = endOf(text, seen)
      if (end.at === undefined) {
        seen = end.seen
        if (text.length <= mostItemBytes) break
        yield { kind: 'failed', reason: 'the item is over 20 MB, or has no end' }
        isSkipping = true
        continue
      }
      yield textOf('item', text.slice(0, end.at), encoding)
      // One character before, where the next may begin at once.
      text = ` ${text.slice(end.at)}`
      isSkipping = true
    }
  }
  if (isHead) yield textOf('head', text, encoding)
  else if (!isSkipping && text !== '') yield { kind: 'failed', reason: 'the file ends within the item' }
}

/** Where the item ends that begins the text; tags in CDATA are text. */
function endOf(text: string, from: number): { readonly at?: number; readonly seen: number } {
  let position = from
  for (;;) {
    const end = text.indexOf('</item>', position)
    const data = text.indexOf(cdata, position)
    if (data !== -1 && (end === -1 || data < end)) {
      const close = text.indexOf(']]>', data)
      if (close === -1) return { seen: data }
      position = close + 3
    } else if (end === -1) return { seen: Math.max(position, text.length - cdata.length) }
    else return { at: end + '</item>'.length, seen: end }
  }
}

function textOf(kind: 'head' | 'item', bytes: string, encoding: string | undefined): ItemText {
  try {
    return { kind, text: decode(Buffer.from(bytes, 'latin1'), encoding) }
  } catch (error) {
    if (error instanceof ImportError) return { kind: 'failed', reason: error.message }
    throw error
  }
}
