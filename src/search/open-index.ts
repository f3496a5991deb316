import type { Query } from '../db/engine.ts'
import { postgresIndex } from './postgres-index.ts'
import type { SearchIndex } from './search-index.ts'
import { sqliteIndex } from './sqlite-index.ts'

/** What the indexes are called in the database. */
export const indexNames = { articles: 'article_search', published: 'published_search' } as const
export type IndexName = (typeof indexNames)[keyof typeof indexNames]

/** The index over the working copies, which editors search. */
export function articleIndex(query: Query): SearchIndex {
  return openIndex(query, indexNames.articles)
}

/**
 * The index over what is public, apart from the other: what is hidden is not in it, and so can neither be found nor
 * have a part in any order or count.
 */
export function publishedIndex(query: Query): SearchIndex {
  return openIndex(query, indexNames.published)
}

function openIndex(query: Query, name: string): SearchIndex {
  return query.dialect === 'sqlite' ? sqliteIndex(query.sql, name) : postgresIndex(query.sql, name)
}
