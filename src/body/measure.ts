import type { Body } from '../contract/portable-text.ts'
import { blockText } from './text.ts'

/** Silent reading of English non-fiction, in words a minute: Brysbaert (2019), doi:10.1016/j.jml.2019.104047. */
const wordsPerMinute = 238

/** Scripts that write no space between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

/**
 * The words of paragraphs, headings, quotes and list items; images, code, tables and embeds do not count. A word is what stands
 * between white space; in scripts without spaces, what Unicode's segmentation (UAX #29) takes for one.
 */
export function countWords(blocks: Body): number {
  let count = 0
  for (const block of blocks) {
    if (block._type !== 'block') continue
    const text = blockText(block)
    const words = text.match(/\S+/gu) ?? []
    count += words.length
    // To look at each word is what takes the time, and most texts have none of these scripts.
    if (!unspaced.test(text)) continue
    for (const word of words) if (unspaced.test(word)) count += countSegments(word) - 1
  }
  return count
}

function countSegments(text: string): number {
  let count = 0
  for (const segment of segmenter.segment(text)) {
    if (segment.isWordLike) count += 1
  }
  return count
}

/** Whole minutes that reading so many words takes, rounded up; 0 for none. */
export function readingTimeMinutes(words: number): number {
  return Math.ceil(words / wordsPerMinute)
}
