import type { UnkeyedBlock, UnkeyedTextBlock } from '../../src/contract/portable-text.ts'
import type { Dice } from './random.ts'
import { throwWord, type Vocabulary, type Word } from './vocabulary.ts'

/** A text, and the words that it is found by. */
export interface Written {
  readonly text: string
  readonly words: readonly string[]
}

/** The rank of the first word that says what a text is about. */
const firstContentWord = 40

function throwWords(dice: Dice, vocabulary: Vocabulary, count: number, flat = 0): Word[] {
  return Array.from({ length: count }, () => throwWord(dice, vocabulary, flat))
}

function capital(text: string): string {
  const [first = '', ...rest] = text
  return first.toUpperCase() + rest.join('')
}

/** A headline of four to nine words, and what it is sorted by. */
export function writeTitle(dice: Dice, vocabulary: Vocabulary): Written & { readonly sortKey: string } {
  const words = throwWords(dice, vocabulary, 4 + dice.below(6), dice.chance(0.7) ? firstContentWord : 0)
  const colon = dice.chance(0.15) ? 1 + dice.below(2) : -1
  const join = (parts: readonly string[]) =>
    parts.map((part, index) => (index === colon ? `${part}:` : part)).join(' ')
  const end = dice.chance(0.08) ? '?' : ''
  const folded = words.map(([, word]) => word)
  return {
    text: capital(join(words.map(([word]) => word))) + end,
    sortKey: join(folded) + end,
    words: folded,
  }
}

/** One or more sentences. */
export function writeSentences(dice: Dice, vocabulary: Vocabulary, count: number): Written {
  const sentences = Array.from({ length: count }, () => {
    const words = throwWords(dice, vocabulary, 7 + dice.below(14))
    const comma = dice.chance(0.5) ? 2 + dice.below(4) : -1
    const text = words.map(([word], index) => (index === comma ? `${word},` : word)).join(' ')
    return { words, text: dice.chance(0.08) ? `“${capital(text)}.”` : `${capital(text)}.` }
  })
  return {
    text: sentences.map(({ text }) => text).join(' '),
    words: sentences.flatMap(({ words }) => words.map(([, word]) => word)),
  }
}

/** The blocks of an article: paragraphs, and now and then a heading, a quotation, a list, a link and a picture. */
export function writeBody(dice: Dice, vocabulary: Vocabulary): { blocks: UnkeyedBlock[]; words: string[] } {
  const blocks: UnkeyedBlock[] = []
  const words: string[] = []
  const add = (written: Written, block: Partial<UnkeyedTextBlock> = {}) => {
    blocks.push(textBlock(dice, written.text, block))
    words.push(...written.words)
  }
  if (dice.chance(0.3)) {
    const caption = writeSentences(dice, vocabulary, 1)
    words.push(...caption.words)
    blocks.push(picture(dice, caption.text))
  }
  // Most are short, some are long.
  const paragraphs = 2 + Math.floor(6 * dice.next() ** 2) + (dice.chance(0.03) ? dice.below(30) : 0)
  for (let number = 0; number < paragraphs; number += 1) {
    if (number > 0 && dice.chance(0.08)) add(writeTitle(dice, vocabulary), { style: 'h2' })
    if (number > 0 && dice.chance(0.05)) add(writeSentences(dice, vocabulary, 1), { style: 'blockquote' })
    if (number > 0 && dice.chance(0.03))
      for (let item = 0; item < 3; item += 1)
        add(writeSentences(dice, vocabulary, 1), { listItem: 'bullet', level: 1 })
    add(writeSentences(dice, vocabulary, 1 + dice.below(3)))
  }
  return { blocks, words }
}

function textBlock(dice: Dice, text: string, block: Partial<UnkeyedTextBlock>): UnkeyedTextBlock {
  const span = (part: string, ...marks: string[]) => ({ _type: 'span' as const, text: part, marks })
  const plain = { _type: 'block' as const, style: 'normal' as const, ...block }
  const cut = text.indexOf(' ', Math.floor(text.length / 2))
  if (cut === -1 || dice.chance(0.85)) return { ...plain, children: [span(text)], markDefs: [] }
  const isLink = dice.chance(0.5)
  const href = `https://news.example/${dice.below(100_000)}`
  return {
    ...plain,
    children: [
      span(text.slice(0, cut)),
      span(text.slice(cut), isLink ? 'link' : dice.pick(['strong', 'em'])),
    ],
    markDefs: isLink ? [{ _type: 'link', _key: 'link', href }] : [],
  }
}

function picture(dice: Dice, caption: string): UnkeyedBlock {
  return {
    _type: 'image',
    src: `https://img.example/${dice.below(1_000_000)}.jpg`,
    alt: caption,
    credit: 'Agency',
    width: 1600,
    height: 900,
  }
}
