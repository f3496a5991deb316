import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { expect, it } from 'vitest'
import { dialects, folderOf, hashMigrations } from './migrations.ts'

/** Hashes of the migrations that a database somewhere may have been made with. */
const lockFile = new URL('migrations.lock.json', import.meta.url)

if (process.env.UPDATE === '1') {
  const lock = Object.fromEntries(dialects.map((dialect) => [dialect, hashMigrations(folderOf(dialect))]))
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`)
}

it.each(dialects)('migrations for %s are added, never changed or removed', (dialect) => {
  const lock = JSON.parse(readFileSync(lockFile, 'utf8')) as Record<string, Record<string, string>>
  // A new migration is written down with: UPDATE=1 npx vitest run test/db/frozen.test.ts
  expect(hashMigrations(folderOf(dialect))).toEqual(lock[dialect])
})
