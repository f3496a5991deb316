import type { Table } from 'drizzle-orm'
import { getTableColumns } from 'drizzle-orm'
import type { Engine } from '../../src/db/engine.ts'

/** The names of all columns, as the program and as the database has them. */
export function columnNames(engine: Engine): Promise<string[]> {
  return engine.snapshot(async ({ tables }) => {
    const columns = Object.values(tables).flatMap((table) => Object.entries(getTableColumns(table as Table)))
    return [...new Set(columns.flatMap(([name, column]) => [name, column.name]))].toSorted()
  })
}
