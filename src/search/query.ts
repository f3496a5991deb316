import { type Piece, piecesOf, wordsOf } from './words.ts'

/** Words that must stand one after the other in one field. */
export interface Term {
  /** Folded, as they are indexed; at least one. */
  readonly words: readonly string[]
  /** True when the last word may go on. */
  readonly isPrefix: boolean
}

/** What is searched for: every one of `all` and none of `none`. With an empty `all` nothing is found. */
export interface SearchQuery {
  readonly all: readonly Term[]
  readonly none: readonly Term[]
}

const quote = '"“”„«»'
const part = new RegExp(`(-?)(?:[${quote}]([^${quote}]*)([${quote}]|$)|([^\\s${quote}]+))`, 'g')

/**
 * Reads what somebody typed: words, "phrases in quotes", and `-` before what must not be there. There is no other
 * syntax and no text that is wrong. What is written in one piece, such as `covid-19`, is a phrase. The last word,
 * and a phrase whose closing quote is still to come, match what begins with them.
 */
export function parseQuery(typed: string): SearchQuery {
  const all: Term[] = []
  const none: Term[] = []
  const parts = [...typed.matchAll(part)]
    .map(([, minus, phrase, closing, written]) => ({
      isExcluded: minus === '-',
      isClosed: Boolean(closing),
      pieces: piecesOf(phrase ?? written ?? ''),
    }))
    .filter(({ pieces }) => pieces.length > 0)
  for (const [index, { isExcluded, isClosed, pieces }] of parts.entries()) {
    const isLast = index === parts.length - 1
    const term = termOf(pieces, isLast && !isExcluded && !isClosed ? 'goes on' : 'ends')
    ;(isExcluded ? none : all).push(term)
  }
  return { all: distinct(all), none: distinct(none) }
}

/** The term that these pieces make; `end` is what its last word does. */
function termOf(pieces: readonly Piece[], end: 'goes on' | 'ends'): Term {
  const words = wordsOf(pieces)
  const mayGoOn = end === 'goes on'
  if (pieces.at(-1)?.kind === 'word') return { words, isPrefix: mayGoOn }
  // A run of letters is found wherever it stands: its last letter need not be the last of a run there. The pair before
  // it has it already; where it is alone, it is the beginning of a pair.
  const isAlone = pieces.at(-2)?.joinsNext !== true
  return isAlone ? { words, isPrefix: true } : { words: words.slice(0, -1), isPrefix: mayGoOn }
}

function distinct(terms: readonly Term[]): Term[] {
  return [...new Map(terms.map((term) => [`${term.words.join(' ')} ${term.isPrefix}`, term])).values()]
}
