import type { Body, TextBlock } from '../contract/portable-text.ts'
import { blockText } from './text.ts'

const maxCharacters = 280
/** An excerpt this long may end with its paragraph; a shorter one goes on with the next. */
const enoughCharacters = 140

const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

/**
 * The beginning of the body as one line of at most 280 characters (code points): of its paragraphs, or of its
 * quotes, lists and headings when it has no paragraph. Cut between words, and then it ends with `…`. Empty
 * when the body has no text.
 */
export function deriveExcerpt(blocks: Body): string {
  const textBlocks = blocks.filter((block) => block._type === 'block')
  const paragraphs = textBlocks.filter((block) => block.style === 'normal' && block.listItem === undefined)
  return cut(beginning(paragraphs) || beginning(textBlocks))
}

function beginning(blocks: readonly TextBlock[]): string {
  let text = ''
  for (const block of blocks) {
    text = `${text} ${blockText(block).replace(/\s+/gu, ' ')}`.trim()
    if ([...text].length >= enoughCharacters) break
  }
  return text
}

function cut(text: string): string {
  const characters = [...text]
  if (characters.length <= maxCharacters) return text
  const room = characters.slice(0, maxCharacters - 1).join('')
  const end = lastSpace(room, characters[maxCharacters - 1]) ?? lastBoundary(text, room.length)
  const kept = room.slice(0, end).replace(/[\s\p{Pd}\p{Ps}\p{Pi},;:.]+$/u, '')
  return `${kept || room}…`
}

/** Where the last whole word ends, unless that is so far back that the text seems not to be written with spaces. */
function lastSpace(room: string, next: string | undefined): number | undefined {
  if (next === ' ') return room.length
  const end = room.lastIndexOf(' ')
  return end >= room.length / 2 ? end : undefined
}

/** The last boundary between words (UAX #29) that is not beyond `limit`, in UTF-16 units. */
function lastBoundary(text: string, limit: number): number {
  return segmenter.segment(text).containing(limit)?.index ?? limit
}
