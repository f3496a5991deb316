import fc from 'fast-check'
import { jsonpatch } from 'json-p3'
import { describe, expect, it } from 'vitest'
import { createJsonPatch } from '../../src/diff/json-patch.ts'
import { longestRun } from '../../src/diff/longest-run.ts'

/** Applies the patch to a copy, as a client would that has got both as JSON: by another library than made it. */
function applied(before: object, patch: readonly object[]): unknown {
  return jsonpatch.apply(JSON.parse(JSON.stringify(patch)), JSON.parse(JSON.stringify(before)))
}

const block = (key: string, text = key) => ({
  _type: 'block',
  _key: key,
  children: [{ _type: 'span', _key: 's', text, marks: [] }],
})
const body = (...keys: string[]) => ({ body: keys.map((key) => block(key)) })

describe('a patch', () => {
  it('is empty between equals, whatever the order of their members', () => {
    expect(
      createJsonPatch({ a: 1, b: [{ _key: 'x', c: 1, d: 2 }] }, { b: [{ d: 2, c: 1, _key: 'x' }], a: 1 }),
    ).toEqual([])
  })

  it.each([
    [
      'one block that moved up',
      body('a', 'b', 'c', 'd'),
      body('d', 'a', 'b', 'c'),
      [{ op: 'move', from: '/body/3', path: '/body/0' }],
    ],
    [
      'one block that moved down',
      body('a', 'b', 'c', 'd'),
      body('b', 'c', 'd', 'a'),
      [{ op: 'move', from: '/body/0', path: '/body/3' }],
    ],
    ['a new block', body('a', 'b'), body('a', 'n', 'b'), [{ op: 'add', path: '/body/1', value: block('n') }]],
    [
      'new blocks at the end, in their order',
      body('a'),
      body('a', 'm', 'n'),
      [
        { op: 'add', path: '/body/1', value: block('m') },
        { op: 'add', path: '/body/2', value: block('n') },
      ],
    ],
    [
      'blocks that are gone',
      body('a', 'b', 'c', 'd'),
      body('a', 'c'),
      [
        { op: 'remove', path: '/body/3' },
        { op: 'remove', path: '/body/1' },
      ],
    ],
    [
      'a changed text in a block that moved',
      body('a', 'b', 'c'),
      { body: [block('c', 'new'), block('a'), block('b')] },
      [
        { op: 'move', from: '/body/2', path: '/body/0' },
        { op: 'replace', path: '/body/0/children/0/text', value: 'new' },
      ],
    ],
    [
      'a member whose name needs escaping',
      { custom: { 'a/b~c': 1 } },
      { custom: { 'a/b~c': 2 } },
      [{ op: 'replace', path: '/custom/a~1b~0c', value: 2 }],
    ],
    [
      'what becomes null, and what becomes another type',
      { a: 'x', b: [1], c: {} },
      { a: null, b: {}, c: [] },
      [
        { op: 'replace', path: '/a', value: null },
        { op: 'replace', path: '/b', value: {} },
        { op: 'replace', path: '/c', value: [] },
      ],
    ],
  ])('says in few words: %s', (_what, before, after, patch) => {
    expect(createJsonPatch(before, after)).toEqual(patch)
    expect(applied(before, patch)).toEqual(after)
  })

  it('turns any JSON object into any other, arrays with repeated items and lookalike keys included', () => {
    const item = fc.oneof(
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom('', 'a', '0 a', null, true, -0),
      fc.record({
        _key: fc.constantFrom('k1', 'k2', 'k3'),
        value: fc.json({ maxDepth: 1 }).map((json) => JSON.parse(json)),
      }),
      fc.record({ id: fc.constantFrom('i1', 'i2'), list: fc.array(fc.nat(3), { maxLength: 4 }) }),
    )
    const value = fc.oneof(
      fc.array(fc.oneof(item, fc.array(item, { maxLength: 4 })), { maxLength: 12 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'e~f', '', '0', '-', 'constructor', 'toString'), item),
      item,
    )
    const object = fc.dictionary(fc.constantFrom('x', 'y', 'z', 'hasOwnProperty'), value)
    fc.assert(
      fc.property(object, object, (one, other) => {
        const [before, after] = [JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other))]
        expect(applied(before, createJsonPatch(before, after))).toEqual(after)
      }),
      { numRuns: 2000 },
    )
  })

  it('moves as few blocks as can be', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...'abcdefghij'], { minLength: 10 }),
        fc.shuffledSubarray([...'abcdefghij'], { minLength: 10 }),
        (from, to) => {
          const patch = createJsonPatch(body(...from), body(...to))
          const run = longestRun(from.map((key) => to.indexOf(key)))
          expect(patch.every(({ op }) => op === 'move')).toBe(true)
          expect(patch.length).toBeLessThanOrEqual(10 - run.length)
          expect(applied(body(...from), patch)).toEqual(body(...to))
        },
      ),
    )
  })
})

describe('a patch of 10,000 blocks', () => {
  const keys = Array.from({ length: 10_000 }, (_, index) => `b${index}`)
  const many = { body: keys.map((key) => block(key)) }
  const inTime = (after: object) => {
    const begun = performance.now()
    const patch = createJsonPatch(many, after)
    expect(performance.now() - begun).toBeLessThan(3_000)
    expect(applied(many, patch)).toEqual(after)
    return patch
  }

  it('names the one that moved, and those that changed', () => {
    const moved = many.body.toSpliced(0, 1).toSpliced(5_000, 0, block('b0'))
    const changed = moved.map((one, index) => (index % 1_000 === 7 ? block(one._key, 'changed') : one))
    expect(inTime({ body: changed })).toHaveLength(11)
  })

  it.each([
    ['the other way round', [...keys].reverse()],
    ['all others', keys.map((key) => `other-${key}`)],
    ['every second one', keys.filter((_, index) => index % 2 === 0)],
    ['shuffled', keys.map((_, index) => keys[(index * 7919) % keys.length] ?? '')],
  ])('takes no long time: %s', (_what, wanted) => {
    expect(inTime({ body: wanted.map((key) => block(key)) })).toHaveLength(1)
  })

  it('takes no long time where each has changed, nor for a long list without keys', () => {
    expect(inTime({ body: many.body.map(({ _key }) => block(_key, 'new')) })).toHaveLength(1)
    const numbers = Array.from({ length: 16_000 }, (_, index) => (index * 31) % 7)
    const before = { custom: { numbers } }
    const after = { custom: { numbers: [...numbers].reverse() } }
    const begun = performance.now()
    const patch = createJsonPatch(before, after)
    expect(performance.now() - begun).toBeLessThan(3_000)
    expect(applied(before, patch)).toEqual(after)
  })
})

describe('the longest run', () => {
  it('ascends, and none is longer', () => {
    const longest = (numbers: readonly number[]): number =>
      Math.max(
        0,
        ...numbers.map(
          (number, index) => 1 + longest(numbers.slice(index + 1).filter((other) => other > number)),
        ),
      )
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50), { maxLength: 10 }), (numbers) => {
        const run = longestRun(numbers)
        expect(run).toEqual([...run].sort((a, b) => a - b))
        expect(numbers.filter((number) => run.includes(number))).toEqual(run)
        expect(run.length).toBe(longest(numbers))
      }),
    )
  })
})
