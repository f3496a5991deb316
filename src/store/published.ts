import type { PublicChange } from '../contract/public-change.ts'
import type { SellerFile } from '../contract/seller-entry.ts'
import type { TermKind } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'
import { type AskedPage, findAdInventory } from './ad-inventory.ts'
import type { AdReading } from './ad-shelf.ts'
import { findPublicState, type PublicState } from './changes.ts'
import { findAddress, findOldAddress } from './published-addresses.ts'
import { resolveArticle } from './published-articles.ts'
import type { PublishedCard } from './published-cards.ts'
import { type ChangesAfter, listChanges } from './published-changes.ts'
import { findCollection } from './published-collections.ts'
import { findContents } from './published-contents.ts'
import type { PublishedFilter } from './published-filter.ts'
import { countCards, listCards, type PublishedPage } from './published-lists.ts'
import { findAds, findBodies, findLinks } from './published-parts.ts'
import { countArticles, listNews, listSitemap } from './published-sitemaps.ts'
import { countTerms, findTermNames, listTerms, type TermFilter } from './published-terms.ts'
import { listFileEntries } from './sellers.ts'
import { findShownCreative } from './shown-creatives.ts'

/**
 * All that delivery can see: published tables, taxonomy, collections, ads, sellers and public changes, and nothing else. `note`
 * is told the number of a public change that was read.
 */
export function publishedReader(query: Query, note: (seq: number) => void, ads: AdReading) {
  const { now } = ads
  return {
    resolveArticle: (idOrSlug: string) => resolveArticle(query, idOrSlug, ads),
    findAddress: (slug: string) => findAddress(query, slug),
    findOldAddress: (path: string) => findOldAddress(query, path),
    findCollection: (key: string) => findCollection(query, key),
    listCards: (filter: PublishedFilter & PublishedPage) => listCards(query, filter),
    countCards: (filter: PublishedFilter) => countCards(query, filter),
    findBodies: (articleIds: readonly string[]) => findBodies(query, articleIds),
    findLinks: (articleIds: readonly string[]) => findLinks(query, articleIds),
    findAds: (cards: readonly PublishedCard[]) => findAds(query, cards, ads),
    findAdInventory: (page: AskedPage, since: string) => findAdInventory(query, page, since),
    findShownCreative: (placementId: string) => findShownCreative(query, placementId, now),
    listTerms: (kind: TermKind, filter: TermFilter) => listTerms(query, kind, filter),
    countTerms: (kind: TermKind) => countTerms(query, kind),
    findTermNames: (kind: TermKind, slugs: readonly string[]) => findTermNames(query, kind, slugs),
    findContents: (ids: readonly string[], maxCharacters: number) => findContents(query, ids, maxCharacters),
    countArticles: () => countArticles(query),
    listSitemap: (range: { readonly first: number; readonly count: number }) => listSitemap(query, range),
    listNews: (range: { readonly after: string; readonly limit: number }) => listNews(query, range),
    listSellers: (file: SellerFile) => listFileEntries(query, file),
    async listChanges(range: ChangesAfter): Promise<PublicChange[]> {
      const changes = await listChanges(query, range)
      const last = changes.at(-1)
      if (last) note(last.seq)
      return changes
    },
    /** The newest public change: what delivery answers differs only where this differs. */
    async findState(): Promise<PublicState> {
      const state = await findPublicState(query)
      note(state.seq)
      return state
    },
  }
}
