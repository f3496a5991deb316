import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { body, bodyInput } from '../../src/contract/portable-text.ts'
import { isSafeHref } from '../../src/contract/safe-url.ts'

const span = (text: string, ...marks: string[]) => ({ _type: 'span', text, marks })
const block = (members: object = {}) => ({ _type: 'block', children: [span('x')], ...members })
const link = (href: string, _key = 'l') => ({ _type: 'link', _key, href })

/** The faults of a body: JSON Pointer and code of each. */
function faultsOf(blocks: unknown): string[] {
  const issues = bodyInput.safeParse(blocks).error?.issues ?? []
  return issues.map((issue) => {
    const code = issue.code === 'custom' ? String(issue.params?.code) : issue.code
    return `/${issue.path.join('/')} ${code}`
  })
}

describe('the body as it is sent', () => {
  it('may leave out keys and what has a default', () => {
    expect(
      bodyInput.parse([{ _type: 'block', children: [{ _type: 'span', text: 'x' }], listItem: 'bullet' }]),
    ).toEqual([
      {
        _type: 'block',
        style: 'normal',
        children: [{ _type: 'span', text: 'x', marks: [] }],
        listItem: 'bullet',
        level: 1,
        markDefs: [],
      },
    ])
  })

  it('takes every kind of block', () => {
    const cell = { _type: 'cell', value: [block(), { _type: 'image', src: '/a.png', alt: '' }] }
    const blocks = [
      block({ style: 'h6', listItem: 'number', level: 10 }),
      {
        _type: 'image',
        src: 'https://i.example/a',
        alt: 'A',
        caption: 'C',
        credit: 'D',
        width: 1,
        height: 2,
        title: 'T',
      },
      { _type: 'code', code: 'x', language: 'c++' },
      { _type: 'table', headerRows: 1, alignment: ['left', null], rows: [{ _type: 'row', cells: [cell] }] },
      { _type: 'embed', url: 'https://v.example/1', provider: 'V', caption: 'C' },
      { _type: 'horizontal-rule' },
    ]
    expect(faultsOf(blocks)).toEqual([])
  })

  it('is told all its faults at once, each at its place', () => {
    const faults = faultsOf([
      block({
        _key: 'a',
        style: 'h7',
        children: [span('x', 'bold', 'strong', 'l', 'm'), { _type: 'other' }, 1],
      }),
      block({
        _key: 'a',
        children: [
          { ...span('x', 'l', 'm', 'nope'), _key: 's' },
          { ...span('y'), _key: 's' },
        ],
        markDefs: [link('/a'), link('/b', 'm'), link('/c', 'l'), link('/d', 'em'), link('ftp://x', 'n')],
      }),
      { _type: 'video' },
      { _type: 'image', _key: 'not a key', src: 'a.png', nope: 1 },
      { _type: 'table', rows: [{ _type: 'row', cells: [{ _type: 'cell', value: [block({ level: 11 })] }] }] },
      'text',
    ])
    expect(faults.toSorted()).toEqual(
      [
        '/0/children/0/marks/0 unknown-mark',
        '/0/children/0/marks/2 unknown-mark',
        '/0/children/0/marks/3 unknown-mark',
        '/0/children/1/_type invalid_value',
        '/0/children/1/text invalid_type',
        '/0/children/2 invalid_type',
        '/0/style invalid_value',
        '/1/_key duplicate-key',
        '/1/children/0/marks/1 nested-link',
        '/1/children/0/marks/2 unknown-mark',
        '/1/children/1/_key duplicate-key',
        '/1/markDefs/2/_key duplicate-key',
        '/1/markDefs/3/_key reserved-key',
        '/1/markDefs/4/href unsafe-url',
        '/2/_type invalid_union',
        '/3 unrecognized_keys',
        '/3/_key invalid_format',
        '/3/alt invalid_type',
        '/3/src unsafe-url',
        '/4/rows/0/cells/0/value/0/level too_big',
        '/5 invalid_type',
      ].toSorted(),
    )
  })

  it('finds keys that are not unique among rows, cells and their blocks', () => {
    const cell = { _type: 'cell', _key: 'c', value: [block({ _key: 'b' }), block({ _key: 'b' })] }
    const row = { _type: 'row', _key: 'r', cells: [cell, { ...cell, value: [] }] }
    expect(faultsOf([{ _type: 'table', rows: [row, { ...row, cells: [] }] }])).toEqual([
      '/0/rows/0/cells/0/value/1/_key duplicate-key',
      '/0/rows/0/cells/1/_key duplicate-key',
      '/0/rows/1/_key duplicate-key',
    ])
  })

  it('has limits', () => {
    const rule = { _type: 'horizontal-rule' }
    expect(faultsOf(Array.from({ length: 10_000 }, () => rule))).toEqual([])
    expect(faultsOf(Array.from({ length: 10_001 }, () => rule))).toEqual(['/ too_big'])
    expect(faultsOf([block({ children: [span('x'.repeat(100_000))] })])).toEqual([])
    expect(faultsOf([block({ children: [span('x'.repeat(100_001))] })])).toEqual([
      '/0/children/0/text too-long',
    ])
    expect(faultsOf([block({ children: [span('\n'.repeat(1001))] })])).toEqual([
      '/0/children too-many-line-breaks',
    ])
    expect(faultsOf([block({ children: Array.from({ length: 501 }, () => span('x')) })])).toEqual([
      '/0/children too_big',
    ])
    expect(faultsOf([{ ...rule, _key: 'k'.repeat(64) }])).toEqual([])
    expect(
      faultsOf([
        { ...rule, _key: 'k'.repeat(65) },
        { ...rule, _key: '' },
      ]),
    ).toHaveLength(2)
    expect(faultsOf([{ _type: 'code', code: '', language: 'a\nb' }])).toEqual([
      '/0/language invalid-language',
    ])
  })

  it('brings text to NFC', () => {
    const [parsed] = bodyInput.parse([block({ children: [span('e\u0301')] })])
    expect(parsed).toMatchObject({ children: [{ text: '\u00e9' }] })
  })
})

describe('a link target', () => {
  it.each([
    ...['https://a.example', 'HTTP://a.example/x y', 'https://a.example:8443/x?y=z#a', 'mailto:a@b.example'],
    ...['tel:+33123', '/', '/a//b', '#', '#part', '?page=2', 'https://例え.example/é'],
  ])('may be %j', (href) => {
    expect(isSafeHref(href)).toBe(true)
  })

  it.each([
    ...[
      '',
      ' ',
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      'java\tscript:alert(1)',
      'java\nscript:alert(1)',
    ],
    ...[
      '\u0001javascript:alert(1)',
      ' javascript:alert(1)',
      '\u00a0javascript:alert(1)',
      'javascript&colon;alert(1)',
    ],
    ...[
      'data:text/html,x',
      'vbscript:x',
      'blob:https://a.example/1',
      'file:///etc/passwd',
      'ftp://a.example',
    ],
    ...[
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/\t/evil.example',
      '\t//evil.example',
      '/\n/evil',
    ],
    ...[
      'https:evil.example',
      'https:\\\\evil.example',
      'http://',
      'http:///x',
      'https://a b.example',
      'relative',
      './a',
    ],
    ...['https://a.example ', 'mailto:', 'tel:', 'https://a.example/\u0085'],
  ])('may not be %j', (href) => {
    expect(isSafeHref(href)).toBe(false)
  })

  it('stays on its host or has an allowed scheme, as the URL parser reads it', () => {
    const part = fc.constantFrom(
      ...'/\\#?:@. \t\n\r\0\u0001aA'.split(''),
      'javascript:',
      'data:',
      '//',
      'https:',
      'x.example',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const href = parts.join('')
        if (!isSafeHref(href)) return
        const url = new URL(href, 'https://here.example/page')
        expect(['http:', 'https:', 'mailto:', 'tel:']).toContain(url.protocol)
        if (/^[/#?]/.test(href)) expect(url.host).toBe('here.example')
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the JSON Schemas', () => {
  const stored = [
    { _type: 'block', _key: 'a', style: 'normal', children: [{ ...span('x'), _key: 's' }], markDefs: [] },
    { _type: 'horizontal-rule', _key: 'b' },
  ]

  it.each([
    ['sent', bodyInput],
    ['stored', body],
  ])(
    'of the body as %s can be made for both directions and accept what the schema accepts',
    (_name, schema) => {
      for (const io of ['input', 'output'] as const) {
        const validate = new Ajv2020({ strict: false }).compile(z.toJSONSchema(schema, { io }))
        expect(validate(stored), JSON.stringify(validate.errors)).toBe(true)
        expect(validate([{ _type: 'other', _key: 'a' }])).toBe(false)
        expect(validate([{ _type: 'horizontal-rule', _key: 'a', nope: 1 }])).toBe(false)
      }
    },
  )

  it('require keys of what is stored only', () => {
    const unkeyed = [{ _type: 'horizontal-rule' }]
    expect(new Ajv2020({ strict: false }).validate(z.toJSONSchema(bodyInput, { io: 'input' }), unkeyed)).toBe(
      true,
    )
    expect(new Ajv2020({ strict: false }).validate(z.toJSONSchema(body, { io: 'output' }), unkeyed)).toBe(
      false,
    )
    expect(body.safeParse(unkeyed).success).toBe(false)
  })
})
