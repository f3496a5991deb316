import { describe, expect, it } from 'vitest'
import { countWords, readingTimeMinutes } from '../../src/body/measure.ts'
import { bodyOf, textBlock } from './bodies.ts'

describe('countWords', () => {
  it('counts paragraphs, headings, quotes and list items, and no objects', () => {
    const body = bodyOf(
      textBlock(['Three word heading'], { style: 'h2' }),
      textBlock(['One ', ['tw', 'strong'], 'o\nthree “four” five-six.']),
      textBlock(['seven eight'], { style: 'blockquote' }),
      textBlock(['nine'], { listItem: 'bullet' }),
      { _type: 'image', src: '/a.png', alt: 'Not these', caption: 'words' },
    )
    expect(countWords(body)).toBe(11)
  })

  it('counts an article of 17 paragraphs and a heading', () => {
    const lengths = Array.from({ length: 17 }, (_, index) => (index < 8 ? 48 : 47))
    const paragraphs = lengths.map((length) => textBlock([Array.from({ length }, () => 'word').join(' ')]))
    expect(countWords(bodyOf(textBlock(['Its three words'], { style: 'h2' }), ...paragraphs))).toBe(810)
  })

  it('counts words in scripts that have no spaces', () => {
    expect(countWords(bodyOf(textBlock(['ภาษาไทยสวยงาม'])))).toBe(3)
    expect(countWords(bodyOf(textBlock(['我们在北京。'])))).toBeGreaterThanOrEqual(3)
    expect(countWords(bodyOf(textBlock(['テレビを見る and more'])))).toBeGreaterThanOrEqual(5)
    expect(countWords(bodyOf(textBlock(['한국어 문장'])))).toBe(2)
  })

  it('is 0 for a body without text', () => {
    expect(countWords([])).toBe(0)
    expect(countWords(bodyOf(textBlock([' \n '])))).toBe(0)
  })
})

describe('readingTimeMinutes', () => {
  it.each([
    [0, 0],
    [1, 1],
    [238, 1],
    [239, 2],
    [810, 4],
  ])('takes for %i words %i minutes', (words, minutes) => {
    expect(readingTimeMinutes(words)).toBe(minutes)
  })
})
