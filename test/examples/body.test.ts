import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { body } from '../../examples/article-page/body.ts'
import type { AdSlot, Body } from '../../examples/article-page/delivered.ts'

const span = (text: string, ...marks: string[]) => ({ _type: 'span' as const, _key: text, text, marks })
const block = (_key: string, ...children: ReturnType<typeof span>[]) => ({
  _type: 'block' as const,
  _key,
  style: 'normal' as const,
  children,
  markDefs: [],
})
const render = (blocks: readonly object[], slots: readonly AdSlot[] = []) => body(blocks as Body, slots).text
const slot = (key: string, afterKey: string): AdSlot => ({
  slot: key,
  label: 'Advertisement',
  anchor: { place: 'in-body', afterKey },
  placements: [],
})

describe('the body of the example page', () => {
  it('has each mark', () => {
    const all = ['strong', 'em', 'underline', 'strike-through', 'code', 'sub', 'sup']
    expect(render([block('a', ...all.map((mark) => span(mark, mark)))])).toBe(
      '<p><strong>strong</strong><em>em</em><u>underline</u><del>strike-through</del><code>code</code>' +
        '<sub>sub</sub><sup>sup</sup></p>',
    )
  })

  it('has each kind of block, and nothing of a kind that it does not know', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    onTestFinished(() => warned.mockRestore())
    expect(render([{ ...block('a', span('One\nTwo')), style: 'h1' }])).toBe('<h2>One<br/>Two</h2>')
    expect(render([{ _type: 'horizontal-rule', _key: 'a' }])).toBe('<hr>')
    expect(render([{ _type: 'code', _key: 'a', code: 'a  < b' }])).toContain('<code>a  &lt; b</code>')
    const image = { _type: 'image', _key: 'a', src: '/b.png', alt: 'A "bridge"', width: 3, credit: 'Roe' }
    expect(render([image])).toContain(
      '<img src="/b.png" alt="A &quot;bridge&quot;" width="3" loading="lazy">',
    )
    expect(render([image])).toContain('<figcaption> <small>Roe</small></figcaption>')
    const embed = { _type: 'embed', _key: 'a', url: 'https://video.example/?a&b', caption: 'A film' }
    expect(render([embed])).toBe(
      '<figure><a href="https://video.example/?a&amp;b">https://video.example/?a&amp;b</a>' +
        '<figcaption>A film</figcaption></figure>',
    )
    const cells = [{ _type: 'cell', _key: 'a', value: [block('a', span('x'))] }]
    const row = { _type: 'row', _key: 'a', cells }
    const table = { _type: 'table', _key: 'a', headerRows: 1, alignment: ['right'], rows: [row, row] }
    expect(render([table])).toContain(
      '<thead><tr><th scope="col" style="text-align:right"><p>x</p></th></tr></thead>' +
        '<tbody><tr><td style="text-align:right"><p>x</p></td></tr></tbody>',
    )
    expect(render([{ _type: 'quiz', _key: 'a' }])).toBe('')
    expect(warned).toHaveBeenCalledTimes(1)
  })

  it('has the ads of a slot behind the block that it follows, and those of no block nowhere', () => {
    const paragraphs = [block('a', span('one')), block('b', span('two')), block('c', span('three'))]
    const slots = [slot('late', 'c'), slot('first', 'b'), slot('second', 'b'), slot('lost', 'd')]
    const order = [...render(paragraphs, slots).matchAll(/<p>(\w+)<|data-slot="(\w+)"/g)]
    expect(order.map(([, text, key]) => text ?? key)).toEqual([
      'one',
      'two',
      'first',
      'second',
      'three',
      'late',
    ])
  })

  it.each([
    'javascript:run()',
    ' JavaScript:run()',
    'java\tscript:run()',
    '\u0001javascript:run()',
    'data:x',
    'vbscript:x',
  ])('has the text of a link to %j and no link', (href) => {
    const markDefs = [{ _type: 'link', _key: 'l', href }]
    expect(render([{ ...block('a', span('click', 'l')), markDefs }])).toBe('<p>click</p>')
  })
})
