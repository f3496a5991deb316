import {
  blob,
  customType,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'

// Drizzle's own JSON column writes the text `null` for null where a value comes by a placeholder.
const json = <T>(name: string) =>
  customType<{ data: T; driverData: string | null }>({
    dataType: () => 'text',
    toDriver: (value) => (value === null ? null : JSON.stringify(value)),
    fromDriver: (value) => JSON.parse(value as string) as T,
  })(name)

/** The few column builders that `tables.ts` is written with, as SQLite has them. */
export const sqliteKit = {
  table: sqliteTable,
  text: (name: string) => text(name),
  /** A whole number of up to 53 bits. */
  int: (name: string) => integer(name),
  bool: (name: string) => integer(name, { mode: 'boolean' }),
  /** JSON kept as the text that was written: the order of members survives. */
  json,
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
