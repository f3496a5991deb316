import { describe, expect, it } from 'vitest'
import { fromMarkdown } from '../../src/body/from-markdown.ts'

/** Each text block as its style, list and spans; each other block as its type. */
function read(markdown: string) {
  return fromMarkdown(markdown).map((block) => {
    if (block._type !== 'block') return block._type
    const links = new Map(block.markDefs?.map((link) => [link._key, link.href]))
    const spans = block.children.map(({ text, marks = [] }) =>
      marks.length === 0 ? text : [text, ...marks.map((mark) => links.get(mark) ?? mark)],
    )
    return [block.listItem ? `${block.listItem} ${block.level}` : block.style, ...spans]
  })
}

describe('Markdown', () => {
  it('has headings, paragraphs, quotes, lists and rules', () => {
    expect(
      read(
        '# One\n\nTwo\nlines  \nbreak\n\n> Quote\n>\n> more\n\n- a\n  1. b\n\n     c\n- d\n\n***\n\nSix\n===',
      ),
    ).toEqual([
      ['h1', 'One'],
      ['normal', 'Two lines\nbreak'],
      ['blockquote', 'Quote'],
      ['blockquote', 'more'],
      ['bullet 1', 'a'],
      ['number 2', 'b\nc'],
      ['bullet 1', 'd'],
      'horizontal-rule',
      ['h1', 'Six'],
    ])
  })

  it('has marks, links and what HTML adds to them', () => {
    expect(
      read(
        '**b** _i_ ~~s~~ `c` <u>u</u> H<sub>2</sub>O [l](https://a.example/ä "T") <https://b.example> \\*no\\*',
      ),
    ).toEqual([
      [
        ...[
          'normal',
          ['b', 'strong'],
          ' ',
          ['i', 'em'],
          ' ',
          ['s', 'strike-through'],
          ' ',
          ['c', 'code'],
          ' ',
        ],
        ...[['u', 'underline'], ' H', ['2', 'sub'], 'O ', ['l', 'https://a.example/ä'], ' '],
        ...[['https://b.example', 'https://b.example'], ' *no*'],
      ],
    ])
  })

  it('links bare addresses with a scheme, and no names that look like domains', () => {
    expect(read('See https://a.example/b_c_d, Booking.com and www.a.example.')).toEqual([
      [
        ...['normal', 'See ', ['https://a.example/b_c_d', 'https://a.example/b_c_d']],
        ', Booking.com and www.a.example.',
      ],
    ])
  })

  it('has code with its language, tables with alignment, and images', () => {
    expect(
      fromMarkdown(
        '```js {1}\n<b>\n\n```\n\n    indented\n\n| a | b |\n|:-:|--:|\n| **1** | 2 |\n\n![A \\> `c`](/i.png "T")',
      ),
    ).toMatchObject([
      { _type: 'code', code: '<b>\n', language: 'js' },
      { _type: 'code', code: 'indented' },
      {
        _type: 'table',
        headerRows: 1,
        alignment: ['center', 'right'],
        rows: [
          { cells: [{ value: [{ children: [{ text: 'a' }] }] }, { value: [{ children: [{ text: 'b' }] }] }] },
          { cells: [{ value: [{ children: [{ text: '1', marks: ['strong'] }] }] }, {}] },
        ],
      },
      { _type: 'image', src: '/i.png', alt: 'A > c', title: 'T' },
    ])
  })

  it('loses links with other schemes and keeps their text', () => {
    expect(
      read(
        '[a](javascript:alert(1)) [b](<java\nscript:alert(1)>) ![c](data:image/png;base64,x) <javascript:alert(1)> [d][r]\n\n[r]: vbscript:x',
      ),
    ).toEqual([['normal', 'a [b](<java script:alert(1)>) c javascript:alert(1) d']])
  })

  it('reduces raw HTML as HTML is reduced, also over several blocks', () => {
    expect(
      read(
        '<div onclick="alert(1)">\n\n**a**\n\n</div>\n\n<script>alert(1)</script>\n\nb <img src=x onerror=alert(1)> <iframe src="https://evil.example"></iframe>c',
      ),
    ).toEqual([
      ['normal', ['a', 'strong']],
      ['normal', 'b c'],
    ])
    expect(fromMarkdown('<figure><img src="/i.png" alt=""><figcaption>C</figcaption></figure>')).toEqual([
      { _type: 'image', src: '/i.png', alt: '', caption: 'C' },
    ])
  })

  it('takes a tag that is mentioned and never closed for text', () => {
    expect(read('Use <title> here.\n\nAnd <script> or <Template x> or <titles> there.\n\nEnd <svg>')).toEqual(
      [
        ['normal', 'Use <title> here.'],
        ['normal', 'And <script> or <Template x> or there.'],
        ['normal', 'End <svg>'],
      ],
    )
    expect(read('<title>T</title>\n\nEnd')).toEqual([['normal', 'End']])
  })
})
