import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { StoredJson } from '../contract/stored-json.ts'
import type { Query } from './engine.ts'

/** A column of JSON, read as its text stands in the database. */
export function storedJson<T>({ dialect }: Query, column: SQLWrapper): SQL<StoredJson<T>> {
  // SQLite gives its bytes as they are; the text would be decoded only to be encoded again.
  const stored = dialect === 'sqlite' ? sql`cast(${column} as blob)` : sql`cast(${column} as text)`
  return stored.mapWith(
    (value: Uint8Array | string) =>
      new StoredJson<T>(
        // From another thread it comes as bytes that know nothing of texts.
        typeof value === 'string'
          ? Buffer.from(value)
          : Buffer.from(value.buffer, value.byteOffset, value.length),
      ),
  )
}
