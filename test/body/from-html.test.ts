import { describe, expect, it } from 'vitest'
import { fromHtml } from '../../src/body/from-html.ts'
import type { BlockInput } from '../../src/contract/portable-text.ts'

/** What a text block says: its spans as `text` or `[text, ...marks]`, links by their address. */
function spansOf(block: BlockInput | undefined) {
  if (block?._type !== 'block') return block?._type
  const links = new Map(block.markDefs?.map((link) => [link._key, link.href]))
  return block.children.map(({ text, marks = [] }) =>
    marks.length === 0 ? text : [text, ...marks.map((mark) => links.get(mark) ?? mark)],
  )
}
const read = (html: string) => fromHtml(html).map(spansOf)
const styles = (html: string) =>
  fromHtml(html).map((block) =>
    block._type === 'block'
      ? [
          block.listItem ? `${block.listItem} ${block.level}` : '',
          block.style,
          block.children.map(({ text }) => text).join(''),
        ]
      : block._type,
  )

describe('text in HTML', () => {
  it('has white space as browsers show it', () => {
    expect(read('<p>\n  one \t <b>two </b> three<br> \n four&nbsp; </p>  ')).toEqual([
      ['one ', ['two ', 'strong'], 'three\nfour\u00a0'],
    ])
    expect(read('<p>a</p>\n\n<p> </p><p>&nbsp;</p><p>&#8203;</p><p><br></p><p>b<br></p>')).toEqual([
      ['a'],
      ['b'],
    ])
  })

  it('is a paragraph of its own wherever a block begins or ends', () => {
    expect(read('one<div>two<p>three</p>four</div>five<section><h2>six</h2></section>')).toEqual([
      ['one'],
      ['two'],
      ['three'],
      ['four'],
      ['five'],
      ['six'],
    ])
  })

  it('has its marks by element and by style, each once', () => {
    expect(
      read(
        '<b>b</b><i>i</i><u>u</u><del>s</del><kbd>c</kbd>H<sub>2</sub>m<sup>3</sup><strong><b>bb</b></strong>',
      ),
    ).toEqual([
      [
        ...[
          ['b', 'strong'],
          ['i', 'em'],
          ['u', 'underline'],
          ['s', 'strike-through'],
          ['c', 'code'],
          'H',
          ['2', 'sub'],
        ],
        ...['m', ['3', 'sup'], ['bb', 'strong']],
      ],
    ])
    expect(
      read(
        '<b style="font-weight:normal"><span style="font-weight:700">b</span><span style="font-style:italic">i</span>' +
          '<span style="text-decoration:underline line-through">u</span>' +
          '<a href="/x"><span style="text-decoration:underline">l</span></a></b>',
      ),
    ).toEqual([
      [
        ['b', 'strong'],
        ['i', 'em'],
        ['u', 'underline', 'strike-through'],
        ['l', '/x'],
      ],
    ])
  })

  it('keeps the text of elements that are not allowed, and nothing of what is not shown', () => {
    expect(
      read(
        '<title>T</title><style>p{}</style><script>x</script><template><p>t</p></template><!-- c -->' +
          '<blink>a</blink><custom-element>b</custom-element><p hidden>h</p><p style="display:none">n</p>' +
          '<svg><text>s</text></svg><noscript>c</noscript><math><mi>x</mi></math>',
      ),
    ).toEqual([['abcx']])
  })

  it('has quotation marks around inline quotations', () => {
    expect(read('<p>He said <q>yes</q>.</p>')).toEqual([['He said “yes”.']])
  })
})

describe('links in HTML', () => {
  it('keep safe addresses as a browser reads them', () => {
    const links = [
      'https://a.example/?b=1&amp;c=2',
      ' HTTP://a.example ',
      '/path',
      '#part',
      '?q',
      'mailto:a@b.example',
      'tel:+3312',
    ]
    const html = links.map((href) => `<a href="${href}">x</a> `).join('')
    const [block] = fromHtml(html)
    expect(block?._type === 'block' && block.markDefs?.map((link) => link.href)).toEqual([
      ...[
        'https://a.example/?b=1&c=2',
        'HTTP://a.example',
        '/path',
        '#part',
        '?q',
        'mailto:a@b.example',
        'tel:+3312',
      ],
    ])
    expect(fromHtml('<a href="//b.example/x" title="T">y</a>')).toMatchObject([
      { markDefs: [{ href: 'https://b.example/x', title: 'T' }] },
    ])
  })

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\tscript:alert(1)',
    'java&#10;script:alert(1)',
    '&#1;javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://a.example',
    'blob:https://a.example/x',
    'relative.html',
    'https:\\\\a.example',
    'https://',
    '',
  ])('lose %j and keep their text', (href) => {
    expect(read(`<p>a <a href="${href}">b</a> c</p>`)).toEqual([['a b c']])
  })

  it('are one link for one address, and reach over blocks', () => {
    const [first, second] = fromHtml('<a href="/x">a<b>b</b><div>c</div></a>')
    expect(first).toMatchObject({
      markDefs: [{ _key: 'link-1', href: '/x' }],
      children: [{ marks: ['link-1'] }, { marks: ['strong', 'link-1'] }],
    })
    expect(second).toMatchObject({ children: [{ text: 'c', marks: ['link-1'] }], markDefs: [{ href: '/x' }] })
  })
})

describe('blocks of HTML', () => {
  it('are headings, quotes and nested lists', () => {
    expect(
      styles(
        '<h1>a</h1><h6>b</h6><blockquote><p>c</p><p>d</p></blockquote>' +
          '<ul><li>e<ol><li>f</li><li>g</li></ol></li><li><p>h</p></li></ul><li>i</li>',
      ),
    ).toEqual([
      ['', 'h1', 'a'],
      ['', 'h6', 'b'],
      ['', 'blockquote', 'c'],
      ['', 'blockquote', 'd'],
      ['bullet 1', 'normal', 'e'],
      ['number 2', 'normal', 'f'],
      ['number 2', 'normal', 'g'],
      ['bullet 1', 'normal', 'h'],
      ['bullet 1', 'normal', 'i'],
    ])
  })

  it('keep the paragraphs of one item together, as its lines', () => {
    expect(styles('<ol><li><p>a</p><p>b</p></li><li>c</li></ol>')).toEqual([
      ['number 1', 'normal', 'a\nb'],
      ['number 1', 'normal', 'c'],
    ])
    expect(styles('<ul><li><h3>a</h3>b<ul><li>c</ul></ul>')).toEqual([
      ['bullet 1', 'h3', 'a'],
      ['', 'normal', 'b'],
      ['bullet 2', 'normal', 'c'],
    ])
  })

  it('are at most ten levels deep in lists', () => {
    const blocks = fromHtml(`${'<ul><li>'.repeat(12)}x`)
    expect(blocks).toMatchObject([{ level: 10 }])
  })

  it('are code with its language, to the letter', () => {
    expect(
      fromHtml('<pre>\n  a\n\t<b>b</b>&lt;\n</pre><pre class="x language-c++"><code>\nc</code></pre>'),
    ).toEqual([
      { _type: 'code', code: '  a\n\tb<' },
      { _type: 'code', code: '\nc', language: 'c++' },
    ])
    expect(fromHtml('<xmp><script>alert(1)</script></xmp>')).toEqual([
      { _type: 'code', code: '<script>alert(1)</script>' },
    ])
  })

  it('are images with what is said about them', () => {
    expect(
      fromHtml(
        '<figure><a href="/big"><img src="https://i.example/a.jpg" alt="A" title="T" width="640" height="480px"></a>' +
          '<figcaption>The <i>harbour</i> <span class="photo-credit">Jane Roe</span></figcaption></figure>' +
          '<p>before <img src="/b.png"> after</p>',
      ),
    ).toEqual([
      {
        ...{ _type: 'image', src: 'https://i.example/a.jpg', alt: 'A', title: 'T', width: 640, height: 480 },
        ...{ caption: 'The harbour', credit: 'Jane Roe' },
      },
      expect.objectContaining({ _type: 'block', children: [{ _type: 'span', text: 'before', marks: [] }] }),
      { _type: 'image', src: '/b.png', alt: '' },
      expect.objectContaining({ _type: 'block', children: [{ _type: 'span', text: 'after', marks: [] }] }),
    ])
  })

  it('leave the alternative text of images that cannot be kept, and no counting points', () => {
    expect(
      read(
        '<p>a <img src="data:image/svg+xml,x" alt="drawing"> <img class="emoji" src="/e.svg" alt="🙂">' +
          '<img src="https://count.example/x" width="1" height="1" alt=""></p>',
      ),
    ).toEqual([['a drawing 🙂']])
  })

  it('keep captions of several images, and of other content, as paragraphs', () => {
    const html =
      '<figure><img src="/a"><img src="/b"><figcaption>Both</figcaption></figure><figure><table><tr><td>x</table><figcaption>Table</figcaption></figure>'
    expect(read(html)).toEqual(['image', 'image', ['Both'], 'table', ['Table']])
  })

  it('are embeds for frames of known providers over https alone', () => {
    expect(
      fromHtml(
        '<figure><iframe src="//www.youtube.com/embed/x?a=1&amp;b"></iframe><figcaption>C</figcaption></figure>',
      ),
    ).toEqual([
      { _type: 'embed', url: 'https://www.youtube.com/embed/x?a=1&b', provider: 'YouTube', caption: 'C' },
    ])
    for (const src of [
      ...[
        'http://www.youtube.com/embed/x',
        'https://evil.example/',
        '//evil.example',
        '/media/x.html',
        'javascript:alert(1)',
      ],
      ...[
        'https://www.youtube.com.evil.example/',
        'https://www.youtube.com@evil.example/',
        'https://user@www.youtube.com/',
      ],
      ...[
        'https://www.youtube.com:8443/',
        'https://wwwXyoutube.com/',
        'https://www.уoutube.com/embed/x',
        'https:\\\\www.youtube.com/',
      ],
      ...['data:text/html,x', 'https:/www.youtube.com/x', ''],
    ]) {
      expect(fromHtml(`<iframe src="${src}" srcdoc="<script>alert(1)</script>"></iframe>`), src).toEqual([])
    }
  })

  it('link to recordings', () => {
    expect(
      read(
        '<video title="The bridge"><source src="x"><source src="https://v.example/b.mp4">Old browser</video>',
      ),
    ).toEqual([[['The bridge', 'https://v.example/b.mp4']]])
  })

  it('are tables with head, foot, alignment, spans and what stands in cells', () => {
    const [caption, table, ...others] = fromHtml(
      '<table><caption>Cars</caption><tfoot><tr><td>sum</td></tr></tfoot>' +
        '<thead><tr><th>A</th><th align="right" colspan="2">B</th></tr></thead>' +
        '<tr><td rowspan="2">1</td><td style="text-align: right"><p>2</p><ul><li>i</li></ul><img src="/i.png" alt="I"></td></tr>' +
        '<tr><td style="text-align:right"><table><tr><td>in</td><td>side</td></tr></table></td><td>end</td></tr></table>',
    )
    expect([spansOf(caption), others]).toEqual([['Cars'], []])
    if (table?._type !== 'table') throw new Error('not a table')
    expect(table).toMatchObject({ headerRows: 1, alignment: [null, 'right'] })
    expect(table.rows.map((row) => row.cells.map((cell) => cell.value.map(spansOf)))).toEqual([
      [[['A']], [['B']]],
      [[['1']], [['2'], ['i'], 'image']],
      [[], [['in'], ['side']], [['end']]],
      [[['sum']]],
    ])
  })

  it('have a head where the first rows are of header cells alone', () => {
    expect(fromHtml('<table><tr><th>a<th>b<tr><th>c<td>d</table>')).toMatchObject([{ headerRows: 1 }])
    expect(fromHtml('<table><tr><th>a<td>b<tr><th>c<td>d</table>')).toMatchObject([{ headerRows: 0 }])
  })

  it('take the keys that toHtml writes, each once and on one block each', () => {
    const keys = fromHtml(
      '<p data-key="a">1</p><p data-key="a">2</p><p data-key="not a key">3</p><li data-key="b"><ul><li>4</ul></li>' +
        '<figure data-key="c"><img src="/i.png"></figure><hr data-key="d"><pre data-key="e">5</pre>',
    ).map((block) => block._key)
    expect(keys).toEqual(['a', undefined, undefined, undefined, 'c', 'd', 'e'])
  })

  it('are read from whole pages too', () => {
    expect(
      read(
        '<!doctype html><html><head><meta charset="utf-8"><title>T</title></head><body><h1>a</h1>b</body></html>',
      ),
    ).toEqual([['a'], ['b']])
  })
})

describe('HTML from word processors', () => {
  it('has check boxes as plain items', () => {
    expect(
      styles(
        '<ul><li role="checkbox"><img src="data:image/png;base64,x" alt="unchecked"><p>Call back</p></li></ul>',
      ),
    ).toEqual([['bullet 1', 'normal', 'Call back']])
  })
})
