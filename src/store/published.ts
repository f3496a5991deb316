import type { TermKind } from '../contract/taxonomy.ts'
import type { Query } from '../db/engine.ts'
import { findPublicState } from './changes.ts'
import { resolveArticle } from './published-articles.ts'
import { countCards, listCards, type PublishedFilter, type PublishedPage } from './published-lists.ts'
import { countTerms, listTerms, type TermFilter } from './published-terms.ts'

/** All that delivery can see: published tables, taxonomy and ads, and nothing else. */
export function publishedReader(query: Query) {
  return {
    resolveArticle: (idOrSlug: string) => resolveArticle(query, idOrSlug),
    listCards: (filter: PublishedFilter & PublishedPage) => listCards(query, filter),
    countCards: (filter: PublishedFilter) => countCards(query, filter),
    listTerms: (kind: TermKind, filter: TermFilter) => listTerms(query, kind, filter),
    countTerms: (kind: TermKind) => countTerms(query, kind),
    /** The newest public change: what delivery answers differs only where this differs. */
    findState: () => findPublicState(query),
  }
}
