import type { SQL, SQLWrapper } from 'drizzle-orm'
import type { SearchDocument } from './document.ts'
import type { SearchQuery } from './query.ts'

/** So many of the articles that are found, the newest in the index, are ranked; the others follow them. */
export const mostRanked = 2_000

/** From so many on, what is found is common. */
export const fewestCommon = 2_000

/** Of the articles that share a word, so many, the newest, are looked at. */
export const mostSharing = 1_000

/** What an article shares with another: words, and how much each tells. */
export type WordWeights = ReadonlyMap<string, number>

/** An article and the words that it is to be found by. */
export interface IndexEntry {
  readonly articleId: string
  readonly document: SearchDocument
}

/**
 * A full-text index over articles, whichever the database. Both find the same; only ranks may differ. An article
 * has a `number` in it, which goes up in the order in which articles were first indexed.
 *
 * What is answered as SQL goes into a `from` or a `where` of a query over articles; the names of its columns are
 * `article_id`, `number`, `rank` and `score`.
 */
export interface SearchIndex {
  /** The table that has a row for each indexed article: `article_id` and the `scheme` it was indexed by. */
  readonly table: SQL
  /** Makes this what the articles are found by, each of which comes once. */
  put(entries: readonly IndexEntry[]): Promise<void>
  /** Comes before everything below, in the same transaction. */
  prepare(): Promise<void>
  /** Rows of `article_id` and `number`: the articles that are found; only those before a number, when it is given. */
  found(search: SearchQuery, before?: number): SQL
  /** Rows of `article_id`, `number` and `rank`, a whole number from 1: the newest `mostRanked` that are found. */
  ranked(search: SearchQuery): SQL
  /**
   * The same, but ranked by what each article has itself: a rank stays as it is whatever else is indexed, so that a
   * list by it can be walked while articles come and go, and tells nothing of them. Those from the number `since` on,
   * at most twice `mostRanked`.
   */
  rankedAlone(search: SearchQuery, since: number): SQL
  /** The number of the last article that is ranked; undefined when all that are found are. */
  lastRanked(search: SearchQuery): Promise<number | undefined>
  /** True when so many are found that a walk over articles in some order meets them soon enough. */
  isCommon(search: SearchQuery, before?: number): Promise<boolean>
  /** Whether an article is found, as a condition that is tested article by article. */
  test(search: SearchQuery, before?: number): (articleId: SQLWrapper) => SQL
  /**
   * The same as a condition, for a walk over articles in some order that leaves out what is not found; undefined when
   * it is better to begin with what is found.
   */
  condition(search: SearchQuery, before?: number): Promise<((articleId: SQLWrapper) => SQL) | undefined>
  /** The share of articles that have each word, 0 to 1; about. */
  shares(words: readonly string[]): Promise<Map<string, number>>
  /**
   * Rows of `article_id`, `number` and `score`: the articles that have any of the words, with the sum of the weights
   * of those that they have. Of a word that many have, the newest count.
   */
  sharing(weights: WordWeights): SQL
}
