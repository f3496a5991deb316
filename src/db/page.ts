import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'

/**
 * Keyset paging: the rows after one that is known by its sort key and id. Written as a comparison of rows,
 * which both databases answer from an index over the same columns, however deep the page.
 */
export function after(columns: readonly [SQLWrapper, SQLWrapper], key: readonly [string, string]): SQL {
  return sql`(${columns[0]}, ${columns[1]}) > (${key[0]}, ${key[1]})`
}

export function before(columns: readonly [SQLWrapper, SQLWrapper], key: readonly [string, string]): SQL {
  return sql`(${columns[0]}, ${columns[1]}) < (${key[0]}, ${key[1]})`
}

/**
 * A condition that rows are tested by and for which no index is chosen: the index of a list is the one that has its
 * order.
 */
export function tested(condition: SQL): SQL {
  return sql`(${condition}) is true`
}

/**
 * Whether there is a row. With the offset it is looked for row by row in either database, and not made a join, which
 * would begin with all of its rows.
 */
export function probed(select: SQL): SQL {
  return sql`exists (${select} limit 1 offset 0)`
}

/** Splits `limit + 1` rows into a page and the row that the next one begins after. */
export function cutPage<Row>(rows: readonly Row[], limit: number): { items: Row[]; last: Row | undefined } {
  const items = rows.slice(0, limit)
  return { items, last: rows.length > limit ? items.at(-1) : undefined }
}
