import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** The few column builders that `tables.ts` is written with, as SQLite has them. */
export const sqliteKit = {
  table: sqliteTable,
  text: (name: string) => text(name),
  /** A whole number of up to 53 bits. */
  int: (name: string) => integer(name),
  bool: (name: string) => integer(name, { mode: 'boolean' }),
  /** JSON kept as the text that was written: the order of members survives. */
  json: <T>(name: string) => text(name, { mode: 'json' }).$type<T>(),
  /** An instant, an ISO 8601 string in UTC with milliseconds, whose text order is the order of time. */
  instant: (name: string) => text(name),
  bytes: (name: string) => blob(name, { mode: 'buffer' }),
  /** A primary key that counts up and is never used again. */
  serial: (name: string) => integer(name).primaryKey({ autoIncrement: true }),
  index,
  uniqueIndex,
  primaryKey,
}

export type Kit = typeof sqliteKit
