import { ByteWindow } from '../byte-window.ts'
import { ImportError } from '../item.ts'
import { bytesOf, refuseUtf16 } from '../source.ts'

/** What an export is cut into: that a table begins, and each row of it. */
export interface TablePart {
  readonly table: string
  /** The JSON of a row, valid until the next is asked for; `too-long` for one that is too long to be held. */
  readonly row: Buffer | 'too-long' | undefined
}

const mostRowBytes = 20_000_000
/** A table is an array in `data`, which stands at the top, in itself or in the first of `db`, by version. */
const tablePath = /^(?:db\.0\.)?(?:data\.){0,2}(\w{1,40})$/
const deepestTable = 8
/** Outside of rows, where nothing is so deep in any export. */
const deepest = 100

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const backslash = 0x5c
const openArray = 0x5b
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** An object or array that is open. */
interface Open {
  readonly isArray: boolean
  /** Where it stands: names and numbers, with dots between. Undefined where that is deeper than any table. */
  readonly path: string | undefined
  readonly table: string | undefined
  /** What the next value in it is called, or its number. */
  name: string | number
}

/**
 * Cuts a Ghost export into the rows of its tables without holding more than one. It is looked through and not read: only
 * brackets and texts are told apart. Throws ImportError where those do not match, or where the file is cut off.
 */
export async function* cutTables(path: string, { isCounted = true } = {}): AsyncGenerator<TablePart> {
  const window = new ByteWindow()
  const open: Open[] = []
  /** The next byte to look at, and where the row and the text began that it is in, as offsets in the window. */
  let at = 0
  let row: number | undefined
  let text: number | undefined
  /** So many brackets are open in the row. */
  let depth = 0
  let isTooLong = false
  let isStart = true
  let lastText = ''
  for await (const bytes of bytesOf(path, { isCounted })) {
    if (isStart) refuseUtf16(bytes)
    isStart = false
    window.append(bytes)
    const held = window.bytes
    while (at < held.length) {
      if (text !== undefined) {
        const end = endOfText(held, at, text)
        at = end.at
        if (!end.isFound) break
        lastText = row === undefined && at - text < 50 ? held.toString('latin1', text, at) : ''
        text = undefined
        at += 1
        continue
      }
      const byte = held[at] ?? 0
      const top = open.at(-1)
      const isInTable = top?.table !== undefined
      const isEnd = depth === 0 && (byte === comma || byte === closeArray)
      if (isInTable && isEnd && (row !== undefined || isTooLong)) {
        const { table = '' } = top
        yield { table, row: row === undefined ? 'too-long' : held.subarray(row, at) }
        row = undefined
        isTooLong = false
      } else if (isInTable && !isEnd && byte > 0x20 && row === undefined && !isTooLong) row = at
      const isInRow = row !== undefined || isTooLong
      switch (byte) {
        case quote:
          text = at + 1
          break
        case openArray:
        case openObject: {
          if (isInRow) {
            depth += 1
            break
          }
          const opened = openIn(top, open.length, byte === openArray)
          open.push(opened)
          if (opened.table !== undefined) yield { table: opened.table, row: undefined }
          break
        }
        case closeArray:
        case closeObject:
          if (isInRow) depth -= 1
          else if (open.pop()?.isArray !== (byte === closeArray))
            throw new ImportError('it is not valid JSON')
          if (depth < 0) throw new ImportError('it is not valid JSON')
          break
        case colon:
          if (!isInRow && top !== undefined) top.name = lastText
          break
        case comma:
          if (!isInRow && top?.isArray === true) top.name = Number(top.name) + 1
      }
      at += 1
    }
    if (row !== undefined && held.length - row > mostRowBytes) {
      isTooLong = true
      row = undefined
    }
    const done = row ?? at
    window.drop(done)
    at -= done
    if (row !== undefined) row = 0
    if (text !== undefined) text = Math.max(0, text - done)
  }
  if (open.length > 0 || text !== undefined)
    throw new ImportError('it is not valid JSON: the file ends before it does')
}

function openIn(parent: Open | undefined, count: number, isArray: boolean): Open {
  if (count > deepest) throw new ImportError(`the JSON is nested deeper than ${deepest} levels`)
  const name = isArray ? 0 : ''
  if (parent === undefined) return { isArray, path: '', table: undefined, name }
  if (parent.path === undefined || count > deepestTable)
    return { isArray, path: undefined, table: undefined, name }
  const path = parent.path === '' ? `${parent.name}` : `${parent.path}.${parent.name}`
  return { isArray, path, table: isArray && path !== 'db' ? tablePath.exec(path)?.[1] : undefined, name }
}

/** Where the quotation mark is that ends a text, or how far there is none: an escape that is not whole is kept. */
function endOfText(bytes: Buffer, from: number, start: number): { at: number; isFound: boolean } {
  const escapesBefore = (end: number) => {
    let at = end
    while (at > start && bytes[at - 1] === backslash) at -= 1
    return end - at
  }
  for (let end = bytes.indexOf(quote, from); end !== -1; end = bytes.indexOf(quote, end + 1))
    if (escapesBefore(end) % 2 === 0) return { at: end, isFound: true }
  return { at: Math.max(from, bytes.length - (escapesBefore(bytes.length) % 2)), isFound: false }
}
