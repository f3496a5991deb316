import { getTableColumns, type SQL, sql, type Table } from 'drizzle-orm'
import type { Query } from '../../src/db/engine.ts'
import { placeholdersOf, statement } from '../../src/db/statement.ts'

export type TableName = keyof Query['tables']
type Row = Readonly<Record<string, unknown>>

const inserts = new Map<TableName, ReturnType<typeof insertOf>>()

/** One row, by a statement that each connection prepares once: for a database in the process nothing is faster. */
function insertOf(name: TableName) {
  return statement(({ sql: db, tables }) => {
    const table: Table = tables[name]
    return db.insert(tables[name]).values(placeholdersOf(table, ...filledBy(name)))
  })
}

/** What the database counts itself. */
function filledBy(name: TableName): never[] {
  return (name === 'changes' ? ['seq'] : []) as never[]
}

/** Inserts rows that have every column; over a network in one statement. */
export async function insertRows(query: Query, name: TableName, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  if (query.dialect === 'postgres') return insertTogether(query, name, rows)
  const insert = inserts.get(name) ?? insertOf(name)
  inserts.set(name, insert)
  for (const row of rows) await insert(query, row)
}

async function insertTogether(
  { sql: db, tables }: Query,
  name: TableName,
  rows: readonly Row[],
): Promise<void> {
  const filled: readonly string[] = filledBy(name)
  const columns = Object.entries(getTableColumns<Table>(tables[name])).filter(
    ([key]) => !filled.includes(key),
  )
  const names = columns.map(([, column]) => sql.identifier(column.name))
  const values = columns.map(([key, column]) => {
    const texts = rows.map((row) => {
      const value = row[key]
      return value === null || value === undefined ? null : String(column.mapToDriverValue(value))
    })
    return sql`${sql.param(texts)}::text[]`
  })
  const casts = columns.map(([, column], index) => sql.raw(`c${index}::${column.getSQLType()}`))
  const places = columns.map((_, index) => sql.raw(`c${index}`))
  await execute(
    db,
    sql`insert into ${tables[name]} (${list(names)}) select ${list(casts)}
      from unnest(${list(values)}) as r(${list(places)})`,
  )
}

function list(parts: readonly Parameters<typeof sql.join>[0][number][]): SQL {
  return sql.join([...parts], sql`, `)
}

/** Drizzle's PostgreSQL has this beside what all queries are typed by. */
export function execute(db: Query['sql'], statement_: SQL): Promise<unknown> {
  return (db as unknown as { execute(statement: SQL): Promise<unknown> }).execute(statement_)
}
