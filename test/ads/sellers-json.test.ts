import { describe, expect, it } from 'vitest'
import { readSellersJson, toSellersJson } from '../../src/ads/sellers-json.ts'
import { corpus } from '../support/fixtures.ts'

describe('sellers.json', () => {
  const sample = corpus('ads/sellers.json/spec-sample.quotes-fixed.json')
  it.skipIf(sample.text === undefined)(`takes the sample of the standard over ${sample.reason}`, () => {
    const { entries, problems, notes } = readSellersJson(sample.text ?? '')
    expect([problems, notes]).toEqual([[], []])
    expect(JSON.parse(toSellersJson(entries))).toEqual(JSON.parse(sample.text ?? ''))
  })

  const printed = corpus('ads/sellers.json/spec-sample.as-printed-invalid.json.txt')
  it.skipIf(printed.text === undefined)(`refuses what is not JSON ${printed.reason}`, () => {
    expect(() => readSellersJson(printed.text ?? '')).toThrow(/malformed-json/)
  })

  it('hides name and domain of who is confidential', () => {
    const { entries } = readSellersJson(
      JSON.stringify({
        version: '1.0',
        sellers: [
          {
            ...{
              seller_id: 7,
              seller_type: 'both',
              is_confidential: true,
              name: 'Secret',
              domain: 'secret.example',
            },
            ext: { a: [1] },
          },
        ],
      }),
    )
    expect(entries).toMatchObject([{ name: 'Secret', domain: 'secret.example' }])
    expect(JSON.parse(toSellersJson(entries))).toEqual({
      version: '1.0',
      sellers: [{ seller_id: '7', seller_type: 'BOTH', is_confidential: 1, ext: { a: [1] } }],
    })
  })

  it('names each seller that is wrong, and takes the others', () => {
    const good = { seller_id: 'a', name: 'A', domain: 'a.example', seller_type: 'PUBLISHER' }
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
    const text = JSON.stringify({
      contact_email: 'a\nb',
      odd: 1,
      sellers: [
        good,
        good,
        { ...good, name: 'B' },
        { ...good, seller_id: '' },
        { ...good, seller_id: 'b', name: null },
        { ...good, seller_id: 'c', domain: 'http://a.example' },
        { ...good, seller_id: 'd', seller_type: 'OTHER' },
        { ...good, seller_id: 'e', is_confidential: 2 },
        { ...good, seller_id: 'f', comment: 'x'.repeat(501) },
        { ...good, seller_id: 'g', ext: 'DEEP' },
        { ...good, seller_id: 'h', ext: { a: '\u0000' } },
        { ...good, seller_id: 'i', ext: { a: 'x'.repeat(5_000) } },
        { ...good, seller_id: '\ud800' },
        null,
        [],
      ],
    }).replace('"DEEP"', deep)
    const { entries, problems, notes, duplicates } = readSellersJson(text)
    expect(entries).toHaveLength(1)
    expect(duplicates).toBe(1)
    expect(notes.map(({ code }) => code)).toEqual(['unknown-member', 'duplicate'])
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      '',
      ...Array.from({ length: 13 }, (_, index) => `/sellers/${index + 2}`),
    ])
  })

  it.each(['', '[]', 'null', '{}', '{"sellers":{}}', '{"sellers":[}'])('refuses %s', (text) => {
    expect(() => readSellersJson(text)).toThrow(/malformed-json/)
  })

  it('refuses a list without end', () => {
    expect(() => readSellersJson(`{"sellers":[${'1,'.repeat(60_000)}1]}`)).toThrow(/20000 sellers/)
  })
})
