import { v7 as newId } from 'uuid'
import type { Actor } from '../contract/permissions.ts'
import { keyColumns, type SellerEntry, type SellerFile } from '../contract/seller-entry.ts'
import type { ImportMode } from '../contract/seller-import.ts'
import type { Db, Reader, Writer } from '../store/index.ts'
import type { SellerRow } from '../store/sellers.ts'
import { tellChange } from './change-log.ts'
import { contentOf, keyOf } from './seller-rows.ts'

/** A file whose entries are taken over, each identity once. */
export interface SellerImport {
  readonly file: SellerFile
  readonly mode: ImportMode
  readonly entries: readonly PreparedEntry[]
}

/** An entry, and what is worked out of it before anything waits for a write. */
export interface PreparedEntry {
  readonly entry: SellerEntry
  readonly key: string
  readonly json: string
}

/** How many entries of the file are made, changed, left and taken out. */
export interface ImportCounts {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly deleted: number
}

/** What an import does; a pair has what was and what is, null where there is nothing. */
interface Plan {
  readonly counts: ImportCounts
  readonly saved: readonly SellerRow[]
  readonly removedIds: readonly string[]
  /** What was and is of each entry that changes. */
  readonly changes: readonly { readonly previous: SellerEntry | null; readonly next: SellerEntry | null }[]
}

/** So many changed entries stand in the log one by one. */
const mostLoggedEntries = 20

export function prepareEntries(entries: readonly SellerEntry[]): PreparedEntry[] {
  return entries.map((entry) => ({ entry, key: keyOf(entry), json: JSON.stringify(entry) }))
}

/** What an import would do now. */
export async function tryImport(reader: Reader, given: SellerImport): Promise<ImportCounts> {
  // Nothing of it is kept, so that it does not matter when it is.
  const { counts } = planImport(await reader.sellers.listFile(given.file), given, '')
  return counts
}

/** So many rows are written in one part of an import: each part has the time of a write of its own. */
const mostRows = 1_000

/**
 * Takes over the entries of a file, live at once, all or none. What the file has already stays, and is changed where it
 * differs. An entry that stands in another file as well is parted from it there: an import changes its own file alone.
 */
export function importSellers(db: Db, actor: Actor, given: SellerImport): Promise<ImportCounts> {
  return db.write((tx) => tx.join(() => writeInParts(db, actor, given)))
}

/** All parts are of one transaction. */
async function writeInParts(db: Db, actor: Actor, given: SellerImport): Promise<ImportCounts> {
  const plan = await db.write(async (tx) => planImport(await tx.sellers.listFile(given.file), given, tx.now))
  const { counts, saved, removedIds, changes } = plan
  if (changes.length === 0) return counts
  await db.write((tx) => tx.sellers.removeAll(removedIds))
  for (let from = 0; from < saved.length; from += mostRows)
    await db.write((tx) => tx.sellers.save(saved.slice(from, from + mostRows)))
  await db.write((tx) => tellImport(tx, actor, given, plan))
  return counts
}

function tellImport(
  tx: Writer,
  actor: Actor,
  { file, mode }: SellerImport,
  { counts: { created, updated, deleted }, changes }: Plan,
): Promise<void> {
  const told = changes.length <= mostLoggedEntries
  const side = (name: 'previous' | 'next') =>
    changes.map((change) => change[name]).filter((entry) => entry !== null)
  return tellChange(tx, {
    ...{ type: 'seller-file.imported', subject: { type: 'seller-file', id: newId(), slug: file }, actor },
    previous: { ...(told && { entries: side('previous') }) },
    next: { mode, created, updated, deleted, ...(told && { entries: side('next') }) },
    details: { name: file },
    visibility: 'public',
  })
}

/** `stored` is all of the file, in its order. */
function planImport(stored: readonly SellerRow[], { file, mode, entries }: SellerImport, now: string): Plan {
  const column = keyColumns[file]
  const byKey = new Map(stored.map((row) => [row[column], row]))
  const kept = new Set<SellerRow>()
  // Rows that leave a file go first: another one takes their key.
  const parted: SellerRow[] = []
  const saved: SellerRow[] = []
  const removedIds: string[] = []
  const changes: { previous: SellerEntry | null; next: SellerEntry | null }[] = []
  let lastPosition = mode === 'replace' ? 0 : stored.reduce((last, row) => Math.max(last, row.position), 0)

  const part = (row: SellerRow) =>
    void parted.push({ ...row, [column]: null, version: row.version + 1, updatedAt: now })
  const isShared = (row: SellerRow) =>
    Object.values(keyColumns).some((other) => other !== column && row[other] !== null)
  const make = ({ entry, key }: PreparedEntry, position: number) =>
    void saved.push({
      ...{ id: newId(), position, ...contentOf(entry, [file], key) },
      ...{ version: 1, createdAt: now, updatedAt: now },
    })

  for (const prepared of entries) {
    const { entry, json } = prepared
    const row = byKey.get(prepared.key)
    if (mode === 'replace' || !row) lastPosition += 1
    if (!row) {
      make(prepared, lastPosition)
      changes.push({ previous: null, next: entry })
      continue
    }
    kept.add(row)
    const position = mode === 'replace' ? lastPosition : row.position
    if (position === row.position && isSame(row.entry, entry, json)) continue
    changes.push({ previous: row.entry, next: entry })
    if (isShared(row)) {
      part(row)
      make(prepared, position)
    } else {
      const { domain } = contentOf(entry, [], row.id)
      saved.push({ ...row, entry, domain, position, version: row.version + 1, updatedAt: now })
    }
  }
  if (mode === 'replace')
    for (const row of stored)
      if (!kept.has(row)) {
        changes.push({ previous: row.entry, next: null })
        if (isShared(row)) part(row)
        else removedIds.push(row.id)
      }

  const created = changes.filter(({ previous }) => previous === null).length
  const deleted = changes.filter(({ next }) => next === null).length
  const updated = changes.length - created - deleted
  const unchanged = entries.length - created - updated
  return {
    counts: { created, updated, unchanged, deleted },
    saved: [...parted, ...saved],
    ...{ removedIds, changes },
  }
}

/** True for what has the same members with the same values, in whatever order they are kept. */
function isSame(stored: SellerEntry, entry: SellerEntry, json: string): boolean {
  return JSON.stringify(stored) === json || JSON.stringify(inOrderOf(entry, stored)) === json
}

/** `stored` with its members in the order of `entry`. */
function inOrderOf(entry: SellerEntry, stored: SellerEntry): object {
  const values = stored as unknown as Record<string, unknown>
  return Object.fromEntries(Object.keys(entry).map((name) => [name, values[name]]))
}
