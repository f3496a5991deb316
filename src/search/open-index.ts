import type { Query } from '../db/engine.ts'
import { postgresIndex } from './postgres-index.ts'
import type { SearchIndex } from './search-index.ts'
import { sqliteIndex } from './sqlite-index.ts'

/**
 * The index over the working copies. What editors search is apart from what the public will: an index of published
 * articles is another one of these, over tables of another name.
 */
export function articleIndex(query: Query): SearchIndex {
  return openIndex(query, 'article_search')
}

function openIndex(query: Query, name: string): SearchIndex {
  return query.dialect === 'sqlite' ? sqliteIndex(query.sql, name) : postgresIndex(query.sql, name)
}
