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
