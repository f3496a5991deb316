import { describe, expect, it } from 'vitest'
import { pairRelated } from '../../src/importers/related-list.ts'

const pairs = (...lines: string[]) => pairRelated(lines).map(({ title, excerpt }) => [title, excerpt])

describe('pairRelated', () => {
  it('pairs titles with teasers', () => {
    expect(pairs('One', 'About one...', 'Two', 'About two.')).toEqual([
      ['One', 'About one...'],
      ['Two', 'About two.'],
    ])
  })

  it('leaves the last title without a teaser', () => {
    expect(pairs('One', 'About one…', 'Two')).toEqual([
      ['One', 'About one…'],
      ['Two', null],
    ])
  })

  it('leaves a title in the middle without a teaser', () => {
    expect(pairs('One', 'About one.', 'Two', 'Three', 'About three.')).toEqual([
      ['One', 'About one.'],
      ['Two', null],
      ['Three', 'About three.'],
    ])
  })

  it('reads a list without teasers as titles', () => {
    expect(pairs('One', 'Will two come?', 'Three')).toEqual([
      ['One', null],
      ['Will two come?', null],
      ['Three', null],
    ])
  })

  it('takes a teaser without an end mark when the list alternates', () => {
    expect(pairs('One', 'About one.', 'Two', 'Can it last?', 'Three', 'About “three.”')).toEqual([
      ['One', 'About one.'],
      ['Two', 'Can it last?'],
      ['Three', 'About “three.”'],
    ])
  })

  it('lets a title end with a full stop', () => {
    expect(pairs('Talks in the U.S.', 'About talks.', 'Two', 'About two.')).toEqual([
      ['Talks in the U.S.', 'About talks.'],
      ['Two', 'About two.'],
    ])
  })

  it('makes nothing of nothing', () => {
    expect(pairs()).toEqual([])
  })
})
