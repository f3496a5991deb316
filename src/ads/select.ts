import { type AdPlace, type AdPriority, adPriorities, type CreativeFormat } from '../contract/ad.ts'
import type { Body } from '../contract/portable-text.ts'

/** What the choice is made of: the slots of the site and the placements whose scope covers the page. */
export interface AdSlotInput {
  readonly id: string
  readonly key: string
  readonly place: AdPlace
  readonly afterBlock: number | null
  readonly maxPlacements: number
  readonly label: string
}

export interface AdCandidateInput {
  readonly id: string
  readonly slotId: string
  readonly position: number
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly priority: AdPriority
  readonly creative: {
    readonly id: string
    readonly title: string
    readonly format: CreativeFormat
    readonly clickUrl: string | null
    readonly html: string | null
    readonly sizes: readonly string[]
  }
}

export interface FilledSlot<Candidate> {
  readonly slot: AdSlotInput
  /** The block that an in-body slot follows. */
  readonly afterKey: string | undefined
  readonly chosen: readonly Candidate[]
}

/** Places in the order in which a page shows them. */
const placeOrder: readonly AdPlace[] = [
  'top',
  'before-body',
  'in-body',
  'after-body',
  'after-related',
  'sidebar',
  'bottom',
]

/**
 * Chooses what each slot shows at `now`: placements inside their dates, the strongest priority first, then by
 * position, at most as many as the slot takes. Slots with nothing to show are left out. The same input always
 * gives the same choice.
 */
export function selectAds<Candidate extends AdCandidateInput>(
  slots: readonly AdSlotInput[],
  candidates: readonly Candidate[],
  body: Body,
  now: string,
): FilledSlot<Candidate>[] {
  const open = candidates.filter(
    ({ startsAt, endsAt }) => (startsAt ?? '') <= now && (endsAt === null || now < endsAt),
  )
  return [...slots]
    .sort((a, b) => placeOrder.indexOf(a.place) - placeOrder.indexOf(b.place) || compare(a.key, b.key))
    .map((slot) => ({
      slot,
      afterKey: slot.place === 'in-body' ? paragraphKey(body, slot.afterBlock ?? 1) : undefined,
      chosen: open
        .filter((candidate) => candidate.slotId === slot.id)
        .sort(byStrength)
        .slice(0, slot.maxPlacements),
    }))
    .filter(
      ({ slot, afterKey, chosen }) =>
        chosen.length > 0 && (slot.place !== 'in-body' || afterKey !== undefined),
    )
}

function byStrength(a: AdCandidateInput, b: AdCandidateInput): number {
  const priority = adPriorities.indexOf(a.priority) - adPriorities.indexOf(b.priority)
  return priority || a.position - b.position || compare(a.id, b.id)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The key of the n-th paragraph; undefined when the body has fewer. */
function paragraphKey(body: Body, number: number): string | undefined {
  const paragraphs = body.filter(
    (block) => block._type === 'block' && block.style === 'normal' && block.listItem === undefined,
  )
  return paragraphs[number - 1]?._key
}
