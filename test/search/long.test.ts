import { expect, it } from 'vitest'
import { mostWords } from '../../src/search/document.ts'
import { paragraphs, startDesk } from './editor.ts'

const words = (count: number, word: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => word(index)).join(' ')

it('takes articles of any length, and finds the same in them on both databases', async () => {
  const { make, titles } = await startDesk()
  // Title, two places between fields and the slug come before the body.
  const before = 1 + 3
  const room = mostWords - before
  const parts = [
    words(room - 2, (index) => `w${index.toString(36)}`),
    'last phrase',
    'beyond everything',
  ].join(' ')
  const chunks = parts.match(/.{1,90000}(?= |$)/g) ?? []
  await make({ title: 'Long', slug: 'x', body: paragraphs(...chunks) })
  expect(await titles('"last phrase"')).toEqual(['Long'])
  expect(await titles('"w0 w1" last')).toEqual(['Long'])
  expect(await titles('beyond')).toEqual([])

  await make({ title: 'Often', slug: 'y', body: paragraphs(`${'the '.repeat(300)}end`, 'a the') })
  expect(await titles('"a the"')).toEqual([])
  expect(await titles('the end')).toEqual(['Often'])

  // Words of three bytes a letter, none twice: what takes the most room.
  const huge = words(20_000, (index) =>
    [...index.toString(26).padStart(60, '0')]
      .map((digit) => String.fromCharCode(0x10d0 + Number.parseInt(digit, 36)))
      .join(''),
  )
  await make({ title: 'Huge', slug: 'z', body: paragraphs(...(huge.match(/.{1,90000}(?= |$)/g) ?? [])) })
  expect(await titles('ა'.repeat(57))).toEqual(['Huge'])
})
