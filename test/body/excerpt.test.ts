import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveExcerpt } from '../../src/body/excerpt.ts'
import { bodies, bodyOf, textBlock } from './bodies.ts'

const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ')

describe('deriveExcerpt', () => {
  it('is the first paragraph when that is long enough', () => {
    const body = bodyOf(textBlock(['Title'], { style: 'h2' }), textBlock([words(40)]), textBlock(['Next']))
    expect(deriveExcerpt(body)).toBe(words(40))
  })

  it('goes on with the next paragraph after a short one', () => {
    expect(deriveExcerpt(bodyOf(textBlock(['Short.']), textBlock(['And\n more.'])))).toBe('Short. And more.')
  })

  it('is cut between words, without the punctuation before the cut', () => {
    const excerpt = deriveExcerpt(bodyOf(textBlock([`${words(55)}, (${words(20)}`])))
    expect(excerpt).toBe(`${words(55)}…`)
  })

  it('is cut between words where words have no spaces', () => {
    const excerpt = deriveExcerpt(bodyOf(textBlock(['我们在北京'.repeat(100)])))
    expect([...excerpt].length).toBeLessThanOrEqual(280)
    expect([...excerpt].length).toBeGreaterThan(270)
    expect(excerpt.endsWith('…')).toBe(true)
  })

  it('counts characters, not UTF-16 units, and splits none', () => {
    const excerpt = deriveExcerpt(bodyOf(textBlock(['𝒳'.repeat(400)])))
    expect(excerpt).toBe(`${'𝒳'.repeat(279)}…`)
  })

  it('is taken from quotes, lists and headings when there is no paragraph', () => {
    expect(deriveExcerpt(bodyOf(textBlock(['Only this'], { style: 'h2' })))).toBe('Only this')
  })

  it('is empty for a body without text', () => {
    expect(deriveExcerpt(bodyOf({ _type: 'horizontal-rule' }, textBlock([' '])))).toBe('')
  })

  it('is one line of at most 280 characters, whatever the body', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const excerpt = deriveExcerpt(body)
        expect([...excerpt].length).toBeLessThanOrEqual(280)
        expect(excerpt).toBe(excerpt.trim())
        expect(excerpt).not.toContain('\n')
      }),
    )
  })
})
