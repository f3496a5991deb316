/** What every feed format is made of. URLs are absolute, instants RFC 3339 in UTC. */
export interface Feed {
  readonly title: string
  /** Where this feed is. */
  readonly url: string
  /** The page that it is a feed of. */
  readonly homeUrl: string
  /** BCP 47. */
  readonly language: string
  /** Who answers for what has no authors of its own. */
  readonly publisher: string
  readonly items: readonly FeedItem[]
}

export interface FeedItem {
  /** A URI that never changes. */
  readonly id: string
  readonly url: string
  /** Plain text, as all else but `html`. */
  readonly title: string
  readonly summary: string
  /** The whole article; undefined where it is too large for a feed. */
  readonly html: string | undefined
  readonly publishedAt: string
  readonly modifiedAt: string
  readonly language: string
  readonly authors: readonly string[]
  readonly categories: readonly FeedCategory[]
}

export interface FeedCategory {
  readonly slug: string
  readonly name: string
}

/** When the feed last changed, which for an empty one is never. */
export function feedModifiedAt({ items }: Feed): string {
  return items.reduce(
    (latest, { modifiedAt }) => (modifiedAt > latest ? modifiedAt : latest),
    '1970-01-01T00:00:00.000Z',
  )
}
