import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTrailingAds, parseAdRow } from '../../src/importers/ad-rows.ts'

const lines = (...texts: string[]) => texts.map((text, index) => ({ number: index + 1, text }))

describe('parseAdRow', () => {
  it('finds the shortest text that is repeated', () => {
    expect(parseAdRow('Electric Scooter X'.repeat(4))).toEqual({ creative: 'Electric Scooter X', count: 4 })
    expect(parseAdRow('Été 😀'.repeat(2))).toEqual({ creative: 'Été 😀', count: 2 })
  })

  it.each([
    '',
    'x',
    'Electric Scooter X',
    'abcabcab',
    'abcabcabcd',
    'ababab',
    '123123',
    '!?!?',
    'no no',
    '😀😀😀😀',
  ])('finds no ads in "%s"', (line) => {
    expect(parseAdRow(line)).toBeUndefined()
  })

  it('agrees with plain counting', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 8 })
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 4 }), (unit, times) => {
        const line = unit.repeat(times)
        const lengths = Array.from({ length: Math.floor(line.length / 2) }, (_, index) => index + 1)
        const period = lengths.find((length) => line === line.slice(0, length).repeat(line.length / length))
        const expected =
          period !== undefined && period >= 3 && line.slice(0, period).trim() !== ''
            ? { creative: line.slice(0, period), count: line.length / period }
            : undefined
        expect(parseAdRow(line)).toEqual(expected)
      }),
    )
  })

  it.each([
    ['one letter, then another', `${'a'.repeat(999_999)}b`],
    ['a late difference', `${'ab'.repeat(499_999)}ac`],
    ['a nearly repeated half', `${`${'a'.repeat(499_999)}b`}${'a'.repeat(500_000)}`],
    ['Fibonacci words', fibonacciWord(1_000_000)],
  ])('reads a line of a million characters at once: %s', (_, line) => {
    const start = performance.now()
    expect(parseAdRow(line)).toBeUndefined()
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})

describe('findTrailingAds', () => {
  it('finds the longest last run of rows and of their texts', () => {
    expect(findTrailingAds(lines('Text', 'AdOneAdOne', 'AdTwo', 'AdTwoAdTwo', 'AdOne'), new Set())).toBe(1)
  })

  it('finds none where a lone text has no row in the run', () => {
    expect(findTrailingAds(lines('AdOneAdOne', 'Text', 'AdOne'), new Set())).toBe(3)
    expect(findTrailingAds(lines('Text', 'AdTwoAdTwo', 'AdOne'), new Set())).toBe(3)
  })

  it('takes a lone text that is known', () => {
    expect(findTrailingAds(lines('Text', 'AdOne'), new Set(['AdOne']))).toBe(1)
  })
})

function fibonacciWord(length: number): string {
  let [previous, word] = ['a', 'ab']
  while (word.length < length) [previous, word] = [word, word + previous]
  return word.slice(0, length)
}
