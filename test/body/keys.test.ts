import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withKeys } from '../../src/body/keys.ts'
import { bodyInput, body as storedBody } from '../../src/contract/portable-text.ts'
import { bodies, bodyOf, sentBodies, textBlock } from './bodies.ts'

const keysOf = (blocks: readonly { _key: string }[]) => blocks.map((block) => block._key)

describe('withKeys', () => {
  it('makes keys of twelve hexadecimal digits that depend on the content alone', () => {
    const first = bodyOf(textBlock(['One']), textBlock(['Two']))
    const second = bodyOf(textBlock(['Zero']), textBlock(['One']), textBlock(['Two']))
    expect(first[0]?._key).toMatch(/^[0-9a-f]{12}$/)
    expect(keysOf(second).slice(1)).toEqual(keysOf(first))
  })

  it('gives equal blocks and equal spans different keys', () => {
    const body = bodyOf(textBlock(['a', 'a', 'a']), textBlock(['a', 'a', 'a']))
    expect(new Set(keysOf(body)).size).toBe(2)
    const [block] = body
    expect(block?._type === 'block' && new Set(keysOf(block.children)).size).toBe(3)
  })

  it('keeps the keys that were sent, also where another block would have got the same', () => {
    const [made] = bodyOf(textBlock(['a']))
    const key = made?._key ?? ''
    const body = bodyOf(textBlock(['a']), textBlock(['b'], { _key: key }))
    expect(body[1]?._key).toBe(key)
    expect(body[0]?._key).not.toBe(key)
  })

  it('takes the keys of the same block of the previous body, its spans and links included', () => {
    const link = (key: string) => ({ _type: 'link' as const, _key: key, href: '/a' })
    const previous = bodyOf(textBlock(['One'], { _key: 'first' }), {
      ...textBlock(['See ', ['this', 'old-link']], { _key: 'second', markDefs: [link('old-link')] }),
    })
    const sent = textBlock(['See ', ['this', 'new-link']], { markDefs: [link('new-link')] })
    const body = withKeys(bodyInput.parse([textBlock(['Zero']), sent]), previous)
    expect(body[1]).toEqual(previous[1])
  })

  it('pairs equal blocks in their order', () => {
    const previous = bodyOf(
      { _type: 'horizontal-rule', _key: 'rule-1' },
      textBlock(['a'], { _key: 'a' }),
      { _type: 'horizontal-rule', _key: 'rule-2' },
      textBlock(['b'], { _key: 'b' }),
    )
    const rule = { _type: 'horizontal-rule' as const }
    const all = withKeys(
      bodyInput.parse([textBlock(['new']), rule, textBlock(['a']), rule, textBlock(['b'])]),
      previous,
    )
    expect(keysOf(all).slice(1)).toEqual(['rule-1', 'a', 'rule-2', 'b'])
    const firstGone = withKeys(bodyInput.parse([textBlock(['a']), rule, textBlock(['b'])]), previous)
    expect(keysOf(firstGone)).toEqual(['a', 'rule-2', 'b'])
  })

  it('gives no previous key away that was sent again', () => {
    const previous = bodyOf(textBlock(['a'], { _key: 'k' }))
    const body = withKeys(
      bodyInput.parse([textBlock(['a']), textBlock(['changed'], { _key: 'k' })]),
      previous,
    )
    expect(body[1]?._key).toBe('k')
    expect(body[0]?._key).not.toBe('k')
  })

  it('keys the rows, cells and blocks of a table', () => {
    const cell = { _type: 'cell' as const, value: [textBlock([''])] }
    const row = { _type: 'row' as const, cells: [cell, cell] }
    const [table] = bodyOf({ _type: 'table', rows: [row, row] })
    if (table?._type !== 'table') throw new Error('not a table')
    expect(new Set(keysOf(table.rows)).size).toBe(2)
    expect(new Set(keysOf(table.rows[0]?.cells ?? [])).size).toBe(2)
    expect(storedBody.safeParse([table]).success).toBe(true)
  })

  it('changes nothing that has its keys, and makes bodies that are valid as sent and as stored', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        expect(withKeys(body)).toEqual(body)
        expect(bodyInput.parse(body)).toEqual(body)
        expect(storedBody.parse(body)).toEqual(body)
      }),
    )
  })

  it('gives the same blocks the same keys when they are sent again without', () => {
    fc.assert(
      fc.property(sentBodies, fc.integer({ min: 1, max: 9 }), (blocks, seed) => {
        const sent = bodyInput.parse(blocks)
        const previous = withKeys(sent).map((block, index) => ({ ...block, _key: `k${seed}-${index}` }))
        expect(withKeys(sent, previous)).toEqual(previous)
      }),
    )
  })

  it('takes well under a second for 10,000 equal blocks', () => {
    const blocks = bodyInput.parse(Array.from({ length: 10_000 }, () => textBlock(['same'])))
    const previous = withKeys(blocks)
    const start = performance.now()
    const again = withKeys([{ _type: 'horizontal-rule' }, ...blocks.slice(1)], previous)
    expect(performance.now() - start).toBeLessThan(1000)
    expect(new Set(keysOf(again)).size).toBe(10_000)
  })
})

describe('an edited body', () => {
  const sentence = 'Traffic is moving again across the harbour bridge, the city said on Monday morning'
  const others = [
    'Engineers had closed all lanes after a crack was found in a cable in December',
    'The repair took three weeks and cost about four million, according to the council',
    'Cyclists will have to wait until spring before their own lane opens to them',
  ]
  const keyed = (text: string, key: string) => textBlock([text], { _key: key })
  const previous = () =>
    bodyOf(keyed(sentence, 'a'), ...others.map((text, index) => keyed(text, `b${index}`)))
  const edit = (...blocks: Parameters<typeof bodyOf>) => withKeys(bodyInput.parse(blocks), previous())

  it('keeps the key of a block that was changed a little', () => {
    const changed = edit(...[`${sentence}.`, ...others].map((text) => textBlock([text])))
    expect(keysOf(changed)).toEqual(['a', 'b0', 'b1', 'b2'])
  })

  it('keeps it when the block moved, became a heading, or got a mark', () => {
    const [first = '', second = '', third = ''] = others
    const changed = edit(
      textBlock([second.replace('three', 'four')]),
      textBlock([first.toUpperCase()]),
      textBlock([third], { style: 'h2' }),
      textBlock([[sentence.slice(0, 7), 'strong'], sentence.slice(7)]),
    )
    expect(keysOf(changed)).toEqual(['b1', expect.stringMatching(/^[0-9a-f]{12}$/), 'b2', 'a'])
  })

  it('gives a new key to a block that was written anew, and to one of another kind', () => {
    const changed = edit(
      textBlock(['Nothing of what stood here before is left in this paragraph']),
      { _type: 'code', code: others[0] ?? '' },
      textBlock([others[1] ?? '']),
    )
    expect(keysOf(changed)).toEqual([
      expect.stringMatching(/^[0-9a-f]{12}$/),
      expect.stringMatching(/^[0-9a-f]{12}$/),
      'b1',
    ])
  })

  it('gives the key of two edits of one block to the nearer of them', () => {
    const changed = edit(textBlock([`${sentence} and so on and on`]), textBlock([`${sentence}.`]))
    expect(keysOf(changed)[1]).toBe('a')
    expect(keysOf(changed)[0]).not.toBe('a')
  })

  it('keeps the keys of the spans that stayed, with the links of the new block', () => {
    const link = (key: string) => ({ _type: 'link' as const, _key: key, href: '/a' })
    const span = (text: string, key: string, ...marks: string[]) => ({
      _type: 'span' as const,
      _key: key,
      text,
      marks,
    })
    const before = bodyOf({
      _type: 'block',
      _key: 'k',
      children: [
        span('Traffic is moving ', 's1'),
        span('again', 's2', 'old'),
        span(' across the harbour bridge', 's3'),
      ],
      markDefs: [link('old')],
    })
    const sent = textBlock(['Traffic is moving ', ['again', 'new'], ' over the harbour bridge'], {
      markDefs: [link('new')],
    })
    const [block] = withKeys(bodyInput.parse([sent]), before)
    expect(block).toMatchObject({ _key: 'k', markDefs: [{ _key: 'new' }] })
    expect(block?._type === 'block' && block.children).toMatchObject([
      { _key: 's1' },
      { _key: 's2', marks: ['new'] },
      { _key: 's3', text: ' over the harbour bridge' },
    ])
    const [same] = withKeys(bodyInput.parse([{ ...sent, _key: 'k' }]), before)
    expect(same?._type === 'block' && keysOf(same.children).slice(0, 2)).toEqual(['s1', 's2'])
  })

  it('keeps the keys of a table, its rows and cells around the cell that was changed', () => {
    const cell = (text: string) => ({ _type: 'cell' as const, value: [textBlock([text])] })
    const row = (...texts: string[]) => ({ _type: 'row' as const, cells: texts.map(cell) })
    const rows = (sum: string) => [row('Year', 'Cars a day'), row('2023', '41,200'), row('2024', sum)]
    const [before] = bodyOf({ _type: 'table', rows: rows('43,100') })
    const [after] = withKeys(
      bodyInput.parse([{ _type: 'table', rows: rows('43,700') }]),
      before ? [before] : [],
    )
    if (before?._type !== 'table' || after?._type !== 'table') throw new Error('not a table')
    expect(after._key).toBe(before._key)
    expect(keysOf(after.rows)).toEqual(keysOf(before.rows))
    expect(keysOf(after.rows[2]?.cells ?? [])[0]).toBe(keysOf(before.rows[2]?.cells ?? [])[0])
  })

  it('has each key once, whatever was edited, and those of all blocks that did not change', () => {
    fc.assert(
      fc.property(bodies, sentBodies, fc.nat(7), (before, inserted, place) => {
        const unkeyed = bodyInput.parse(before.map(({ _key, ...block }) => block))
        const sent = [...unkeyed.slice(0, place), ...bodyInput.parse(inserted), ...unkeyed.slice(place)]
        const after = withKeys(sent, before)
        expect(new Set(keysOf(after)).size).toBe(after.length)
        expect(storedBody.parse(after)).toEqual(after)
        expect(keysOf(after).filter((key) => keysOf(before).includes(key)).length).toBe(before.length)
      }),
    )
  })
})
