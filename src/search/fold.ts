import anyAscii from 'any-ascii'
import { fold } from '../contract/slug.ts'

/** Scripts whose marks are accents or vowel points, which readers leave out; in others a mark is a letter's part. */
const accents =
  /([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}])\p{M}+/gu
const digits = /[\p{Nd}--[0-9]]/gv
/** What folding leaves that is part of no word: hyphens that do not show, tatweel, the stroke of a fraction. */
const notInWords = /[^\p{L}\p{M}\p{N}\n]|\u0640/gu

/** In UTF-16 units: words longer than this are found by their beginning. */
const longestWord = 64
/** What is looked at of a word: enough, as long as its marks are not more than its letters. */
const longestWritten = 2 * longestWord

/** Folded words that are not ASCII: a few thousand make most of every text. */
const known = new Map<string, string>()
const mostKnown = 20_000

/**
 * Folds words so that those that a reader takes for one are one: case, accents, width and other compatibility forms
 * (NFKD), digits of any script, final sigma. Words without line feeds in, as many out; one of which nothing is left
 * is empty.
 */
export function foldWords(written: readonly string[]): string[] {
  if (known.size > mostKnown) known.clear()
  const words = written.map((word) => cut(word, longestWritten))
  const unknown = [...new Set(words.filter((word) => !isAscii(word) && !known.has(word)))]
  // Together, because normalising many small strings takes ten times as long.
  const folded = foldAny(unknown.join('\n')).split('\n')
  for (const [index, word] of unknown.entries()) known.set(word, folded[index] ?? '')
  return words.map((word) => cut(isAscii(word) ? word.toLowerCase() : (known.get(word) ?? ''), longestWord))
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text)
}

function foldAny(text: string): string {
  const bare = text.normalize('NFKD').replace(notInWords, '').replace(accents, '$1')
  // Some letters are written with signs in ASCII.
  return fold(bare).replaceAll('ς', 'σ').replace(digits, anyAscii).replace(notInWords, '')
}

function cut(word: string, length: number): string {
  if (word.length <= length) return word
  // Not within a surrogate pair.
  return word.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}
