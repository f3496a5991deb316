import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentOf, mostPlaces, mostWords } from '../../src/search/document.ts'
import { foldWords } from '../../src/search/fold.ts'
import { rangesOf, standsAt } from '../../src/search/highlight.ts'
import { parseQuery } from '../../src/search/query.ts'
import { piecesOf, wordsOf } from '../../src/search/words.ts'
import { text } from './texts.ts'

const words = (value: string) => wordsOf(piecesOf(value))

describe('the words of a text', () => {
  it.each([
    ['Élection à Genève', ['election', 'a', 'geneve']],
    ['Straße, Łódź & Ærø', ['strasse', 'lodz', 'aero']],
    ['ΟΔΟΣ ὁδός', ['οδοσ', 'οδοσ']],
    ['Новости ёлка', ['новости', 'елка']],
    ['İstanbul ISTANBUL ıstanbul', ['istanbul', 'istanbul', 'istanbul']],
    ['مُحَمَّد أحمد', ['محمد', 'احمد']],
    ['שָׁלוֹם', ['שלום']],
    ['ＦＵＬＬ　ｗｉｄｔｈ', ['full', 'width']],
    ['١٢٣ १२३ １２３', ['123', '123', '123']],
    ['ﬁne ² ①', ['fine', '2', '1']],
    ['covid-19, U.S., don’t', ['covid', '19', 'u', 's', 'don', 't']],
    ['in\u00ADvisi\u200Bble', ['invisible']],
    ['हिन्दी', ['हिन्दी']],
    ['日本の新聞', ['日本', '本の', 'の新', '新聞', '聞']],
    ['日本 新聞', ['日本', '本', '新聞', '聞']],
    ['iPhone15発売', ['iphone15', '発売', '売']],
    ['ｶﾞｰﾃﾞﾝ', ['ガー', 'ーデ', 'デン', 'ン']],
    ['서울에서', ['서울', '울에', '에서', '서']],
    ['ไทย', ['ไท', 'ทย', 'ย']],
    ['🚢 — “” ﷽', []],
  ])('%s', (value, expected) => {
    expect(words(value)).toEqual(expected)
  })

  it('are the same however case and composition are written', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(words(value.toLowerCase())).toEqual(words(value))
        // Korean falls into letters of another kind; all that is stored or asked for is composed.
        const isKorean = /\p{Script=Hangul}/u.test(value)
        if (!isKorean) expect(words(value.normalize('NFD'))).toEqual(words(value.normalize('NFC')))
      }),
    )
  })

  it('are those of its parts, when these stand apart', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(words(`${one}\n${other}`)).toEqual([...words(one), ...words(other)])
      }),
    )
  })

  it('are folded together as each is alone, and folding again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 })), (values) => {
        const each = values.map((value) => value.replaceAll('\n', ''))
        const folded = foldWords(each)
        expect(folded).toEqual(each.flatMap((value) => foldWords([value])))
        expect(foldWords(folded)).toEqual(folded)
      }),
    )
  })

  it('hold nothing but letters, marks and digits, and no capital', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        for (const word of words(value)) {
          expect(word).toMatch(/^[\p{L}\p{M}\p{N}]+$/u)
          expect(word).not.toMatch(/[A-Z]/)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('are cut to a bounded length, and found all the same', () => {
    const long = 'x'.repeat(5_000)
    expect(words(long)[0]).toHaveLength(64)
    expect(words('𝒳'.repeat(100))[0]?.isWellFormed()).toBe(true)
    expect(rangesOf(long, parseQuery(`"${long}"`))).toEqual([[0, 5_000]])
  })
})

describe('what of an article is indexed', () => {
  const empty = { title: 'T', subtitle: null, excerpt: null, slug: 't', body: [] }
  const bodyOf = (value: string) => [
    {
      _type: 'block' as const,
      _key: 'a',
      style: 'normal' as const,
      children: [{ _type: 'span' as const, _key: 'b', text: value, marks: [] }],
      markDefs: [],
    },
  ]

  it('keeps the fields apart', () => {
    const document = documentOf({
      ...empty,
      title: 'A b',
      subtitle: 'c',
      excerpt: 'd e',
      slug: 'f-g',
      body: bodyOf('h'),
    })
    expect(document).toEqual({ title: ['a', 'b'], lead: ['c', '', 'd', 'e', '', 'f', 'g'], body: ['h'] })
  })

  it('ends at the number of words that both databases can keep, and a word at the number of its places', () => {
    const many = Array.from({ length: mostWords + 10 }, (_, index) => `w${index}`).join(' ')
    const { title, lead, body } = documentOf({ ...empty, body: bodyOf(many) })
    expect(title.length + lead.length + body.length).toBe(mostWords)
    const { body: repeated } = documentOf({ ...empty, body: bodyOf('the '.repeat(300)) })
    expect(repeated).toHaveLength(300)
    expect(repeated.filter((word) => word === 'the')).toHaveLength(mostPlaces)
    const long = documentOf({ ...empty, body: bodyOf(`${'日本'.repeat(40)} `.repeat(1_000)) })
    expect(long.body.join('').length).toBeLessThan(250_000)
  })
})

describe('what somebody typed', () => {
  const term = (...spoken: string[]) => ({ words: spoken, isPrefix: false })
  const open = (...spoken: string[]) => ({ words: spoken, isPrefix: true })

  it.each([
    ['harbour bridge', [term('harbour'), open('bridge')], []],
    ['covid-19', [open('covid', '19')], []],
    ['"harbour bridge"', [term('harbour', 'bridge')], []],
    ['„harbour bridge“ «open»', [term('harbour', 'bridge'), term('open')], []],
    ['"harbour brid', [open('harbour', 'brid')], []],
    ['harbour -open', [term('harbour')], [term('open')]],
    ['-"not open" harbour', [open('harbour')], [term('not', 'open')]],
    ['-"not open', [], [term('not', 'open')]],
    ['harbour - bridge', [term('harbour'), open('bridge')], []],
    ['harbour !', [open('harbour')], []],
    ['a a a', [term('a'), open('a')], []],
    ['title:harbour AND OR NOT NEAR(a b, 2)', null, []],
    ['新聞', [open('新聞')], []],
    ['新', [open('新')], []],
    ['"新"', [open('新')], []],
    ['"新聞社" -社', [term('新聞', '聞社')], [open('社')]],
    ['"2024年度 報告"', [term('2024', '年度', '度', '報告')], []],
  ])('%s', (typed, all, none) => {
    const query = parseQuery(typed)
    if (all === null) expect(query.all.length).toBeGreaterThan(3)
    else expect(query).toEqual({ all, none })
  })

  it('has no part that is not searchable, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' }), fc.string()), (typed) => {
        const { all, none } = parseQuery(typed)
        for (const { words: spoken } of [...all, ...none]) {
          expect(spoken.length).toBeGreaterThan(0)
          for (const word of spoken) expect(word).not.toBe('')
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('highlights', () => {
  it('lie within the text, in order and apart, and are what was searched for', () => {
    fc.assert(
      fc.property(text, text, (value, typed) => {
        const query = parseQuery(typed)
        const ranges = rangesOf(value, query)
        let last = -1
        for (const [start, end] of ranges) {
          expect(start).toBeGreaterThan(last)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(value.length)
          last = end
          const part = words(value.slice(start, end))
          const isMeant = query.all.some((term) => part.some((_word, at) => standsAt(part, at, term)))
          expect(isMeant, value.slice(start, end)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('cover every word of the text that is one of those', () => {
    fc.assert(
      fc.property(text, fc.nat(), (value, pick) => {
        const pieces = piecesOf(value)
        const piece = pieces[pick % Math.max(1, pieces.length)]
        if (!piece) return
        const ranges = rangesOf(value, parseQuery(`"${value.slice(piece.start, piece.end)}"`))
        expect(ranges.some(([start, end]) => start <= piece.start && end >= piece.end)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('leave out what must not be there, and words that only look alike', () => {
    expect(rangesOf('open harbour', parseQuery('harbour -open'))).toEqual([[5, 12]])
    expect(rangesOf('harbours harbour', parseQuery('"harbour"'))).toEqual([[9, 16]])
    expect(rangesOf('bridge harbour', parseQuery('"harbour bridge"'))).toEqual([])
    expect(rangesOf('新聞社と新聞', parseQuery('新聞'))).toEqual([
      [0, 2],
      [4, 6],
    ])
  })
})
