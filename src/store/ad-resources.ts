import { and, asc, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import { Problem } from '../contract/errors.ts'
import type { Paged } from '../contract/list.ts'
import type { Query } from '../db/engine.ts'
import { after, cutPage } from '../db/page.ts'
import { requireUpdated } from './versioned.ts'

/** Slots, advertisers, creatives, placements and sellers: tables of one form, read and written in one way. */

type Tables = Query['tables']
type Table =
  | Tables['adSlots']
  | Tables['advertisers']
  | Tables['creatives']
  | Tables['adPlacements']
  | Tables['sellers']
type Row<T extends Table> = T['$inferSelect']

export interface AdResourcePage {
  /** The last item of the page before: its sort key and its id. */
  readonly after: readonly [sortKey: string, id: string] | undefined
  readonly limit: number
}

/** Reads what is in a table; `what` is what one of its rows is called. */
export function resourceReader<T extends Table>(query: Query, given: T, what: string) {
  const { sql: db } = query
  // Each has these columns; that they are of one kind is all that is asked of the rows.
  const table = given as Table as Tables['advertisers']

  async function find(id: string): Promise<Row<T> | undefined> {
    const [row] = await db.select().from(table).where(eq(table.id, id))
    return row as Row<T> | undefined
  }

  return {
    find,

    /** Throws `not-found`. */
    async get(id: string): Promise<Row<T>> {
      const row = await find(id)
      if (!row) throw new Problem('not-found', `There is no such ${what}.`)
      return row
    },

    /** Those that fulfil the condition, the newest first: ids are in the order in which they were made. */
    async listNewest(condition: SQL | undefined, page: AdResourcePage): Promise<Paged<Row<T>>> {
      const rows = await db
        .select()
        .from(table)
        .where(and(condition, page.after && lt(table.id, page.after[1])))
        .orderBy(desc(table.id))
        .limit(page.limit + 1)
      const { items, last } = cutPage(rows as Row<T>[], page.limit)
      return { items, next: last ? [last.id, last.id] : null }
    },

    async count(condition: SQL | undefined): Promise<number> {
      const [row] = await db.select({ count: sql<number>`count(*)` }).from(table).where(condition)
      return Number(row?.count ?? 0)
    },

    /** How many fulfil the condition, and the first of them by id. */
    async usages(condition: SQL, most: number): Promise<{ count: number; rows: Row<T>[] }> {
      const [counted] = await db.select({ count: sql<number>`count(*)` }).from(table).where(condition)
      const count = Number(counted?.count ?? 0)
      if (count === 0) return { count, rows: [] }
      const rows = await db.select().from(table).where(condition).orderBy(asc(table.id)).limit(most)
      return { count, rows: rows as Row<T>[] }
    },
  }
}

/** Writes them. `touch` is told of each row that is made or will be deleted, and of one that changed as it was and is. */
export function resourceWriter<T extends Table>(
  query: Query,
  given: T,
  touch: (...rows: Row<T>[]) => Promise<void>,
) {
  const table = given as Table as Tables['advertisers']
  return {
    async insert(row: Row<T>): Promise<void> {
      await query.sql.insert(table).values(row as Row<Tables['advertisers']>)
      await touch(row)
    },

    /** Replaces what is still at `previous.version`. Throws `version-mismatch`. */
    async update(previous: Row<T>, row: Row<T>): Promise<void> {
      const updated = await query.sql
        .update(table)
        .set(row as Row<Tables['advertisers']>)
        .where(and(eq(table.id, previous.id), eq(table.version, previous.version)))
        .returning({ id: table.id })
      await requireUpdated(query, table, previous.id, updated)
      await touch(previous, row)
    },

    async remove(row: Row<T>): Promise<void> {
      await touch(row)
      await query.sql.delete(table).where(eq(table.id, row.id))
    },
  }
}

/** The page after a key of slots, which are listed by it. */
export async function listSlotsByKey(
  { sql: db, tables: { adSlots: t } }: Query,
  page: AdResourcePage,
): Promise<Paged<Row<Tables['adSlots']>>> {
  const rows = await db
    .select()
    .from(t)
    .where(page.after && after([t.key, t.id], page.after))
    .orderBy(asc(t.key), asc(t.id))
    .limit(page.limit + 1)
  const { items, last } = cutPage(rows, page.limit)
  return { items, next: last ? [last.key, last.id] : null }
}
