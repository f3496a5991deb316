import { type AdPlace, type AdPriority, type AdStatus, adPlaces, adPriorities } from '../contract/ad.ts'
import { type LossReason, type UnfitReason, unfitReasons } from '../contract/ad-choice.ts'
import { byPosition, byPriority, byRank } from '../contract/ad-order.ts'
import { never } from '../contract/ad-window.ts'

/** What the choice is made of: slots, the placements whose scope covers the page, and the page. */
export interface AdSlotInput {
  readonly id: string
  readonly key: string
  readonly place: AdPlace
  readonly afterBlock: number | null
  /** None takes all. */
  readonly sizes: readonly string[]
  readonly maxPlacements: number
}

export interface AdCandidateInput {
  readonly id: string
  readonly slotId: string
  readonly position: number
  readonly startsAt: string | null
  readonly endsAt: string | null
  /** Held back until then, because it is ahead of its goal. */
  readonly heldUntil: string | null
  readonly priority: AdPriority
  readonly weight: number
  readonly status: AdStatus
  /** Null where it is nobody's. */
  readonly advertiserStatus: AdStatus | null
  readonly creative: {
    /** None fits everywhere. */
    readonly sizes: readonly string[]
    readonly exclusionLabels: readonly string[]
  }
}

export interface AdPageInput {
  /** The blocks that slots in the body may follow; undefined on a page that is no article, which has places for all. */
  readonly anchors: readonly string[] | undefined
  readonly allowsAds: boolean
  readonly isSensitive: boolean
  readonly isPaused: boolean
}

export interface Verdict<Candidate> {
  readonly candidate: Candidate
  /** Whether it could be shown here now. */
  readonly eligible: boolean
  /** Why it is not shown; null when it is. */
  readonly reason: LossReason | null
}

export interface SlotChoice<Slot, Candidate> {
  readonly slot: Slot
  /** The block that an in-body slot follows. */
  readonly afterKey: string | undefined
  /** In the order in which they are shown. */
  readonly chosen: readonly Candidate[]
}

interface Choosing<Slot, Candidate> {
  readonly slots: readonly Slot[]
  readonly candidates: readonly Candidate[]
  readonly page: AdPageInput
  /** RFC 3339, in UTC with milliseconds. */
  readonly now: string
  /**
   * Gives numbers from 0 to below 1: the choice is then by lot, in which a weight of 3 wins three times as often as
   * one of 1. Without it the same input always gives the same choice.
   */
  readonly random?: (() => number) | undefined
}

/**
 * Chooses what each slot shows. The stronger priority goes first on the whole page, so that `house` has what is left;
 * within it slots take turns in the order of the page, and each takes those that go first, by lot or else by position,
 * weight and id, as long as it has room and no ad with one of their exclusion labels is on the page. Slots come in the
 * order of the page, those with nothing to show too.
 */
export function selectAds<Slot extends AdSlotInput, Candidate extends AdCandidateInput>(
  given: Choosing<Slot, Candidate>,
): SlotChoice<Slot, Candidate>[] {
  return choose(given)
}

/** The same choice, with what became of every candidate, in the order in which they were given. */
export function explainAds<Slot extends AdSlotInput, Candidate extends AdCandidateInput>(
  given: Choosing<Slot, Candidate>,
): (SlotChoice<Slot, Candidate> & { readonly verdicts: Verdict<Candidate>[] })[] {
  const losses = new Map<string, LossReason>()
  const choices = choose(given, ({ id }, reason) => losses.set(id, reason))
  return choices.map((choice) => ({
    ...choice,
    verdicts: given.candidates
      .filter(({ slotId }) => slotId === choice.slot.id)
      .map((candidate) => {
        const reason = losses.get(candidate.id) ?? null
        return { candidate, eligible: !isUnfit(reason), reason }
      }),
  }))
}

function isUnfit(reason: LossReason | null): boolean {
  return (unfitReasons as readonly (LossReason | null)[]).includes(reason)
}

/** A slot while it is filled. */
interface OpenSlot<Slot, Candidate> {
  readonly slot: Slot
  readonly afterKey: string | undefined
  readonly hasPlace: boolean
  /** In the order of their turns. */
  readonly waiting: Candidate[]
  /** Whose turn it is. */
  next: number
  readonly chosen: Candidate[]
}

/** Told of each candidate of a slot that is not shown. */
type OnLoss = (candidate: AdCandidateInput, reason: LossReason) => void

function choose<Slot extends AdSlotInput, Candidate extends AdCandidateInput>(
  { slots, candidates, page, now, random }: Choosing<Slot, Candidate>,
  onLoss?: OnLoss,
): SlotChoice<Slot, Candidate>[] {
  const open = [...slots].sort(byPlace).map((slot) => openSlot<Slot, Candidate>(slot, page))
  const bySlot = new Map(open.map((one) => [one.slot.id, one]))
  const drawn = random === undefined ? candidates : drawOrder(candidates, random)
  for (const candidate of drawn) bySlot.get(candidate.slotId)?.waiting.push(candidate)
  // Where lots were drawn, those of one priority stay in the order that they gave.
  for (const { waiting } of open) if (waiting.length > 1) waiting.sort(random ? byPriority : byRank)
  const labels = new Set<string>()
  // Those of one priority in all slots, before any of the next.
  for (const priority of adPriorities)
    for (const slot of open) fill(slot, priority, { page, now, labels, onLoss })
  // As they are shown: what was drawn by lot is in order of position all the same.
  const shown = random ? byPosition : byRank
  return open.map(({ slot, afterKey, chosen }) => ({ slot, afterKey, chosen: chosen.sort(shown) }))
}

interface Filling {
  readonly page: AdPageInput
  readonly now: string
  /** Those of the ads that the page has so far. */
  readonly labels: Set<string>
  readonly onLoss: OnLoss | undefined
}

/** Lets those of one priority into a slot, who wait next to each other. */
function fill<Slot extends AdSlotInput, Candidate extends AdCandidateInput>(
  open: OpenSlot<Slot, Candidate>,
  priority: AdPriority,
  { page, now, labels, onLoss }: Filling,
): void {
  const { slot, waiting, chosen } = open
  for (; open.next < waiting.length; open.next += 1) {
    const candidate = waiting[open.next]
    if (candidate === undefined || candidate.priority !== priority) return
    const isFull = chosen.length >= slot.maxPlacements
    // Whoever is not asked about the others need not look at them.
    if (isFull && onLoss === undefined) {
      open.next = waiting.length
      return
    }
    const unfit = unfitness(candidate, open, page, now)
    const own = unfit || isFull ? [] : candidate.creative.exclusionLabels.map((label) => label.toLowerCase())
    if (unfit) onLoss?.(candidate, unfit)
    else if (isFull) onLoss?.(candidate, 'slot-full')
    else if (own.some((label) => labels.has(label))) onLoss?.(candidate, 'competitor-shown')
    else {
      chosen.push(candidate)
      for (const label of own) labels.add(label)
    }
  }
}

function openSlot<Slot extends AdSlotInput, Candidate>(
  slot: Slot,
  { anchors }: AdPageInput,
): OpenSlot<Slot, Candidate> {
  const isAnchored = slot.place === 'in-body' && anchors !== undefined
  const afterKey = isAnchored ? anchors[(slot.afterBlock ?? 1) - 1] : undefined
  return { slot, afterKey, hasPlace: !isAnchored || afterKey !== undefined, waiting: [], next: 0, chosen: [] }
}

function unfitness<Slot extends AdSlotInput, Candidate extends AdCandidateInput>(
  { status, advertiserStatus, startsAt, endsAt, heldUntil, priority, creative }: Candidate,
  { slot, hasPlace }: OpenSlot<Slot, Candidate>,
  { allowsAds, isSensitive, isPaused }: AdPageInput,
  now: string,
): UnfitReason | undefined {
  if (!allowsAds) return 'article-forbids-ads'
  if (isPaused) return 'article-ads-paused'
  if (!hasPlace) return 'slot-without-place'
  if (status === 'paused') return 'paused'
  if (advertiserStatus === 'paused') return 'advertiser-paused'
  if (startsAt !== null && now < startsAt) return 'not-started'
  if (endsAt !== null && endsAt <= now) return 'ended'
  if (heldUntil !== null && now < heldUntil) return heldUntil === never ? 'goal-reached' : 'ahead-of-goal'
  if (isSensitive && priority !== 'house') return 'article-sensitive'
  return fits(slot.sizes, creative.sizes) ? undefined : 'no-common-size'
}

function fits(taken: readonly string[], had: readonly string[]): boolean {
  return taken.length === 0 || had.length === 0 || had.some((size) => taken.includes(size))
}

/**
 * Exponential waits: the shortest of several is one's own with the odds of its weight, and so on among the others, so
 * that their order is that of draws without putting back.
 */
function drawOrder<Candidate extends AdCandidateInput>(
  candidates: readonly Candidate[],
  random: () => number,
): Candidate[] {
  return candidates
    .map((candidate) => ({ candidate, wait: -Math.log(1 - random()) / candidate.weight }))
    .sort((a, b) => a.wait - b.wait)
    .map(({ candidate }) => candidate)
}

function byPlace(a: AdSlotInput, b: AdSlotInput): number {
  return adPlaces.indexOf(a.place) - adPlaces.indexOf(b.place) || (a.key < b.key ? -1 : 1)
}
