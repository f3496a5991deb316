import { getTableColumns, type Placeholder, sql, type Table } from 'drizzle-orm'
import { isConsequence } from './constraint.ts'
import type { Query } from './engine.ts'
import { mapRowsOnce } from './row-mapper.ts'

/**
 * Statements whose SQL text is built once for each connection and not for every query: Drizzle takes several
 * times longer to write most statements than the database takes to run them.
 */

interface Preparable<Result> {
  prepare(): { execute(values?: Record<string, unknown>): Promise<Result> }
}

let lastNumber = 0

/**
 * A statement that is prepared when a connection first runs it. What differs from run to run is written as
 * `sql.placeholder(name)` and given as `values`; a missing one throws.
 */
export function statement<Result>(
  build: (query: Query) => Preparable<Result>,
): (query: Query, values?: object) => Promise<Result> {
  lastNumber += 1
  const name = `copydesk_${lastNumber}`
  const prepared = new WeakMap<Query, ReturnType<Preparable<Result>['prepare']>>()
  return (query, values = {}) => {
    const known = prepared.get(query)
    // One database names its prepared statements, the other takes no argument.
    const ready = known ?? (build(query).prepare as (name: string) => typeof known & object)(name)
    if (!known) {
      mapRowsOnce(ready)
      prepared.set(query, ready)
    }
    // Begun now and not when it is awaited: what is called together runs in the order of the calls.
    return ready.execute(values as Record<string, unknown>).then((result) => result)
  }
}

/**
 * The same with a list of values, as in `column in (…)`. The list must not be empty. There is one statement for 1, 2,
 * 4, 8 … values, and shorter lists are filled up with their last value, so that a connection keeps few of them.
 */
export function statementOfMany<Result>(
  build: (query: Query, values: Placeholder[]) => Preparable<Result>,
): (query: Query, values: readonly string[]) => Promise<Result> {
  const byLength = new Map<number, ReturnType<typeof statement<Result>>>()
  const make = (length: number) => {
    const placeholders = Array.from({ length }, (_, index) => sql.placeholder(`value${index}`))
    const made = statement((query) => build(query, placeholders))
    byLength.set(length, made)
    return made
  }
  return (query, values) => {
    const length = 2 ** Math.ceil(Math.log2(values.length))
    const run = byLength.get(length) ?? make(length)
    const all = Array.from({ length }, (_, index) => [`value${index}`, values[index] ?? values.at(-1)])
    return run(query, Object.fromEntries(all))
  }
}

/** So many rows go into one statement: up to the first there is one for each number of rows. */
const [fewRows, manyRows] = [8, 64]

/**
 * The same with rows of a table, as an insert has them: every row with every column but those that the database
 * fills. There are statements for a few rows and for many; what is longer is written by several, which each have a
 * result, and with no rows nothing is.
 */
export function statementOfRows<T extends Table, Result = unknown>(
  tableOf: (tables: Query['tables']) => T,
  build: (query: Query, rows: T['$inferInsert'][]) => Preparable<Result>,
  ...filled: (keyof T['$inferInsert'] & string)[]
): (query: Query, rows: readonly T['$inferInsert'][]) => Promise<Result[]> {
  const byLength = new Map<number, ReturnType<typeof statement<Result>>>()
  const make = (length: number) => {
    const made = statement((query) => {
      const row = placeholdersOf(tableOf(query.tables), ...filled)
      const numbered = (index: number) =>
        Object.fromEntries(Object.keys(row).map((name) => [name, sql.placeholder(name + index)]))
      return build(query, Array.from({ length }, (_, index) => numbered(index)) as T['$inferInsert'][])
    })
    byLength.set(length, made)
    return made
  }
  return async (query, rows) => {
    const begun: Promise<Result>[] = []
    for (let from = 0; from < rows.length; ) {
      const left = rows.length - from
      const length = left <= fewRows ? left : left < manyRows ? fewRows : manyRows
      const run = byLength.get(length) ?? make(length)
      const values: Record<string, unknown> = {}
      for (const [index, row] of rows.slice(from, from + length).entries())
        for (const [name, value] of Object.entries(row)) values[name + index] = value
      begun.push(run(query, values))
      from += length
    }
    return together(begun)
  }
}

/** A read that all who share a snapshot need, and that runs once for them. */
export function oncePerSnapshot<Result>(
  read: (query: Query) => Promise<Result>,
): (query: Query) => Promise<Result> {
  return (query) => {
    const known = query.known?.get(read) as Promise<Result> | undefined
    if (known) return known
    const answer = read(query)
    query.known?.set(read, answer)
    return answer
  }
}

/** A placeholder for every column of a table, by the column's name, but for those that the database fills. */
export function placeholdersOf<T extends Table>(
  table: T,
  ...filled: (keyof T['$inferInsert'] & string)[]
): T['$inferInsert'] {
  const names = Object.keys(getTableColumns(table)).filter((name) => !filled.includes(name))
  const placeholders = names.map((name): [string, Placeholder] => [name, sql.placeholder(name)])
  return Object.fromEntries(placeholders) as T['$inferInsert']
}

/**
 * Waits for all of what was begun together, also where one of it fails: nothing of it is under way any more when
 * this throws, so that no statement of it comes after a rollback. Throws the failure of the first in the list that
 * failed by itself: what is asked of a transaction after a failure fails too, and says nothing of why.
 */
export async function together<const T extends readonly unknown[]>(
  begun: T,
): Promise<{ -readonly [Place in keyof T]: Awaited<T[Place]> }> {
  // A query of Drizzle's runs whenever it is awaited: once is enough.
  const promises = begun.map((one) => Promise.resolve(one)) as unknown as T
  const outcomes = await Promise.allSettled(promises)
  const faults = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  if (faults.length > 0) throw faults.find((fault) => !isConsequence(fault)) ?? faults[0]
  return Promise.all(promises)
}
