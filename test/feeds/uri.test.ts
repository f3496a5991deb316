import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toUri } from '../../src/feeds/uri.ts'

const ajv = new Ajv2020()
formats.default(ajv)
const isUri = ajv.compile({ type: 'string', format: 'uri' })

describe('a URL as RFC 3986 has it', () => {
  it.each([
    ['https://news.example', 'https://news.example/'],
    ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
    ['http://[::1]:80/a', 'http://[::1]/a'],
    [
      'https://a.example/a|b^c{d}[e]`?q=|[1]\\#f|[g]#h',
      'https://a.example/a%7Cb%5Ec%7Bd%7D%5Be%5D%60?q=%7C%5B1%5D%5C#f%7C%5Bg%5D%23h',
    ],
    ['https://a.example/100%/%zz/%7c', 'https://a.example/100%25/%25zz/%7c'],
    ["https://a.example/!$&'()*+,;=:@-._~?a=b/?", "https://a.example/!$&'()*+,;=:@-._~?a=b/?"],
  ])('of %s is %s', (url, uri) => {
    expect(toUri(url)).toBe(uri)
  })

  it('is valid whatever the URL, leads to the same place, and stays as it is when done again', () => {
    const part = fc.oneof(
      fc.constantFrom('%', '#', '?', '/', '|', '[', ']', '\\', '"', '%41', 'é'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const url = `https://a.example/${parts.join('')}`
        fc.pre(URL.canParse(url))
        const uri = toUri(url)
        expect(isUri(uri), uri).toBe(true)
        expect(toUri(uri)).toBe(uri)
        expect(new URL(uri).href).toBe(uri)
      }),
      { numRuns: 500 },
    )
  })
})
