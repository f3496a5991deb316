import { getTableColumns } from 'drizzle-orm'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from './schema.sqlite.ts'
import type { Tables } from './tables.ts'

/** What is to be known of a table to copy it. */
export interface TableShape {
  readonly name: keyof Tables
  /** The names of the columns of its primary key, as the rows have them. */
  readonly key: readonly string[]
}

/** All tables, each after those that it refers to; they are the same in both databases. */
export function tablesInOrder(): readonly TableShape[] {
  const tables = Object.entries(schema) as [keyof Tables, SQLiteTable][]
  const ordered = new Map<SQLiteTable, TableShape>()
  const add = (name: keyof Tables, table: SQLiteTable) => {
    if (ordered.has(table)) return
    for (const foreignKey of getTableConfig(table).foreignKeys) {
      const { foreignTable } = foreignKey.reference()
      const found = tables.find(([, other]) => other === foreignTable)
      if (found) add(...found)
    }
    ordered.set(table, { name, key: keyOf(table) })
  }
  for (const [name, table] of tables) add(name, table)
  return [...ordered.values()]
}

function keyOf(table: SQLiteTable): string[] {
  const columns = getTableConfig(table).primaryKeys[0]?.columns
  const entries = Object.entries(getTableColumns(table))
  if (columns === undefined) return entries.filter(([, { primary }]) => primary).map(([name]) => name)
  return columns.flatMap((column) => entries.find(([, { name }]) => name === column.name)?.[0] ?? [])
}
