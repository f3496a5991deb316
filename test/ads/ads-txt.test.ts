import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toAdsTxt } from '../../src/ads/ads-txt.ts'
import { readAdsTxt } from '../../src/ads/read-ads-txt.ts'
import { adsVariables, identityOf, type LineEntry, relationships } from '../../src/contract/seller-entry.ts'
import { corpus } from '../support/fixtures.ts'
import { meaningOf, realFiles, specFiles } from './meaning.ts'

const placeholder = 'placeholder.example.com, placeholder, DIRECT, placeholder\n'

describe('real files and those of the standard', () => {
  for (const path of [...specFiles, ...realFiles]) {
    const { text, reason } = corpus(path)
    it.skipIf(text === undefined)(`${path} is equal in meaning afterwards ${reason}`, () => {
      const { entries, problems } = readAdsTxt(text ?? '')
      const written = toAdsTxt(entries)
      expect(meaningOf(written)).toEqual(meaningOf(text ?? ''))
      expect(readAdsTxt(written).entries).toEqual(entries)
      expect(problems.length).toBeLessThanOrEqual(path.includes('transfermarkt') ? 7 : 0)
    })
  }
})

describe('reading', () => {
  const read = (text: string) => readAdsTxt(text)
  const codes = (text: string) => read(text).problems.map(({ line, code }) => [line, code])

  it('takes any line break, blanks, tabs, cases, a comma too many and a byte order mark', () => {
    const { entries, problems } = read(
      '\uFEFFA.example ,\t1 , direct ,  \rb.example,2,Reseller,c\r\n\n contact = ads@a.example\nMANAGERDOMAIN=m.example , fr',
    )
    expect(problems).toEqual([])
    expect(toAdsTxt(entries)).toBe(
      'A.example, 1, DIRECT\nb.example, 2, RESELLER, c\nCONTACT=ads@a.example\nMANAGERDOMAIN=m.example, FR\n',
    )
  })

  it('keeps comments with their line, and extensions', () => {
    const text =
      '# Display\n#\n# of all sites\na.example, 1, DIRECT; x=1;y # since 2020\n\n# Video\nb.example, 2, DIRECT\n'
    expect(toAdsTxt(read(text).entries)).toBe(text)
  })

  it('names each line that is wrong, and why', () => {
    expect(
      codes(
        [
          'a.example, 1, DIRECT',
          'a.example, 1',
          'http://a.example, 1, DIRECT',
          'a.example, , DIRECT',
          'a.example, 1, DIRECT cert',
          'FOO=bar',
          'OWNERDOMAIN=https://a.example/',
          'OWNERDOMAIN=',
          'MANAGERDOMAIN=a.example, France',
          'a.example, 1\u202E2, DIRECT',
          'a.example, 1\u00002, DIRECT',
          `a.example, ${'1'.repeat(256)}, DIRECT`,
          `a.example, 2, DIRECT, ${'x'.repeat(10_000)}`,
          '_________',
        ].join('\n'),
      ),
    ).toEqual([
      [2, 'not-a-record'],
      [3, 'invalid-domain'],
      [4, 'invalid-account'],
      [5, 'invalid-relationship'],
      [6, 'unknown-variable'],
      [7, 'invalid-domain'],
      [8, 'invalid-value'],
      [9, 'invalid-country'],
      [10, 'invalid-character'],
      [11, 'invalid-character'],
      [12, 'invalid-account'],
      [13, 'line-too-long'],
      [14, 'not-a-record'],
    ])
  })

  it('takes the first owner, the first manager of a country, and each record once', () => {
    const { entries, problems, duplicates } = read(
      'OWNERDOMAIN=a.example\nownerdomain=b.example\nMANAGERDOMAIN=m.example\nMANAGERDOMAIN=n.example, FR\nMANAGERDOMAIN=o.example, fr\nc.example,1,DIRECT\nC.example, 1, direct',
    )
    expect(toAdsTxt(entries)).toBe(
      'OWNERDOMAIN=a.example\nMANAGERDOMAIN=m.example\nMANAGERDOMAIN=n.example, FR\nc.example, 1, DIRECT\n',
    )
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [2, 'second-value'],
      [5, 'second-value'],
    ])
    expect(duplicates).toBe(1)
  })

  it('takes nothing from the placeholder, and writes it while there is no account', () => {
    expect(read(placeholder).entries).toEqual([])
    expect(toAdsTxt([])).toBe(placeholder)
    expect(toAdsTxt(read('OWNERDOMAIN=a.example').entries)).toBe(`OWNERDOMAIN=a.example\n${placeholder}`)
  })

  it('refuses files without end, and long lines take no time', () => {
    expect(() => read('a.example, 1, DIRECT\n'.repeat(200_000))).toThrow(/20000 lines/)
    const begun = performance.now()
    for (const unit of [' ', '\t', ',', ';', '=', '#', '.', 'a', '-', '\u0301'])
      for (const line of [unit.repeat(1_000_000), `a.example,${unit.repeat(9_000)}`.repeat(1)]) read(line)
    expect(performance.now() - begun).toBeLessThan(2_000)
  })
})

const domain = fc.domain()
const field = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const anything = fc.string({ unit: 'binary', maxLength: 60 })

/** Entries with whatever texts in them. */
const wildEntry = (text: fc.Arbitrary<string>, name: fc.Arbitrary<string>): fc.Arbitrary<LineEntry> =>
  fc.oneof(
    fc.record({
      kind: fc.constant('account' as const),
      domain: name,
      accountId: text,
      relationship: fc.constantFrom(...relationships),
      certificationAuthorityId: nullable(text),
      extension: nullable(text),
      comment: nullable(text),
      commentAbove: nullable(text),
    }),
    fc.record({
      kind: fc.constant('variable' as const),
      variable: fc.constantFrom(...adsVariables),
      value: name,
      country: fc.constant(null),
      comment: nullable(text),
      commentAbove: nullable(text),
    }),
  )

/** Without what ends a field. */
const plain = field
  .map((text) => text.normalize('NFC').replace(/[\p{C}\p{Z}\p{M}\s,;#\uFFFD]/gu, ''))
  .filter((text) => text !== '')

describe('any entry', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(wildEntry(plain, domain), { selector: identityOf, maxLength: 20 }),
        (entries) => {
          const kept = entries.filter((entry) => entry.kind === 'variable' || entry.accountId !== '')
          const { entries: read, problems } = readAdsTxt(toAdsTxt(kept))
          expect(problems).toEqual([])
          expect(read).toEqual(kept)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('makes no other lines than its own, whatever is in it', () => {
    const hostile = fc.oneof(
      anything,
      fc.constant('x\r\nevil.example, 1, DIRECT'),
      fc.constant('\u2028\u0085\v\f'),
    )
    fc.assert(
      fc.property(wildEntry(hostile, hostile), (entry) => {
        const written = toAdsTxt([entry])
        const above = entry.commentAbove === null ? [] : entry.commentAbove.split('\n')
        const lines = written.split(/\r\n|[\r\n\u2028\u2029\u0085\v\f]/)
        const own = entry.kind === 'account' ? 1 : 2
        expect(lines.length).toBe(above.length + own + 1)
        expect(lines.slice(0, above.length).every((line) => line.startsWith('#'))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('is read from any text without an error, and what is read is written and read alike', () => {
    const noise = fc.array(
      fc.oneof(
        anything,
        fc.constantFrom(
          'a.example, 1, DIRECT',
          '\n',
          '\r',
          '#',
          ';',
          ',',
          '=',
          ' ',
          '\t',
          'CONTACT=',
          'direct',
        ),
      ),
    )
    fc.assert(
      fc.property(noise, (parts) => {
        const { entries } = readAdsTxt(parts.join(''))
        expect(readAdsTxt(toAdsTxt(entries)).entries).toEqual(entries)
      }),
      { numRuns: 500 },
    )
  })
})
