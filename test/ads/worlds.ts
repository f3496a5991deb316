import fc from 'fast-check'
import type { AdCandidateInput, AdPageInput, AdSlotInput } from '../../src/ads/select.ts'
import { adPlaces, adPriorities, adStatuses } from '../../src/contract/ad.ts'
import { anchorsOf } from '../../src/contract/ad-anchor.ts'
import { never } from '../../src/contract/ad-window.ts'
import type { Block, Body } from '../../src/contract/portable-text.ts'

/** Slots, candidates and pages as chance has them: few values of each kind, so that they meet. */

export const now = '2024-01-09T08:00:00.000Z'
const instants = ['2024-01-08T08:00:00.000Z', now, '2024-01-10T08:00:00.000Z']
const sizes = fc.subarray(['300x250', '728x90', '970x250'])

export interface World {
  readonly slots: readonly AdSlotInput[]
  readonly candidates: readonly AdCandidateInput[]
  readonly page: AdPageInput & { readonly body: Body | undefined }
}

const slot = fc.record({
  place: fc.constantFrom(...adPlaces),
  afterBlock: fc.integer({ min: 1, max: 4 }),
  sizes,
  maxPlacements: fc.integer({ min: 1, max: 3 }),
})

const candidate = (slotIds: readonly string[]): fc.Arbitrary<Omit<AdCandidateInput, 'id'>> =>
  fc.record({
    slotId: fc.constantFrom(...slotIds, 'no-such-slot'),
    position: fc.integer({ min: 1, max: 3 }),
    startsAt: fc.option(fc.constantFrom(...instants), { freq: 2 }),
    endsAt: fc.option(fc.constantFrom(...instants), { freq: 2 }),
    heldUntil: mostly([null, ...instants, never]),
    priority: fc.constantFrom(...adPriorities),
    weight: fc.integer({ min: 1, max: 3 }),
    status: mostly(adStatuses),
    advertiserStatus: fc.option(mostly(adStatuses)),
    creative: fc.record({ sizes, exclusionLabels: fc.subarray(['cars', 'Cars', 'beer'], { maxLength: 1 }) }),
  })

function mostly<Value>([usual, ...others]: readonly [Value, ...Value[]]): fc.Arbitrary<Value> {
  const rare = others.map((value) => ({ weight: 1, arbitrary: fc.constant(value) }))
  return fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, ...rare)
}

/** Blocks of a body: texts, headings, items of lists, what is empty, rules. */
export const body: fc.Arbitrary<Body> = fc
  .array(
    fc.record({
      style: fc.constantFrom('normal', 'normal', 'h2', 'blockquote'),
      text: fc.constantFrom('Text.', 'Text.', '', ' '),
      kind: fc.constantFrom('text', 'text', 'item', 'rule'),
    }),
    { maxLength: 8 },
  )
  .map((blocks) =>
    blocks.map(({ style, text, kind }, index): Block => {
      const _key = `block-${index}`
      if (kind === 'rule') return { _type: 'horizontal-rule', _key }
      const children = [{ _type: 'span', _key: `span-${index}`, text, marks: [] }]
      const list = kind === 'item' ? { listItem: 'bullet', level: 1 } : {}
      return { _type: 'block', _key, style, children, markDefs: [], ...list } as Block
    }),
  )

export const world: fc.Arbitrary<World> = fc.array(slot, { minLength: 1, maxLength: 4 }).chain((slots) => {
  const made = slots.map((one, index) => ({ ...one, id: `slot-${index}`, key: `key-${index % 3}-${index}` }))
  return fc.record({
    slots: fc.constant(made),
    candidates: fc
      .array(candidate(made.map(({ id }) => id)), { maxLength: 12 })
      .map((all) => all.map((one, index) => ({ ...one, id: `placement-${String(index).padStart(2, '0')}` }))),
    page: fc
      .record({
        body: fc.option(body, { nil: undefined }),
        allowsAds: mostly([true, false]),
        isSensitive: mostly([false, true]),
        isPaused: mostly([false, true]),
      })
      .map((page) => ({ ...page, anchors: page.body && anchorsOf(page.body) })),
  })
})

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
