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
