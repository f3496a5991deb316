import { withAbsoluteUrls } from '../body/absolute.ts'
import { toBareHtml } from '../body/html.ts'
import { modifiedAt } from '../feeds/article.ts'
import type { FeedItem } from '../feeds/feed.ts'
import { urnOf } from '../feeds/uri.ts'
import type { PublishedCard } from '../store/published-cards.ts'
import type { PublishedContent } from '../store/published-contents.ts'
import { type AddressedSite, urlAt } from './site.ts'
import { urlOf } from './views.ts'

/** An article as a feed has it. */
export function itemView(
  card: PublishedCard,
  content: PublishedContent | undefined,
  site: AddressedSite,
): FeedItem {
  const url = urlOf(card.slug, site) ?? urlAt('/', site)
  const body = content?.body
  return {
    id: urnOf(card.id),
    url,
    title: card.title,
    summary: card.excerpt,
    html: body ? toBareHtml(withAbsoluteUrls(body, url)) : undefined,
    publishedAt: card.publishedAt,
    modifiedAt: modifiedAt({ updatedAt: card.updatedAt, corrections: content?.corrections ?? [] }),
    language: card.language,
    authors: card.authors.map(({ name }) => name),
    categories: [...(card.section ? [card.section] : []), ...card.tags],
  }
}
