import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AdCandidateInput, type AdSlotInput, explainAds, selectAds } from '../../src/ads/select.ts'
import { adPriorities } from '../../src/contract/ad.ts'
import { anchorsOf } from '../../src/contract/ad-anchor.ts'
import { unfitReasons } from '../../src/contract/ad-choice.ts'
import { body, now, seeded, type World, world } from './worlds.ts'

type Choice = ReturnType<typeof choose>

function choose(given: World, seed?: number) {
  return explainAds({ ...given, now, random: seed === undefined ? undefined : seeded(seed) })
}

/** By position, or by lot from any seed. */
const seed = fc.option(fc.integer(), { nil: undefined })
const strength = ({ priority }: AdCandidateInput) => adPriorities.indexOf(priority)
const labelsOf = ({ creative }: AdCandidateInput) =>
  creative.exclusionLabels.map((label) => label.toLowerCase())
const chosenIn = (choices: Choice) => choices.flatMap(({ chosen }) => chosen)
const idsOf = (choices: ReturnType<typeof selectAds>) =>
  choices.map(({ slot, chosen }) => [slot.id, chosen.map(({ id }) => id)])

/** Whether it may be shown at all, said in another way than by the program. */
function mayBeShown({ page }: World, slot: AdSlotInput, candidate: AdCandidateInput): boolean {
  const { body, allowsAds, isPaused, isSensitive } = page
  const begins = [candidate.startsAt ?? '0000', candidate.heldUntil ?? '0000']
  const lasts = begins.every((at) => at <= now) && (candidate.endsAt === null || candidate.endsAt > now)
  const active = candidate.status === 'active' && candidate.advertiserStatus !== 'paused'
  const common = candidate.creative.sizes.filter((size) => slot.sizes.includes(size))
  const fits = common.length > 0 || slot.sizes.length * candidate.creative.sizes.length === 0
  const paragraphs = body?.filter(
    (block) =>
      block._type === 'block' &&
      block.style === 'normal' &&
      block.listItem === undefined &&
      block.children.some(({ text }) => text.trim() !== ''),
  )
  const hasPlace =
    slot.place !== 'in-body' || paragraphs === undefined || paragraphs.length >= (slot.afterBlock ?? 1)
  const isHouse = candidate.priority === 'house'
  return [allowsAds, !isPaused, lasts, active, fits, hasPlace, !isSensitive || isHouse].every(Boolean)
}

describe('the choice of ads', () => {
  it('shows only what may be shown there now, no more than the slot takes, competitors apart', () => {
    fc.assert(
      fc.property(world, seed, (given, seed) => {
        const choices = choose(given, seed)
        const random = seed === undefined ? undefined : seeded(seed)
        expect(idsOf(selectAds({ ...given, now, random }))).toEqual(idsOf(choices))
        expect(choices.map(({ slot }) => slot.id).sort()).toEqual(given.slots.map(({ id }) => id).sort())
        for (const { slot, chosen } of choices) {
          expect(chosen.length).toBeLessThanOrEqual(slot.maxPlacements)
          expect(chosen.every((one) => one.slotId === slot.id && mayBeShown(given, slot, one))).toBe(true)
        }
        const shown = chosenIn(choices)
        expect(new Set(shown.map(({ id }) => id)).size).toBe(shown.length)
        const labels = shown.flatMap(labelsOf)
        expect(new Set(labels).size).toBe(labels.length)
      }),
    )
  })

  it('says of each candidate whether it could be shown, and of each that is not the true reason', () => {
    fc.assert(
      fc.property(world, seed, (given, seed) => {
        const choices = choose(given, seed)
        const shown = chosenIn(choices)
        for (const { slot, chosen, verdicts } of choices) {
          const own = given.candidates.filter(({ slotId }) => slotId === slot.id)
          expect(verdicts.map(({ candidate }) => candidate)).toEqual(own)
          for (const { candidate, eligible, reason } of verdicts) {
            expect(eligible).toBe(mayBeShown(given, slot, candidate))
            expect(reason === null).toBe(chosen.includes(candidate))
            expect((unfitReasons as readonly unknown[]).includes(reason)).toBe(!eligible)
            const asStrong = (one: AdCandidateInput) => strength(one) <= strength(candidate)
            if (reason === 'slot-full') expect(chosen.filter(asStrong).length).toBe(slot.maxPlacements)
            if (reason === 'competitor-shown') {
              const own = labelsOf(candidate)
              expect(
                shown.some((one) => asStrong(one) && labelsOf(one).some((label) => own.includes(label))),
              ).toBe(true)
            }
          }
        }
      }),
    )
  })

  it('is the same for the same page, in whatever order it is told of it', () => {
    fc.assert(
      fc.property(world, fc.integer(), (given, seed) => {
        const random = seeded(seed)
        const turned = <Item>(items: readonly Item[]): Item[] =>
          items
            .map((item) => ({ item, at: random() }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item)
        const other = { ...given, slots: turned(given.slots), candidates: turned(given.candidates) }
        expect(idsOf(choose(other))).toEqual(idsOf(choose(given)))
      }),
    )
  })

  it('goes by priority, position and weight where nothing keeps competitors apart', () => {
    fc.assert(
      fc.property(world, (given) => {
        const candidates = given.candidates.map((one) => ({
          ...one,
          creative: { ...one.creative, exclusionLabels: [] },
        }))
        const open = { ...given, candidates }
        for (const { slot, chosen } of choose(open)) {
          const order = (one: AdCandidateInput) =>
            [strength(one), one.position, 1_000 - one.weight, one.id].join()
          const wanted = candidates
            .filter((one) => one.slotId === slot.id && mayBeShown(open, slot, one))
            .sort((a, b) => (order(a) < order(b) ? -1 : 1))
            .slice(0, slot.maxPlacements)
          expect(chosen).toEqual(wanted)
        }
      }),
    )
  })

  it('lets house ads take what is left, and nothing of the others', () => {
    fc.assert(
      fc.property(world, (given) => {
        const isSold = ({ priority }: AdCandidateInput) => priority !== 'house'
        const sold = { ...given, candidates: given.candidates.filter(isSold) }
        const without = choose(given).map(({ chosen }) => chosen.filter(isSold))
        expect(without).toEqual(choose(sold).map(({ chosen }) => chosen))
      }),
    )
  })
})

describe('the place of a slot in the body', () => {
  it('is after the n-th paragraph with text, so never between a heading and its text', () => {
    fc.assert(
      fc.property(body, fc.integer({ min: 1, max: 8 }), (blocks, number) => {
        const key = anchorsOf(blocks)[number - 1]
        const index = blocks.findIndex((block) => block._key === key)
        const before = blocks
          .slice(0, index + 1)
          .filter((block) => 'style' in block && block.style !== 'normal')
        if (key === undefined) {
          // And every later one is missing too.
          expect(anchorsOf(blocks)[number]).toBeUndefined()
          return
        }
        expect(before.some((heading) => heading._key === key)).toBe(false)
        const above = blocks.slice(0, index + 1).reverse()
        const nearest = above.find(
          (block) => block._type === 'block' && block.children.some(({ text }) => text.trim() !== ''),
        )
        expect(nearest?._key).toBe(key)
        expect(nearest).toMatchObject({ style: 'normal' })
        if (number > 1) expect(anchorsOf(blocks.slice(0, index))[number - 2]).toBeDefined()
      }),
    )
  })
})

describe('the choice by lot', () => {
  const slot: AdSlotInput = {
    ...{ id: 'slot', key: 'slot', place: 'top', afterBlock: null, sizes: [] },
    maxPlacements: 1,
  }
  const page = { anchors: undefined, allowsAds: true, isSensitive: false, isPaused: false }
  const weights = [1, 2, 3, 4]
  const candidates = weights.map(
    (weight): AdCandidateInput => ({
      ...{ id: `weighs-${weight}`, slotId: 'slot', position: 5 - weight, weight, priority: 'standard' },
      ...{ startsAt: null, endsAt: null, heldUntil: null, status: 'active', advertiserStatus: null },
      creative: { sizes: [], exclusionLabels: [] },
    }),
  )
  const sum = 10

  /** How often each weight was chosen in so many rounds, in parts of all. */
  function shares(maxPlacements: number, rounds: number): number[] {
    const random = seeded(20_240_109)
    const counts = weights.map(() => 0)
    for (let round = 0; round < rounds; round += 1) {
      const [choice] = selectAds({ slots: [{ ...slot, maxPlacements }], candidates, page, now, random })
      for (const { weight } of choice?.chosen ?? []) counts[weight - 1] = (counts[weight - 1] ?? 0) + 1
    }
    return counts.map((count) => count / rounds)
  }

  it('follows the weights within 1 % in a million decisions', () => {
    for (const [index, share] of shares(1, 1_000_000).entries()) {
      const wanted = (weights[index] ?? 0) / sum
      expect(Math.abs(share / wanted - 1), `weight ${weights[index]}: ${share}`).toBeLessThan(0.01)
    }
  })

  it('puts nothing back: the second is drawn from the others by their weights', () => {
    for (const [index, share] of shares(2, 200_000).entries()) {
      const own = weights[index] ?? 0
      const second = weights
        .filter((weight) => weight !== own)
        .reduce((all, first) => all + (first / sum) * (own / (sum - first)), 0)
      expect(Math.abs(share / (own / sum + second) - 1), `weight ${own}: ${share}`).toBeLessThan(0.01)
    }
  })
})
