import type { ExplainedSlot, LossReason } from '../contract/ad-choice.ts'
import type { explainAds } from './select.ts'

/** What became of every candidate, slot by slot. */
export function explainedView(choices: ReturnType<typeof explainAds>): ExplainedSlot[] {
  return choices.map(({ slot, chosen, verdicts }) => ({
    slot: slot.key,
    chosen: chosen.map(({ id }) => id),
    candidates: verdicts.map(({ candidate, eligible, reason }) => ({
      placementId: candidate.id,
      eligible,
      reason,
    })),
  }))
}

/** What editors have said of an article is not public: that it keeps an ad away is all that readers are told. */
const editorsReasons: readonly (LossReason | null)[] = ['article-ads-paused', 'article-sensitive']

/** The same as anybody may know it. */
export function publicExplanation(slots: readonly ExplainedSlot[]): ExplainedSlot[] {
  return slots.map((slot) => ({
    ...slot,
    candidates: slot.candidates.map((candidate) =>
      editorsReasons.includes(candidate.reason) ? { ...candidate, reason: 'article-forbids-ads' } : candidate,
    ),
  }))
}

const dayMs = 86_400_000
/** Before it no database knows instants. */
const firstMs = Date.parse('0001-01-01T00:00:00.000Z')

/** From when on placements must have lasted to be told of; the same for a whole UTC day. */
export function explainedSince(nowMs: number, days: number): string {
  const sinceMs = (Math.floor(nowMs / dayMs) - days) * dayMs
  return new Date(Math.max(sinceMs, firstMs)).toISOString()
}
