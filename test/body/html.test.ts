import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHtml } from '../../src/body/html.ts'
import type { Body } from '../../src/contract/portable-text.ts'
import { bodies, bodyOf, textBlock } from './bodies.ts'

describe('toHtml', () => {
  it('puts the key of each text block on its element', () => {
    const body = bodyOf(
      textBlock(['Title'], { _key: 'a', style: 'h2' }),
      textBlock(['Some ', ['text', 'strong', 'em']], { _key: 'b' }),
      textBlock(['Quote'], { _key: 'c', style: 'blockquote' }),
    )
    expect(toHtml(body)).toBe(
      '<h2 data-key="a">Title</h2><p data-key="b">Some <strong><em>text</em></strong></p>' +
        '<blockquote data-key="c">Quote</blockquote>',
    )
  })

  it('renders every decorator and line breaks', () => {
    const marks = ['underline', 'strike-through', 'code', 'sub', 'sup'] as const
    const body = bodyOf(textBlock([...marks.map((mark) => ['x', mark] as const), 'a\nb'], { _key: 'k' }))
    expect(toHtml(body)).toBe(
      '<p data-key="k"><u>x</u><s>x</s><code>x</code><sub>x</sub><sup>x</sup>a<br>b</p>',
    )
  })

  it('nests lists, and gives no key to the items that stand for a skipped level', () => {
    const body = bodyOf(
      textBlock(['one'], { _key: 'a', listItem: 'bullet' }),
      textBlock(['deep'], { _key: 'b', listItem: 'number', level: 3 }),
      textBlock(['two'], { _key: 'c', listItem: 'bullet', level: 1 }),
    )
    expect(toHtml(body)).toBe(
      '<ul><li data-key="a">one<ol><li><ol><li data-key="b">deep</li></ol></li></ol></li>' +
        '<li data-key="c">two</li></ul>',
    )
  })

  it('puts a heading into its list item and the lists within beside it', () => {
    const body = bodyOf(
      textBlock([['Head', 'em']], { _key: 'a', style: 'h3', listItem: 'bullet' }),
      textBlock(['below'], { _key: 'b', listItem: 'bullet', level: 2 }),
    )
    expect(toHtml(body)).toBe(
      '<ul><li data-key="a"><h3><em>Head</em></h3><ul><li data-key="b">below</li></ul></li></ul>',
    )
  })

  it('renders links without a target', () => {
    const markDefs = [{ _type: 'link' as const, _key: 'l', href: '/a?b=1&c="', title: 'T "q"' }]
    expect(toHtml(bodyOf(textBlock([['x', 'l', 'strong']], { _key: 'k', markDefs })))).toBe(
      '<p data-key="k"><a href="/a?b=1&amp;c=&quot;" title="T &quot;q&quot;"><strong>x</strong></a></p>',
    )
  })

  it('renders images, code, rules and embeds', () => {
    const body = bodyOf(
      {
        _type: 'image',
        _key: 'a',
        src: '/a.png',
        alt: 'A "b"',
        caption: 'C',
        credit: 'D',
        width: 4,
        height: 3,
      },
      { _type: 'image', _key: 'b', src: 'https://i.example/b.png', alt: '', title: 'T' },
      { _type: 'code', _key: 'c', code: '\n<b> &amp;', language: 'js {1,3}' },
      { _type: 'horizontal-rule', _key: 'd' },
      { _type: 'embed', _key: 'e', url: 'https://v.example/1?a&b', caption: 'Video' },
    )
    expect(toHtml(body)).toBe(
      '<figure data-key="a"><img src="/a.png" alt="A &quot;b&quot;" width="4" height="3">' +
        '<figcaption>C <small>D</small></figcaption></figure>' +
        '<figure data-key="b"><img src="https://i.example/b.png" alt="" title="T"></figure>' +
        '<pre data-key="c"><code class="language-js">\n&lt;b&gt; &amp;amp;\n</code></pre>' +
        '<hr data-key="d">' +
        '<figure data-key="e"><a href="https://v.example/1?a&amp;b" rel="noopener">https://v.example/1?a&amp;b</a>' +
        '<figcaption>Video</figcaption></figure>',
    )
  })

  it('renders tables with heads and alignment, and no key within them', () => {
    const cell = (...value: ReturnType<typeof textBlock>[]) => ({ _type: 'cell' as const, value })
    const row = (...cells: ReturnType<typeof cell>[]) => ({ _type: 'row' as const, cells })
    const plain = (text: string) => textBlock([text], { _key: 't' })
    const item = textBlock(['i'], { listItem: 'bullet' })
    const body = bodyOf({
      _type: 'table',
      _key: 't',
      headerRows: 1,
      alignment: ['right', null],
      rows: [row(cell(plain('A')), cell(plain('B'))), row(cell(plain('1')), cell(plain('p'), item))],
    })
    expect(toHtml(body)).toBe(
      '<table data-key="t"><thead><tr><th scope="col" style="text-align:right">A</th><th scope="col">B</th></tr>' +
        '</thead><tbody><tr><td style="text-align:right">1</td><td><p>p</p><ul><li>i</li></ul></td></tr></tbody>' +
        '</table>',
    )
  })

  it('drops addresses that are not safe, even when they were stored', () => {
    const stored = [
      {
        _type: 'block',
        _key: 'a',
        style: 'normal',
        children: [{ _type: 'span', _key: 's', text: 'x', marks: ['l'] }],
        markDefs: [{ _type: 'link', _key: 'l', href: 'java\tscript:alert(1)' }],
      },
      { _type: 'image', _key: 'b', src: 'data:image/svg+xml,<svg/onload=alert(1)>', alt: 'A' },
      { _type: 'embed', _key: 'c', url: 'javascript:alert(1)' },
    ] satisfies Body
    expect(toHtml(stored)).toBe(
      '<p data-key="a">x</p><figure data-key="b">A</figure><figure data-key="c">javascript:alert(1)</figure>',
    )
  })

  it('makes only elements and attributes of its own, balanced, with safe addresses and each key once', () => {
    const allowed = new Set(
      'p h1 h2 h6 blockquote ul ol li strong em u s code sub sup a br figure img figcaption small pre table thead tbody tr th td hr'.split(
        ' ',
      ),
    )
    fc.assert(
      fc.property(bodies, (body) => {
        const html = toHtml(body)
        const open: string[] = []
        for (const [tag, slash, name = '', attributes = ''] of html.matchAll(/<(\/?)([a-z0-9]*)([^>]*)>?/g)) {
          expect(allowed.has(name), tag).toBe(true)
          expect(attributes).toMatch(/^( (data-key|href|title|rel|src|alt|class|scope|style)="[^"<>]*")*$/)
          expect(attributes).not.toMatch(/(href|src)="(?!https?:|mailto:|tel:|\/|#|\?)/)
          if (slash) expect(open.pop()).toBe(name)
          else if (!['br', 'img', 'hr'].includes(name)) open.push(name)
        }
        expect(open).toEqual([])
        const keys = [...html.matchAll(/ data-key="([^"]*)"/g)].map(([, key]) => key)
        expect(keys.toSorted()).toEqual(body.map((block) => block._key).toSorted())
      }),
    )
  })
})
