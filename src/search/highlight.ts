import type { SearchQuery, Term } from './query.ts'
import { type Piece, piecesOf, wordsOf } from './words.ts'

/** A part of a text, in UTF-16 units: `text.slice(start, end)`. */
export type Range = [start: number, end: number]

/** Where a text has what was searched for: in order, apart from each other, whole words. */
export function rangesOf(text: string, { all }: SearchQuery): Range[] {
  const pieces = piecesOf(text)
  const words = wordsOf(pieces)
  const found = all.flatMap((term) =>
    words.flatMap((_word, at) => (standsAt(words, at, term) ? [rangeOf(pieces, at, term)] : [])),
  )
  return merged(found)
}

/** True when the words of the term stand one after the other from `at`. */
export function standsAt(words: readonly string[], at: number, term: Term): boolean {
  return term.words.every((word, offset) => {
    const there = words[at + offset]
    const isLast = offset === term.words.length - 1
    return there === word || (term.isPrefix && isLast && there?.startsWith(word) === true)
  })
}

function rangeOf(pieces: readonly Piece[], at: number, { words }: Term): Range {
  const first = pieces[at]
  const index = at + words.length - 1
  const last = pieces[index]
  const start = first?.start ?? 0
  if (!last) return [start, start]
  // Of a pair of letters the second is meant only when the term reaches into it.
  const reachesNext = last.joinsNext && (words.at(-1)?.length ?? 0) > last.text.length
  return [start, (reachesNext ? pieces[index + 1] : last)?.end ?? last.end]
}

function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = []
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([start, end])
  }
  return result
}
