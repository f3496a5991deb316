import { Column, getTableName, is, SQL } from 'drizzle-orm'

/**
 * Makes objects of rows as Drizzle does. Drizzle finds out for every value of every row anew what its column is and how
 * it is decoded, which takes longer than most statements; here it is found out once for each statement.
 */

/** What Drizzle keeps in a prepared statement. */
interface Prepared {
  readonly fields?: readonly Field[] | undefined
  /** For each table whether its rows are always there, as those of a left join are not; undefined without joins. */
  readonly joinsNotNullableMap?: Readonly<Record<string, boolean>> | undefined
  customResultMapper?: ((rows: readonly Row[]) => unknown[]) | undefined
}

interface Field {
  /** The member of the object, or the object in it and its member. */
  readonly path: readonly string[]
  readonly field: unknown
}

type Row = readonly unknown[]
type Decode = (value: unknown) => unknown
type Write = (row: Row, result: Record<string, unknown>) => void

/** Gives a prepared statement its own way to make objects of rows, unless it has one already. */
export function mapRowsOnce(prepared: object): void {
  const statement = prepared as Prepared
  const { fields, joinsNotNullableMap } = statement
  if (!fields || statement.customResultMapper) return
  const writes = writesOf(fields, joinsNotNullableMap)
  if (!writes) return
  statement.customResultMapper = (rows) =>
    rows.map((row) => {
      const result: Record<string, unknown> = {}
      for (const write of writes) write(row, result)
      return result
    })
}

/** One for each member of the object; undefined where something is not known here. */
function writesOf(fields: readonly Field[], present: Prepared['joinsNotNullableMap']): Write[] | undefined {
  const members = new Map<string, { path: readonly string[]; field: unknown; index: number }[]>()
  for (const [index, { path, field }] of fields.entries()) {
    const [name = ''] = path
    members.set(name, [...(members.get(name) ?? []), { path, field, index }])
  }
  const writes: Write[] = []
  for (const [name, parts] of members) {
    const decoders = parts.map(({ field }) => decoderOf(field))
    const [first] = parts
    if (!first || !decoders.every((decode) => decode !== undefined)) return undefined
    if (first.path.length === 1) writes.push(memberWriter(name, first.index, decoders[0] ?? same))
    else if (parts.every(({ path }) => path.length === 2)) {
      const inner = parts.map(({ path, index }, place) =>
        memberWriter(path[1] ?? '', index, decoders[place] ?? same),
      )
      const isOptional = isOfAbsentTable(parts, present)
      writes.push((row, result) => {
        if (isOptional && row[first.index] === null) {
          result[name] = null
          return
        }
        const object: Record<string, unknown> = {}
        for (const write of inner) write(row, object)
        result[name] = object
      })
    } else return undefined
  }
  return writes
}

function memberWriter(name: string, index: number, decode: Decode): Write {
  if (decode === same)
    return (row, result) => {
      result[name] = row[index]
    }
  return (row, result) => {
    const value = row[index]
    result[name] = value === null ? null : decode(value)
  }
}

/** True for an object of the columns of one table that a row may lack: then it is null as its first column is. */
function isOfAbsentTable(
  parts: readonly { readonly field: unknown }[],
  present: Prepared['joinsNotNullableMap'],
): boolean {
  if (!present) return false
  const tables = parts.map(({ field }) => (is(field, Column) ? getTableName(field.table) : ''))
  const [table = ''] = tables
  return tables.every((other) => other === table) && table !== '' && present[table] === false
}

const same: Decode = (value) => value
const decodesNothing = Column.prototype.mapFromDriverValue

function decoderOf(field: unknown): Decode | undefined {
  const decoder = is(field, Column) ? field : sqlOf(field)?.decoder
  if (!decoder) return undefined
  if (decoder.mapFromDriverValue === decodesNothing) return same
  return (value) => decoder.mapFromDriverValue(value)
}

function sqlOf(field: unknown): { decoder: { mapFromDriverValue: Decode } } | undefined {
  if (is(field, SQL)) return field as unknown as { decoder: { mapFromDriverValue: Decode } }
  return is(field, SQL.Aliased) ? sqlOf(field.sql) : undefined
}
