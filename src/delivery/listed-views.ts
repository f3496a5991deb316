import type { ListedCard } from '../contract/delivered-article.ts'
import type { Body } from '../contract/portable-text.ts'
import { highlightedFields } from '../contract/search.ts'
import type { StoredJson } from '../contract/stored-json.ts'
import { rangesOf } from '../search/highlight.ts'
import type { SearchQuery } from '../search/query.ts'
import type { PublishedCard } from '../store/published-cards.ts'
import type { ArticleAds, PublishedLink } from '../store/published-parts.ts'
import type { BodyAtHand } from './body-writer.ts'
import { type AdsAtHand, cardView, relatedView, shownAds, type ViewContext, type WithBody } from './views.ts'

/** What is shown with the cards of a page, by article; undefined is not asked for. */
export interface ListedParts {
  readonly bodies: ReadonlyMap<string, StoredJson<Body>> | undefined
  readonly related: ReadonlyMap<string, readonly PublishedLink[]> | undefined
  readonly ads: ReadonlyMap<string, ArticleAds> | undefined
  /** The bodies that ads have their places in. */
  readonly places: ReadonlyMap<string, StoredJson<Body>>
}

/** A card of a list with what was asked for and, where something is searched, where it has that. */
export function listedView(
  card: PublishedCard,
  { bodies, related, ads, places }: ListedParts,
  search: SearchQuery | undefined,
  context: ViewContext,
): WithBody<Omit<ListedCard, 'ads'>, BodyAtHand> & { ads?: AdsAtHand } {
  const { id, version } = card
  const shown = cardView(card, context)
  const own = ads?.get(id)
  const placed = own && { id, version, ...own, body: places.get(id) ?? [] }
  return {
    ...shown,
    ...(search ? { highlights: highlightsOf(shown, search) } : {}),
    ...(bodies ? { body: bodies.get(id) ?? [] } : {}),
    ...(related ? { related: relatedView(related.get(id) ?? [], context) } : {}),
    ...(ads ? { ads: placed ? shownAds(placed, context).slots : [] } : {}),
  }
}

function highlightsOf(
  card: Pick<ListedCard, (typeof highlightedFields)[number]>,
  search: SearchQuery,
): NonNullable<ListedCard['highlights']> {
  return highlightedFields.flatMap((field) => {
    const ranges = rangesOf(card[field] ?? '', search)
    return ranges.length === 0 ? [] : [{ field, ranges }]
  })
}
