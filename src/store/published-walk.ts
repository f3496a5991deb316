import { type SQL, sql } from 'drizzle-orm'
import type { Query } from '../db/engine.ts'
import { after as isAfter, before as isBefore, tested } from '../db/page.ts'
import type { Span, Wanted } from './published-filter.ts'
import { type FoundArticles, type Source, sourceOf } from './published-source.ts'
import { type SortKey, spanOf } from './published-tests.ts'

/**
 * Lists of published articles read no more than they must: they begin with what the fewest articles have and go
 * through those in the order of an index, testing each for the rest of the filter, until the page is full. At worst,
 * when hardly any article has everything, those are all articles of the rarest filter, once, and they are not sorted.
 */

export type PublishedSort = '-publishedAt' | 'publishedAt' | '-updatedAt' | 'title'

/** What a sort orders by; then comes the id, in the same direction. */
const orders = {
  '-publishedAt': { key: 'publishedAt', direction: 'desc' },
  publishedAt: { key: 'publishedAt', direction: 'asc' },
  '-updatedAt': { key: 'updatedAt', direction: 'desc' },
  title: { key: 'titleSort', direction: 'asc' },
} as const satisfies Record<PublishedSort, { key: SortKey; direction: 'asc' | 'desc' }>

/** Sort key and id of an article. */
export type Place = readonly [sortKey: string, id: string]

/** A part of a list. */
export interface Part {
  readonly sort: PublishedSort
  /** The last article of the page before. */
  readonly after: Place | undefined
  readonly limit: number
}

export function keyOf(sort: PublishedSort): SortKey {
  return orders[sort].key
}

/** Up to `limit` rows of `id` and `sort_key`, to be ordered by `inOrder`. */
export async function walk(query: Query, wanted: Wanted, part: Part, found?: FoundArticles): Promise<SQL> {
  return walkFrom(await sourceOf(query, wanted, keyOf(part.sort), found), wanted, part)
}

/** The same where it is known already where to look. */
export function walkFrom(source: Source, wanted: Wanted, part: Part): SQL {
  if (source.reading === 'sorted') return sorted(source, part)
  const parts = source.choices.map((choice) => walked(source, wanted, part, choice))
  const [only, ...others] = parts
  if (only && others.length === 0) return only
  // The first of each, of which the few are sorted. An article that is among several is taken once.
  const branches = parts.map(
    (branch, index) => sql`select id, sort_key from (${branch}) ${sql.identifier(`branch_${index}`)}`,
  )
  const all = sql.join(branches, source.repeats ? sql` union ` : sql` union all `)
  return sql`select id, sort_key from (${all}) branches order by ${inOrder(part.sort, 'branches')} limit ${part.limit}`
}

/** How many articles the list has on all its pages: one row of `count`. */
export async function counted(query: Query, wanted: Wanted, found?: FoundArticles): Promise<SQL> {
  const source = await sourceOf(query, wanted, 'publishedAt', found)
  const { from, rows, choices, tests, reading, repeats } = source
  const span = reading === 'walked' ? spanOf(rows.publishedAt, wanted.published) : []
  const conditions = [sql`(${sql.join([...choices], sql` or `)})`, ...tests, ...span]
  return sql`select count(${repeats ? sql`distinct ${rows.id}` : sql`*`}) as count
    from ${from} where ${sql.join(conditions, sql` and `)}`
}

/** The order of rows of `id` and `sort_key`, whose table has this name. */
export function inOrder(sort: PublishedSort, table: string): SQL {
  const name = sql.identifier(table)
  return ordered(sort, sql`${name}.sort_key`, sql`${name}.id`)
}

function ordered(sort: PublishedSort, key: SQL, id: SQL): SQL {
  const direction = sql.raw(orders[sort].direction)
  return sql`${key} ${direction}, ${id} ${direction}`
}

function sorted(source: Source, part: Part): SQL {
  const page = part.after ? [tested(isBeyond(source, part.sort, part.after))] : []
  return select(source, part, [...source.choices, ...source.tests, ...page])
}

/** The articles of one choice of a source, as an index has them. */
function walked(source: Source, wanted: Wanted, part: Part, choice: SQL): SQL {
  const key = keyOf(part.sort)
  const { span, after } = entryOf(part, spanOfKey(wanted, key))
  const page = after ? [isBeyond(source, part.sort, after)] : []
  return select(source, part, [choice, ...spanOf(source.rows[key], span), ...page, ...source.tests])
}

function select({ from, rows }: Source, { sort, limit }: Part, conditions: readonly SQL[]): SQL {
  const key = rows[keyOf(sort)]
  return sql`select ${rows.id} as id, ${key} as sort_key from ${from}
    where ${sql.join([...conditions], sql` and `)} order by ${ordered(sort, key, rows.id)} limit ${limit}`
}

function isBeyond({ rows }: Source, sort: PublishedSort, place: Place): SQL {
  const columns = [rows[keyOf(sort)], rows.id] as const
  return orders[sort].direction === 'desc' ? isBefore(columns, place) : isAfter(columns, place)
}

function spanOfKey({ published, updated }: Wanted, key: SortKey): Span {
  if (key === 'titleSort') return {}
  return key === 'publishedAt' ? published : updated
}

/**
 * Where the walk begins. The page before and the span both say it; an index is entered by one of them, and by the
 * wrong one every page would begin with all that were before it.
 */
function entryOf({ sort, after }: Part, span: Span): { span: Span; after: Place | undefined } {
  if (!after) return { span, after }
  const [key] = after
  if (orders[sort].direction === 'desc') {
    const isWithin = span.before === undefined || key < span.before
    return isWithin ? { span: { after: span.after }, after } : { span, after: undefined }
  }
  const isWithin = span.after === undefined || key > span.after
  return isWithin ? { span: { before: span.before }, after } : { span, after: undefined }
}
