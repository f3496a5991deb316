import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/body/convert.ts'
import { fromText } from '../../src/body/from-text.ts'
import { toText } from '../../src/body/text.ts'
import { bodyOf, trickyText } from './bodies.ts'

const read = (source: string) =>
  fromText(source).map((block) => block._type === 'block' && block.children.map(({ text }) => text))

describe('plain text', () => {
  it('is parted into paragraphs by empty lines, and keeps its lines', () => {
    expect(read('\n\none\n  two\r\n\r\n \t\nthree\rfour\n\n\n\nfive\n')).toEqual([
      ['one\n  two'],
      ['three\nfour'],
      ['five'],
    ])
    expect(read(' \n\t\n')).toEqual([])
  })

  it('is not interpreted', () => {
    const text = '# No <b>heading</b> *or* [link](https://a.example) &amp; https://a.example'
    expect(fromText(text)).toEqual([{ _type: 'block', children: [{ _type: 'span', text }] }])
  })

  it('comes back from toText as it was', () => {
    const paragraph = fc
      .array(trickyText, { minLength: 1, maxLength: 3 })
      .map((lines) =>
        lines.map((line) => line.replace(/[\r\n]/g, ' ').normalize('NFC')).filter((line) => line.trim()),
      )
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(fc.array(paragraph, { maxLength: 4 }), (paragraphs) => {
        const content = paragraphs.join('\n\n')
        const blocks = convert({ format: 'text', content })
        expect(toText(bodyOf(...blocks))).toBe(content)
      }),
    )
  })
})
