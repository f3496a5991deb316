import { getTableConfig as postgresTable } from 'drizzle-orm/pg-core'
import { getTableConfig as sqliteTable } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import * as postgresSchema from '../../src/db/schema.postgres.ts'
import * as sqliteSchema from '../../src/db/schema.sqlite.ts'

const postgres: Record<string, object> = { ...postgresSchema }
const sqlite: Record<string, object> = { ...sqliteSchema }

/** The types that a column may have in both databases, PostgreSQL's by SQLite's. */
const types: Record<string, readonly string[]> = {
  text: ['text COLLATE "C"', 'json', 'timestamp(3) with time zone'],
  integer: ['bigint', 'boolean', 'bigserial'],
  blob: ['bytea'],
}

interface ColumnFacts {
  readonly name: string
  readonly notNull: boolean
  readonly primary: boolean
  readonly hasDefault: boolean
  getSQLType(): string
}
interface IndexFacts {
  readonly config: {
    readonly name?: string | undefined
    readonly unique: boolean
    readonly columns: readonly unknown[]
  }
}
interface TableFacts {
  readonly name: string
  readonly columns: readonly ColumnFacts[]
  readonly indexes: readonly IndexFacts[]
  readonly primaryKeys: readonly { readonly columns: readonly { readonly name: string }[] }[]
  readonly foreignKeys: readonly {
    readonly onDelete: string | undefined
    reference(): {
      readonly columns: readonly { readonly name: string }[]
      readonly foreignTable: object
      readonly foreignColumns: readonly { readonly name: string }[]
    }
  }[]
}

/** What both databases must have alike of a table. */
function factsOf(table: TableFacts, tableName: (table: object) => string) {
  return {
    name: table.name,
    columns: table.columns.map(({ name, notNull, primary, hasDefault }) => ({
      name,
      notNull,
      primary,
      hasDefault,
    })),
    indexes: table.indexes.map(({ config }) => ({
      name: config.name,
      unique: config.unique,
      columns: config.columns.map((column) => (column as { name: string }).name),
    })),
    primaryKeys: table.primaryKeys.map((key) => key.columns.map((column) => column.name)),
    foreignKeys: table.foreignKeys.map((key) => {
      const { columns, foreignTable, foreignColumns } = key.reference()
      return {
        columns: columns.map((column) => column.name),
        to: tableName(foreignTable),
        toColumns: foreignColumns.map((column) => column.name),
        onDelete: key.onDelete ?? 'no action',
      }
    }),
  }
}

const sqliteFacts = (table: object) => sqliteTable(table as never) as unknown as TableFacts
const postgresFacts = (table: object) => postgresTable(table as never) as unknown as TableFacts

describe('both schemas', () => {
  it('have the same tables', () => {
    expect(Object.keys(postgres).sort()).toEqual(Object.keys(sqlite).sort())
    expect(Object.keys(sqlite).length).toBeGreaterThan(20)
  })

  it.each(Object.keys(sqlite))('have %s alike, column by column and index by index', (key) => {
    const one = sqliteFacts(sqlite[key] ?? {})
    const other = postgresFacts(postgres[key] ?? {})
    expect(factsOf(other, (table) => postgresFacts(table).name)).toEqual(
      factsOf(one, (table) => sqliteFacts(table).name),
    )
    const pairs = one.columns.map((column, index) => [
      column.getSQLType(),
      other.columns[index]?.getSQLType() ?? '',
    ])
    for (const [here = '', there] of pairs) expect(types[here]).toContain(there)
  })

  it('have the same migrations by name', async () => {
    const { readMigrations } = await import('../../src/db/migrate.ts')
    const names = (folder: string) =>
      readMigrations(new URL(`../../migrations/${folder}/`, import.meta.url)).map(
        (migration) => migration.name,
      )
    expect(names('postgres')).toEqual(names('sqlite'))
  })
})
