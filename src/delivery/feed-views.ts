import { withAbsoluteUrls } from '../body/absolute.ts'
import { toBareHtml } from '../body/html.ts'
import { modifiedAt } from '../feeds/article.ts'
import type { Feed, FeedItem } from '../feeds/feed.ts'
import { urnOf } from '../feeds/uri.ts'
import type { PublishedCard } from '../store/published-cards.ts'
import type { PublishedContent } from '../store/published-contents.ts'
import { type AddressedSite, titleOf, urlAt } from './site.ts'
import { urlOf } from './views.ts'

/** What was read for a feed. */
export interface FeedContent {
  readonly cards: readonly PublishedCard[]
  /** By the ids of the cards. */
  readonly contents: ReadonlyMap<string, PublishedContent>
  /** Of the sections and tags that it is a feed of. */
  readonly names: readonly string[]
}

/** The feed at a path (with its query) of the site. */
export function feedView({ cards, contents, names }: FeedContent, path: string, site: AddressedSite): Feed {
  const siteTitle = titleOf(site)
  return {
    title: names.length > 0 ? `${siteTitle}: ${names.join(', ')}` : siteTitle,
    url: urlAt(path, site),
    homeUrl: urlAt('/', site),
    language: site.siteLanguage,
    publisher: siteTitle,
    items: cards.map((card) => itemView(card, contents.get(card.id), site)),
  }
}

/** An article as a feed has it. */
function itemView(card: PublishedCard, content: PublishedContent | undefined, site: AddressedSite): FeedItem {
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
