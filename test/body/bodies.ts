import fc from 'fast-check'
import { withKeys } from '../../src/body/keys.ts'
import { type BlockInput, type Body, bodyInput } from '../../src/contract/portable-text.ts'

type TextBlockInput = Extract<BlockInput, { _type: 'block' }>

/** A stored body, from blocks as a client may send them. */
export function bodyOf(...blocks: BlockInput[]): Body {
  return withKeys(bodyInput.parse(blocks))
}

/** A text block of plain strings and of `[text, ...marks]` spans. */
export function textBlock(
  spans: readonly (string | readonly [string, ...string[]])[],
  members: Partial<TextBlockInput> = {},
): TextBlockInput {
  const children = spans.map((span) => {
    const [text, ...marks] = typeof span === 'string' ? [span] : span
    return { _type: 'span' as const, text, marks }
  })
  return { _type: 'block', children, ...members }
}

/** Text that is likely to upset a renderer. */
const fragment = fc.constantFrom(
  ...['word', 'two words', ' ', '  ', '\n', '*', '**', '_', '`', '```', '~~', '# ', '1. ', '- ', '> ', '+ '],
  ...['[', ']', '(', ')', '![', '](', '<', '>', '<b>', '</p>', '<script>', '&', '&amp;', '&#60;', '"', "'"],
  ...[
    '|',
    '\\',
    '\\*',
    '---',
    '===',
    '    ',
    '\t',
    '[a]: b',
    'javascript:',
    'https://a.example/b_c',
    'é',
    '漢字',
  ],
)
export const trickyText = fc.oneof(
  fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
)

const href = fc.constantFrom(
  'https://a.example/x?a=1&copy;=2',
  '/path_(x)',
  '#part',
  'mailto:a@b.example',
  'tel:+3312',
)
const decorator = fc.constantFrom('strong', 'em', 'underline', 'strike-through', 'code', 'sub', 'sup')

const textBlocks: fc.Arbitrary<TextBlockInput> = fc
  .record({
    style: fc.constantFrom('normal', 'normal', 'h1', 'h2', 'h6', 'blockquote'),
    list: fc.option(
      fc.record({ listItem: fc.constantFrom('bullet', 'number'), level: fc.integer({ min: 1, max: 10 }) }),
      { nil: {} },
    ),
    links: fc.array(href, { maxLength: 2 }),
    spans: fc.array(fc.tuple(trickyText, fc.uniqueArray(decorator, { maxLength: 3 }), fc.nat(3)), {
      maxLength: 4,
    }),
  })
  .map(({ style, list, links, spans }) => ({
    _type: 'block',
    style,
    ...list,
    children: spans.map(([text, marks, link]) => ({
      _type: 'span',
      text,
      marks: links[link] === undefined ? marks : [`link-${link}`, ...marks],
    })),
    markDefs: links.map((target, index) => ({ _type: 'link', _key: `link-${index}`, href: target })),
  }))

const images: fc.Arbitrary<BlockInput> = fc
  .record({ alt: trickyText, caption: trickyText, credit: trickyText, title: trickyText })
  .map((members) => ({ _type: 'image', src: '/i/a b(1).png', ...members }))

const otherBlocks: fc.Arbitrary<BlockInput> = fc.oneof(
  images,
  trickyText.map((code) => ({ _type: 'code' as const, code, language: 'c++' })),
  trickyText.map((caption) => ({ _type: 'embed' as const, url: 'https://v.example/?a=1&b="<', caption })),
  fc.constant({ _type: 'horizontal-rule' as const }),
  fc.array(fc.array(textBlocks, { maxLength: 2 }), { minLength: 1, maxLength: 3 }).map((cells) => ({
    _type: 'table' as const,
    headerRows: 1,
    rows: cells.map((value) => ({
      _type: 'row' as const,
      cells: [{ _type: 'cell' as const, value }],
    })),
  })),
)

/** Bodies as sent, of all kinds of blocks. */
export const sentBodies: fc.Arbitrary<BlockInput[]> = fc.array(
  fc.oneof(textBlocks, textBlocks, otherBlocks),
  {
    maxLength: 8,
  },
)
/** Stored bodies, of all kinds of blocks. */
export const bodies: fc.Arbitrary<Body> = sentBodies.map((blocks) => bodyOf(...blocks))
