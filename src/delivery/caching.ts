import type { AdCandidate } from '../store/ad-placements.ts'
import type { PublishedCard } from '../store/published-cards.ts'
import type { PublishedLink } from '../store/published-parts.ts'
import type { AnswerTimes } from './answering.ts'

/** Short enough that an edit shows soon where no cache is purged, long enough to carry a rush. */
export const cacheControl = 'public, max-age=10, stale-while-revalidate=60'

/** The tags by which a cache may drop what shows this article. */
export function cardTags({ id, section, tags }: PublishedCard): string[] {
  return [
    `article:${id}`,
    ...(section ? [`section:${section.slug}`] : []),
    ...tags.map((tag) => `tag:${tag.slug}`),
  ]
}

/** The tags of the articles that related links show. */
export function linkTags(links: readonly PublishedLink[]): string[] {
  return links.flatMap((link) => (link.target ? [`article:${link.target.id}`] : []))
}

const dayMs = 86_400_000

/**
 * When the clock alone last changed the ads of a page, and when it will: their tokens change at midnight UTC, and each
 * begins and ends at its own dates, and goes on when it was held back.
 */
export function adTimes(
  candidates: readonly Pick<AdCandidate, 'startsAt' | 'endsAt' | 'heldUntil'>[],
  nowMs: number,
): AnswerTimes {
  const midnightMs = Math.floor(nowMs / dayMs) * dayMs
  const now = new Date(nowMs).toISOString()
  // As texts, which are in the order of time: to parse the dates of hundreds takes longer than to choose among them.
  let last = new Date(midnightMs).toISOString()
  let next = new Date(midnightMs + dayMs).toISOString()
  const meet = (edge: string | null) => {
    if (edge === null) return
    if (edge <= now) last = edge > last ? edge : last
    else if (edge < next) next = edge
  }
  for (const { startsAt, endsAt, heldUntil } of candidates) {
    meet(startsAt)
    meet(endsAt)
    meet(heldUntil)
  }
  return { changedAt: last, untilMs: Date.parse(next) }
}

/** For an answer that may be another one the next moment. */
export function momentary(nowMs: number): AnswerTimes {
  return { changedAt: new Date(nowMs).toISOString(), untilMs: nowMs }
}

/** The later of two instants; null counts as never. */
export function laterOf(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
