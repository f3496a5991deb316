import { asc, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { MoveEnd } from './move-end.ts'
import { statementOfRows } from './statement.ts'
import type { TableShape } from './table-order.ts'
import type { Tables } from './tables.ts'

export type Row = Readonly<Record<string, unknown>>

/** How long one batch is to take, in milliseconds: rows may be small, or articles of some megabytes. */
const batchMs = 200
const firstBatch = 50
const largestBatch = 2_000

/** All rows of a table after one of them, in the order of its primary key, in batches. */
export async function* rowsAfter(
  end: MoveEnd,
  shape: TableShape,
  after?: Row,
): AsyncGenerator<readonly Row[], void> {
  const { table, key } = tableOf(end, shape)
  let last = after
  let size = firstBatch
  for (;;) {
    const start = performance.now()
    const rows: Row[] = await end.query.sql
      .select()
      .from(table)
      .where(last === undefined ? undefined : isAfter(shape, key, last))
      .orderBy(...key.map((column) => asc(column)))
      .limit(size)
    if (rows.length === 0) return
    yield rows
    if (rows.length < size) return
    last = rows.at(-1)
    size = nextSize(size, performance.now() - start)
  }
}

/** Rows that take longer than they should come fewer at a time; a batch counts until the next one is asked for. */
function nextSize(size: number, tookMs: number): number {
  if (tookMs > 2 * batchMs) return Math.max(1, Math.floor(size / 2))
  return tookMs < batchMs / 2 ? Math.min(2 * size, largestBatch) : size
}

/** The row whose key is the last; undefined in an empty table. */
export async function lastRow(end: MoveEnd, shape: TableShape): Promise<Row | undefined> {
  const { table, key } = tableOf(end, shape)
  const [row] = await end.query.sql
    .select()
    .from(table)
    .orderBy(...key.map((column) => sql`${column} desc`))
    .limit(1)
  return row
}

export async function countRows(end: MoveEnd, shape: TableShape): Promise<number> {
  const [row] = await end.query.sql
    .select({ count: sql<number | string>`count(*)` })
    .from(tableOf(end, shape).table)
  return Number(row?.count)
}

/** Writes all rows, in a transaction. */
export async function insertRows(end: MoveEnd, { name }: TableShape, rows: readonly Row[]): Promise<void> {
  const insert = insertsOf.get(name) ?? insertInto(name)
  insertsOf.set(name, insert)
  await end.transact(() => insert(end.query, rows as never))
}

function insertInto(name: keyof Tables) {
  // All tables are written alike.
  return statementOfRows(
    (tables) => tables[name] as Tables['slugs'],
    ({ sql: db, tables }, rows) => db.insert(tables[name] as Tables['slugs']).values(rows),
  )
}

const insertsOf = new Map<keyof Tables, ReturnType<typeof insertInto>>()

function tableOf({ query }: MoveEnd, { name, key }: TableShape) {
  const table: SQLiteTable = query.tables[name]
  const columns: Readonly<Record<string, SQLiteColumn>> = getTableColumns(table)
  return { table, key: key.flatMap((member) => columns[member] ?? []) }
}

function isAfter({ key: names }: TableShape, key: readonly SQLiteColumn[], row: Row): SQL {
  const values = names.map((name) => sql`${row[name]}`)
  return sql`(${sql.join([...key], sql`, `)}) > (${sql.join(values, sql`, `)})`
}
