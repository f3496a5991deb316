import type { Dice } from './dice.ts'

/** Words of public and hidden texts alike, so that searches for them could tell how many texts have them. */
const vocabulary = [
  ...['harbour', 'bridge', 'council', 'storm', 'election', 'budget', 'school', 'river', 'strike', 'museum'],
  ...['Genève', 'Élection', 'Straße', 'новости', '新聞', 'minister', 'court', 'festival', 'ferry', 'rail'],
]

export function phrase(dice: Dice, length: number): string {
  return Array.from({ length }, () => dice.pick(vocabulary)).join(' ')
}

/** A body of a few paragraphs, the first of which begins with `first`. */
export function bodyOf(dice: Dice, first: string): object[] {
  const texts = [
    `${first} ${phrase(dice, 12)}`,
    ...Array.from({ length: dice.below(4) }, () => phrase(dice, 20)),
  ]
  return texts.map((text) => ({ _type: 'block', children: [{ _type: 'span', text }] }))
}
