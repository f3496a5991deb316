import { countCharacters } from '../contract/text.ts'

/** A block of Portable Text with one span; it gets its `_key` when it is stored. */
export interface PageBlock {
  _type: 'block'
  style: 'normal' | 'h2'
  children: { _type: 'span'; text: string; marks: string[] }[]
  markDefs: never[]
}

const maxHeadingCharacters = 80

/** End punctuation of the scripts in wide use, with the marks that may close after it. */
const endPunctuation = /[.!?…,;:。！？、，；：،؛؟۔।።]["'”’»›)\]」』]*$/u

/** Opening and closing marks, with neither of them inside. */
const quotation =
  /^(?:“[^“”]+”|„[^„“”]+[“”]|«[^«»]+»|»[^«»]+«|‹[^‹›]+›|‘[^‘’]+’|「[^「」]+」|『[^『』]+』|"[^"]+"|'[^']+')$/u

/**
 * One block a line. A short line (80 characters at most) that is wholly in quotation marks, or has no end
 * punctuation, is a heading when a paragraph follows it. Several such lines in a row are no headings but
 * for the last: they are a list or a poem.
 */
export function toBlocks(lines: readonly string[]): PageBlock[] {
  return lines.map((text, index) => {
    const next = lines[index + 1]
    const isHeading = looksLikeHeading(text) && next !== undefined && !looksLikeHeading(next)
    return {
      _type: 'block',
      style: isHeading ? 'h2' : 'normal',
      children: [{ _type: 'span', text, marks: [] }],
      markDefs: [],
    }
  })
}

function looksLikeHeading(text: string): boolean {
  // A code point has at most two UTF-16 units: what is longer need not be counted.
  if (text.length > 2 * maxHeadingCharacters || countCharacters(text) > maxHeadingCharacters) return false
  return quotation.test(text) || !endPunctuation.test(text)
}
