import type { PublishedCard } from '../store/published-cards.ts'

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

const dayMs = 86_400_000

/**
 * When the ads of a page last changed by the clock alone: their tokens at midnight UTC, and the newest of their
 * dates that has passed.
 */
export function adsChangedAt(
  candidates: readonly { readonly startsAt: string | null; readonly endsAt: string | null }[],
  nowMs: number,
): string {
  const now = new Date(nowMs).toISOString()
  const midnight = new Date(Math.floor(nowMs / dayMs) * dayMs).toISOString()
  const edges = candidates.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])
  return edges.reduce(
    (latest: string, edge) => (edge !== null && edge <= now && edge > latest ? edge : latest),
    midnight,
  )
}

/** The later of two instants; null counts as never. */
export function laterOf(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
