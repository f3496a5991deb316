import { countCharacters } from '../contract/text.ts'
import type { Line } from './plain-text-lines.ts'

/** One text repeated: `Electric Scooter XElectric Scooter X` is a row of two. */
export interface AdRow {
  readonly creative: string
  readonly count: number
}

const minCreativeCharacters = 3

/**
 * Reads a line that is one text repeated at least twice, with nothing between: prose would put a space there, so
 * `bye bye` is none. The text has at least three characters, one of them a letter (`hahaha`, `2222` and
 * `-----` are none), and is the shortest that the line repeats. Linear in the line's length.
 */
export function parseAdRow(line: string): AdRow | undefined {
  const period = findPeriod(line)
  if (period === line.length) return undefined
  const creative = line.slice(0, period)
  if (countCharacters(creative) < minCreativeCharacters || !/\p{L}/u.test(creative)) return undefined
  return { creative, count: line.length / period }
}

/** Where the row of ads begins that ends the lines: the longest last run in which each is an ad row or one of its texts. */
export function findTrailingAds(lines: readonly Line[], known: ReadonlySet<string>): number {
  const creatives = new Set(known)
  const unexplained = new Set<string>()
  let start = lines.length
  for (const [index, { text }] of [...lines.entries()].reverse()) {
    const row = parseAdRow(text)
    if (row !== undefined) {
      creatives.add(row.creative)
      unexplained.delete(row.creative)
    } else if (!creatives.has(text)) {
      unexplained.add(text)
    }
    if (unexplained.size === 0) start = index
  }
  return start
}

/** The ads of a line that stands among ads: a row of them, or one alone. */
export function toAdRow(line: string): AdRow {
  return parseAdRow(line) ?? { creative: line, count: 1 }
}

/** The length of the shortest text whose repetition is the whole text: the prefix function of Knuth, Morris and Pratt. */
function findPeriod(text: string): number {
  const borders = new Int32Array(text.length)
  let border = 0
  for (let index = 1; index < text.length; index += 1) {
    while (border > 0 && text.charCodeAt(index) !== text.charCodeAt(border)) border = borders[border - 1] ?? 0
    if (text.charCodeAt(index) === text.charCodeAt(border)) border += 1
    borders[index] = border
  }
  const period = text.length - border
  return text.length % period === 0 ? period : text.length
}
