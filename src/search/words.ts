import { foldWords } from './fold.ts'

/**
 * A word of a text or, in scripts that write no space between words, one letter with its marks.
 */
export interface Piece {
  /** Folded. */
  readonly text: string
  /** Where it stands in the text, in UTF-16 units; `end` is exclusive. */
  readonly start: number
  readonly end: number
  /** `letter` in scripts without spaces. */
  readonly kind: 'word' | 'letter'
  /** True for a letter that the next piece follows without anything between. */
  readonly joinsNext: boolean
}

/** Invisible within a word: soft hyphen, zero width space, (non-)joiner, word joiner, byte order mark. */
const invisible = '\\u00AD\\u200B-\\u200D\\u2060\\uFEFF'
/** Korean has spaces, but writes what other languages have as words of their own onto the end of words. */
const scripts = ['Han', 'Hiragana', 'Katakana', 'Hangul', 'Thai', 'Lao', 'Khmer', 'Myanmar']
const unspaced = `[[${scripts.map((name) => `\\p{Script=${name}}`).join('')}\\u30FC\\uFF70]&&[\\p{L}\\p{Nl}]]`
/** The voicing marks of half-width Katakana are letters by name. */
const letter = `(${unspaced}[\\p{M}\\uFF9E\\uFF9F${invisible}]*)`
const begin = `[[\\p{L}\\p{N}]--${unspaced}]`
const more = `[[\\p{L}\\p{M}\\p{N}${invisible}]--${unspaced}]`
/** Would be a word all the same, but takes a third of the time, and most words of most texts are of this kind. */
const plainWord = `[A-Za-z0-9]+(?!${more})`
const pieces = new RegExp(`${plainWord}|${letter}|${begin}${more}*`, 'gv')

/** The pieces of a text, in order; signs and spaces are none. */
export function piecesOf(text: string): Piece[] {
  const found = [...text.matchAll(pieces)]
  const folded = foldWords(found.map((match) => match[0]))
  const all: Piece[] = []
  for (let index = found.length - 1; index >= 0; index -= 1) {
    const match = found[index]
    const text = folded[index]
    if (match === undefined || !text) continue
    const { index: start } = match
    const end = start + match[0].length
    const kind = match[1] === undefined ? 'word' : 'letter'
    const next = all.at(-1)
    const joinsNext = kind === 'letter' && next?.kind === 'letter' && next.start === end
    all.push({ text, start, end, kind, joinsNext })
  }
  return all.reverse()
}

/**
 * What is indexed of the pieces, one for each: a word as it is; of a letter the pair with the next one, so that
 * any part of a run of letters is found as a row of pairs; the last letter of a run alone.
 */
export function wordsOf(all: readonly Piece[]): string[] {
  return all.map((piece, index) => (piece.joinsNext ? piece.text + (all[index + 1]?.text ?? '') : piece.text))
}
