import {
  bigint,
  bigserial,
  boolean,
  customType,
  index,
  pgTable,
  primaryKey,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { Kit } from './kit.sqlite.ts'

/** Text that compares by code point, as it does in SQLite, and not by a language's rules. */
const text = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' })

/** `2024-01-09 08:00:00.5+01` as PostgreSQL writes it, in whatever zone the session has. */
const written = /^(\d{4,})-(\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d)(?::(\d\d))?/

/** The same in UTC, the zone of our own sessions: to read it there needs no `Date`, and lists read thousands. */
const writtenInUtc = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/

const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  fromDriver(value) {
    const utc = writtenInUtc.exec(value)
    if (utc) return `${utc[1]}T${utc[2]}.${(utc[3] ?? '').padEnd(3, '0')}Z`
    const [, year, day, time, hours, minutes = '00'] = written.exec(value) ?? []
    return new Date(`${year}-${day}T${time}${hours}:${minutes}`).toISOString()
  },
})

// Not jsonb, which orders members anew. The driver parses; null is null also where it comes by a placeholder.
const json = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'json',
  toDriver: (value) => (value === null ? null : JSON.stringify(value)),
})

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

const postgresKit = {
  table: pgTable,
  text: (name: string) => text(name),
  int: (name: string) => bigint(name, { mode: 'number' }),
  bool: (name: string) => boolean(name),
  json: (name: string) => json(name),
  instant: (name: string) => instant(name),
  bytes: (name: string) => bytes(name),
  serial: (name: string) => bigserial(name, { mode: 'number' }).primaryKey(),
  index,
  uniqueIndex,
  primaryKey,
}

/**
 * The same builders as PostgreSQL has them. The one place where it is said that both kits are alike: all tables
 * and queries are typed by SQLite's.
 */
export const postgresTablesKit = postgresKit as unknown as Kit
