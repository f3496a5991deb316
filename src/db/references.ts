import { type SQL, sql } from 'drizzle-orm'
import type { Query } from './engine.ts'

/** That a column of one table names rows of another. */
export interface Reference {
  readonly table: string
  readonly column: string
  readonly parent: string
  readonly parentColumn: string
  /** Whether what names a row goes with it. */
  readonly cascades: boolean
  readonly isNullable: boolean
  /** Whether a row is nothing without it: the column is a part of its key. */
  readonly isKey: boolean
}

interface FoundReference {
  readonly table: string
  readonly column: string
  readonly parent: string
  readonly parent_column: string
  readonly cascades: number | boolean
  readonly is_nullable: number | boolean
  readonly is_key: number | boolean
}

/** Every reference that the database itself keeps, or should keep. */
export async function listReferences({ sql: db, dialect }: Query): Promise<Reference[]> {
  const rows: FoundReference[] = await db
    .select({
      table: sql<string>`r."table"`,
      column: sql<string>`r."column"`,
      parent: sql<string>`r.parent`,
      parent_column: sql<string>`r.parent_column`,
      cascades: sql<number | boolean>`r.cascades`,
      is_nullable: sql<number | boolean>`r.is_nullable`,
      is_key: sql<number | boolean>`r.is_key`,
    })
    .from(sql`(${dialect === 'sqlite' ? sqliteReferences : postgresReferences}) r`)
  return rows.map(({ parent_column: parentColumn, cascades, is_nullable, is_key, ...reference }) => ({
    ...reference,
    parentColumn,
    cascades: Boolean(cascades),
    isNullable: Boolean(is_nullable),
    isKey: Boolean(is_key),
  }))
}

const sqliteReferences = sql`select m.name as "table", f."from" as "column", f."table" as parent,
    f."to" as parent_column, f.on_delete = 'CASCADE' as cascades, c."notnull" = 0 as is_nullable,
    c.pk > 0 as is_key
  from sqlite_master m join pragma_foreign_key_list(m.name) f join pragma_table_info(m.name) c on c.name = f."from"
  where m.type = 'table' order by 1, 2`

const postgresReferences = sql`select c.conrelid::regclass::text as "table", a.attname::text as "column",
    c.confrelid::regclass::text as parent, p.attname::text as parent_column, c.confdeltype = 'c' as cascades,
    not a.attnotnull as is_nullable,
    exists (select 1 from pg_index i where i.indrelid = c.conrelid and i.indisprimary
      and a.attnum = any(i.indkey)) as is_key
  from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    join pg_attribute p on p.attrelid = c.confrelid and p.attnum = c.confkey[1]
  where c.contype = 'f' and c.connamespace = current_schema()::regnamespace order by 1, 2`

/** How many rows name one that is not there. */
export async function countOrphans({ sql: db }: Query, reference: Reference): Promise<number> {
  const [row] = await db
    .select({ count: sql<number | string>`count(*)` })
    .from(sql`${sql.identifier(reference.table)} t`)
    .where(isOrphan(reference, sql`t`))
  return Number(row?.count ?? 0)
}

/** Whether a row goes where what it names is gone; else it stays, and names nothing. */
export function isDeleted({ cascades, isKey }: Reference): boolean {
  return cascades || isKey
}

/** Deletes such rows, or what they name where they can be without it. */
export async function mendOrphans({ sql: db, dialect }: Query, reference: Reference): Promise<void> {
  const table = sql.identifier(reference.table)
  const condition = isOrphan(reference, table)
  const statement = isDeleted(reference)
    ? sql`delete from ${table} where ${condition}`
    : sql`update ${table} set ${sql.identifier(reference.column)} = null where ${condition}`
  if (dialect === 'sqlite') await db.run(statement)
  else await (db as unknown as { execute(statement: SQL): Promise<unknown> }).execute(statement)
}

function isOrphan(
  { column, parent, parentColumn }: Reference,
  table: SQL | ReturnType<typeof sql.identifier>,
) {
  const own = sql`${table}.${sql.identifier(column)}`
  return sql`${own} is not null and not exists
    (select 1 from ${sql.identifier(parent)} p where p.${sql.identifier(parentColumn)} = ${own})`
}
