import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toText } from '../../src/body/text.ts'
import { bodies, bodyOf, textBlock } from './bodies.ts'

describe('toText', () => {
  it('parts blocks by an empty line and list items by a line feed', () => {
    const body = bodyOf(
      textBlock(['Head'], { style: 'h2' }),
      textBlock(['A ', ['bold', 'strong'], ' word']),
      textBlock(['one'], { listItem: 'bullet' }),
      textBlock(['two'], { listItem: 'number', level: 2 }),
      { _type: 'horizontal-rule' },
      textBlock(['']),
      textBlock(['End'], { style: 'blockquote' }),
    )
    expect(toText(body)).toBe('Head\n\nA bold word\n\none\ntwo\n\nEnd')
  })

  it('says what stands in objects', () => {
    const cell = (text: string) => ({ _type: 'cell' as const, value: [textBlock([text])] })
    const body = bodyOf(
      { _type: 'image', src: '/a.png', alt: 'Alt', caption: 'Caption' },
      { _type: 'image', src: '/a.png', alt: 'Same', caption: 'Same' },
      { _type: 'code', code: 'a\n  b' },
      {
        _type: 'table',
        rows: [
          { _type: 'row', cells: [cell('a\nb'), cell('c')] },
          { _type: 'row', cells: [cell('d')] },
        ],
      },
      { _type: 'embed', url: 'https://v.example/1' },
      { _type: 'embed', url: 'https://v.example/1', caption: 'Video' },
    )
    expect(toText(body)).toBe('Alt\nCaption\n\nSame\n\na\n  b\n\na b\tc\nd\n\nhttps://v.example/1\n\nVideo')
  })

  it('keeps the words of every text block, in their order', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const text = toText(body)
        let position = 0
        for (const block of body) {
          if (block._type !== 'block') continue
          const words = block.children
            .map((span) => span.text)
            .join('')
            .split(/\s+/u)
          for (const word of words.filter(Boolean)) {
            const found = text.indexOf(word, position)
            expect(found).toBeGreaterThanOrEqual(position)
            position = found + word.length
          }
        }
      }),
    )
  })
})
