import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convert } from '../../src/body/convert.ts'
import { toMarkdown } from '../../src/body/markdown.ts'
import type { BlockInput } from '../../src/contract/portable-text.ts'
import { bodyOf, textBlock } from './bodies.ts'
import { canonical } from './canonical.ts'

const ordinary = [
  'Traffic',
  'moves',
  'again,',
  'said “Roe”',
  'élan',
  '漢字',
  'AT&T',
  'snake_case_name',
  '[note]',
  '$5',
]
const tricky = [
  ...[
    '2 * 3 * 4',
    '[a](b)',
    '# 1',
    '1. first',
    '- dash',
    '> quote',
    '<b>',
    '</p>',
    '&copy;',
    '~ about',
    '`tick`',
  ],
  ...['\\', 'C:\\dir', '|', '---', '***', '!', '__init__', '**not bold**', '~~not struck~~'],
]
const phraseOf = (words: readonly string[]) =>
  fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((chosen) => chosen.join(' '))
const marked = phraseOf(ordinary)
const plain = phraseOf([...ordinary, ...tricky])
const decorators = fc.subarray(['strong', 'em', 'underline', 'strike-through', 'sub', 'sup'], {
  maxLength: 3,
})
const marks = fc.oneof(decorators, fc.constant(['code']))
const hrefs = ['https://a.example/x?a=1&copy=2', '/path_(x)', '#part', 'mailto:a@b.example', 'tel:+3312']

/** Phrases with marks, and plain ones between them; lines within a paragraph. */
const spans = fc
  .array(fc.tuple(marked, marks, plain, fc.option(fc.constantFrom(...hrefs.keys()))), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) =>
    parts.flatMap(([text, names, after, link]): [string, ...string[]][] => [
      [text, ...(link === null ? [] : [`l${link}`]), ...names],
      [` ${after}. `],
    ]),
  )
const markDefs = hrefs.map((href, index) => ({
  _type: 'link' as const,
  _key: `l${index}`,
  href,
  title: 'A "title"',
}))

const paragraphs = fc
  .tuple(
    spans,
    fc.constantFrom(
      'normal' as const,
      'normal' as const,
      'h1' as const,
      'h4' as const,
      'blockquote' as const,
    ),
  )
  .map(([parts, style]) => textBlock(parts, { style, markDefs }))
/** Items at levels that follow from those before; a heading or quote stays one inside a list. */
const lists = fc
  .array(fc.tuple(spans, fc.constantFrom('bullet' as const, 'number' as const), fc.nat(2)), {
    minLength: 1,
    maxLength: 5,
  })
  .map((items) => {
    let level = 0
    return items.map(([parts, listItem, deepest]) => {
      level = Math.min(level + 1, deepest + 1)
      return textBlock(parts, { listItem, level, markDefs })
    })
  })
const code = fc.record({
  _type: fc.constant('code' as const),
  code: plain.map((text) => `\n  ${text}\n\n`),
  language: fc.constant('c++'),
})
const image = fc.record({
  _type: fc.constant('image' as const),
  src: fc.constantFrom('/a_(b).png', 'https://i.example/a.png?x=1&amp=2'),
  alt: plain,
  title: plain,
})
const tables = fc.array(fc.array(spans, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 3 }).map(
  (rows): BlockInput => ({
    _type: 'table',
    headerRows: 1,
    alignment: ['right', 'center'],
    rows: rows.map((cells) => ({
      _type: 'row',
      cells: cells.map((parts) => ({ _type: 'cell', value: [textBlock(parts, { markDefs })] })),
    })),
  }),
)
const article = fc
  .array(
    fc.oneof(
      paragraphs,
      paragraphs,
      lists,
      code,
      image,
      tables,
      fc.constant({ _type: 'horizontal-rule' as const }),
    ),
    { maxLength: 6 },
  )
  .map((blocks) => bodyOf(...blocks.flat()))

const said = (blocks: Parameters<typeof canonical>[0]) =>
  canonical(blocks.map((block) => ({ ...block, _key: undefined })))

describe('Markdown that toMarkdown wrote', () => {
  it('is read as the same body', () => {
    fc.assert(
      fc.property(article, (body) => {
        const content = toMarkdown(body)
        expect(said(convert({ format: 'markdown', content })), content).toEqual(said(body))
      }),
      { numRuns: 500 },
    )
  })
})
