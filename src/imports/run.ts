import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { articleInput } from '../contract/article.ts'
import { isProblem, isUnavailable } from '../contract/errors.ts'
import type { ImportFormat } from '../contract/import-job.ts'
import type { Actor } from '../contract/permissions.ts'
import { adjacentBy } from '../editorial/adjacent.ts'
import { importItems } from '../editorial/import-item.ts'
import { importPage, pageIdentity, type Withheld } from '../editorial/import-page.ts'
import { restoreLines } from '../editorial/restore-line.ts'
import type { Read } from '../importers/item.ts'
import { readInThread } from '../importers/reading.ts'
import type { Source } from '../importers/source.ts'
import type { Db, Writer } from '../store/index.ts'

export type ImportEventOutcome = 'created' | 'updated' | 'unchanged' | 'readable' | 'skipped' | 'failed'

/** What became of an item. */
export interface ImportEvent {
  readonly source: Source
  readonly place: string
  readonly outcome: ImportEventOutcome
  readonly title: string | null
  readonly slug: string | null
  readonly articleId: string | null
  /** Why it failed, or is no article. */
  readonly reason: string | null
  readonly withheld: Withheld | null
  /** What could not be carried over. */
  readonly losses: readonly string[]
}

/** The end of a source. */
export interface SourceEnd {
  readonly source: Source
  readonly outcome: 'end'
}

/** What has happened since the last time, and how far in all sources it has come. */
export interface ImportProgress {
  readonly events: readonly (ImportEvent | SourceEnd)[]
  readonly bytes: number
}

export interface ImportRun {
  readonly sources: readonly Source[]
  /** Undefined where it is to be told by the content. */
  readonly format: ImportFormat | undefined
  readonly publish: boolean
  readonly actor: Actor
  readonly siteLanguage: string
  /** Undefined where nothing is to be written. */
  readonly db: Db | undefined
  /** So many items are written in one transaction, for which all other writers wait. */
  readonly itemsAtOnce: number
  /** So long nothing is written after each, in milliseconds, for others to have their turn. */
  readonly pauseMs: number
}

/** How often an item is tried while the database does not answer, with a second between; and how often many together. */
const mostTries = 30
const mostTriesTogether = 3

/**
 * Imports sources, and tells of each item in its order what became of it. Several items are written in one transaction,
 * whole or not at all, so that an import that was killed goes on where it was when it is started again. Throws when the
 * database cannot be written.
 */
export async function* runImport(run: ImportRun): AsyncGenerator<ImportProgress> {
  const seen: Seen = { inRun: new Map(), inSource: new Set(), source: undefined }
  const terms = new Map<string, string>()
  for await (const { reads, bytes } of readInThread(run.sources, { format: run.format })) {
    for (let from = 0; from < reads.length; from += run.itemsAtOnce) {
      const part = reads.slice(from, from + run.itemsAtOnce).map(({ source, read }) => ({
        source,
        read: read && refuseTwice(read, source, seen),
      }))
      yield { events: await settleAll(part, { ...run, terms }), bytes }
      if (run.db !== undefined && run.pauseMs > 0) await sleep(run.pauseMs)
    }
  }
}

/** The identities that were read, as numbers and no texts, because there may be millions. */
interface Seen {
  /** Those that were made of what a file is called, with the file. */
  readonly inRun: Map<number, Source>
  /** Those of the source that is being read. */
  readonly inSource: Set<number>
  source: Source | undefined
}

/** Systems in which an id that comes again is another version of the same; but for ids that are made of words. */
const versioned = /^(?:ninjs\n|feed:[^\n]*\n(?!#))/
/** Systems that make ids of names and titles. */
const named = /^(?:markdown|web)$/

/** An item that has the identity of one before would overwrite it. */
function refuseTwice(read: Read, source: Source, seen: Seen): Read {
  if (seen.source !== source) {
    seen.source = source
    seen.inSource.clear()
  }
  if (read.kind === 'page') {
    const first = firstWith(numberOf(pageIdentity(read.page)), source, seen)
    if (first === undefined) return read
    const reason = `has the same title as ${first.path}, and a page is known by its title`
    return { kind: 'failed', place: 'line 1', reason }
  }
  if (read.kind !== 'item') return read
  const { system, id } = read.item.identity
  const name = `${system}\n${id}`
  if (versioned.test(name)) return read
  const key = numberOf(name)
  if (named.test(system)) {
    const first = firstWith(key, source, seen)
    return first === undefined
      ? read
      : {
          kind: 'failed',
          place: read.place,
          reason: `it is called as ${first.path} is, by which both are known: ${id.slice(0, 200)}`,
        }
  }
  if (seen.inSource.has(key))
    return {
      kind: 'failed',
      place: read.place,
      reason: `an item before it has the same id, ${id.slice(0, 200)}`,
    }
  seen.inSource.add(key)
  return read
}

function firstWith(key: number, source: Source, { inRun }: Seen): Source | undefined {
  const first = inRun.get(key)
  if (first === undefined) inRun.set(key, source)
  return first
}

/** 53 bits of a hash, which are hardly ever alike. */
function numberOf(identity: string): number {
  return Number(createHash('sha256').update(identity).digest().readBigUInt64BE() >> 11n)
}

/** A run, and the sections, tags and authors that it knows to be there. */
interface Running extends ImportRun {
  readonly terms: Map<string, string>
}

type Writable = Exclude<Read, { kind: 'failed' | 'skipped' }>
type Written = Pick<ImportEvent, 'outcome' | 'articleId' | 'slug'> &
  Partial<Pick<ImportEvent, 'reason' | 'withheld' | 'losses'>>

/** What became of some items, which are written together, or one by one where that fails. */
async function settleAll(
  part: readonly { readonly source: Source; readonly read: Read | null }[],
  run: Running,
): Promise<(ImportEvent | SourceEnd)[]> {
  const writable = part.flatMap(({ read }) => (read !== null && isWritable(read) ? [read] : []))
  const written = new Map<Read, Written | Error>()
  const { db } = run
  if (db !== undefined && writable.length > 0) {
    try {
      const results = await writeTogether(db, writable, run)
      for (const [index, read] of writable.entries())
        written.set(read, results[index] ?? new Error('nothing was written'))
    } catch {
      // One of them may be at fault, or all may take longer than a transaction may, or a section, tag or author may
      // have been deleted since it was seen.
      run.terms.clear()
      for (const read of writable) written.set(read, await writeAlone(db, read, run))
    }
  }
  return part.map(({ source, read }) =>
    read === null ? { source, outcome: 'end' } : eventOf(source, read, written.get(read)),
  )
}

function isWritable(read: Read): read is Writable {
  return read.kind !== 'failed' && read.kind !== 'skipped' && faultOfPage(read) === undefined
}

async function writeAlone(db: Db, read: Writable, run: Running): Promise<Written | Error> {
  try {
    const [written] = await writeTogether(db, [read], run)
    return written ?? new Error('nothing was written')
  } catch (error) {
    if (isUnavailable(error)) throw error
    return error as Error
  }
}

async function writeTogether(db: Db, reads: readonly Writable[], run: Running): Promise<Written[]> {
  const most = reads.length === 1 ? mostTries : mostTriesTogether
  for (let tries = 1; ; tries += 1) {
    try {
      const found = new Map(run.terms)
      const written = await db.write(async (tx) => {
        return writeAll(tx, reads, { ...run, terms: found })
      })
      // Only now are those that were made there for good.
      for (const [name, id] of found) run.terms.set(name, id)
      return written
    } catch (error) {
      if (!isUnavailable(error) || tries >= most) throw error
      await sleep(1_000)
    }
  }
}

/** What follows each other and is alike is written together; everything is written in its order. */
async function writeAll(tx: Writer, reads: readonly Writable[], run: Running): Promise<Written[]> {
  const written: Written[] = []
  for (const alike of adjacentBy(reads, ({ kind }) => kind)) {
    const items = alike.flatMap((read) => (read.kind === 'item' ? [read.item] : []))
    const records = alike.flatMap((read) => (read.kind === 'record' ? [read.record] : []))
    if (items.length > 0) written.push(...(await importItems(tx, items, run)))
    const restored = records.length > 0 ? await restoreLines(tx, run.actor, records) : []
    for (const [index, { id, ...result }] of restored.entries())
      written.push({ ...result, articleId: records[index]?.type === 'article' ? id : null })
    for (const read of alike) if (read.kind === 'page') written.push(await importPage(tx, read.page, run))
  }
  return written
}

function eventOf(source: Source, read: Read, written: Written | Error | undefined): ImportEvent {
  const { place } = read
  const title = read.kind === 'item' ? read.item.title : read.kind === 'page' ? read.page.title : null
  const event = { source, place, title, slug: null, articleId: null, withheld: null, losses: [] }
  if (read.kind === 'failed' || read.kind === 'skipped')
    return { ...event, outcome: read.kind, reason: read.reason }
  const fault = faultOfPage(read)
  if (fault !== undefined) return { ...event, outcome: 'failed', reason: fault }
  const losses = read.kind === 'item' ? read.item.losses : []
  if (written === undefined) return { ...event, outcome: 'readable', losses, reason: describe(read) }
  if (written instanceof Error)
    return { ...event, outcome: 'failed', reason: isProblem(written) ? written.detail : written.message }
  return { ...event, reason: null, ...written, losses: [...losses, ...(written.losses ?? [])] }
}

/** What an article may hold is said once, in its contract. */
function faultOfPage(read: Read): string | undefined {
  if (read.kind !== 'page') return undefined
  const { title, body, source } = read.page
  const issue = articleInput.safeParse({ title, body, source }).error?.issues[0]
  if (issue === undefined) return undefined
  return `${issue.path[0] === 'title' ? 'line 1: ' : ''}${issue.path.join('.')} ${issue.message}`
}

function describe(read: Read): string | null {
  const counted = (count: number, what: string) => `${count} ${what}`
  if (read.kind === 'page') {
    const { body, related, placements } = read.page
    return [
      counted(body.length, 'blocks'),
      counted(related.length, 'related links'),
      counted(placements.length, 'ads'),
    ].join(', ')
  }
  if (read.kind !== 'item') return null
  const { body, related = [] } = read.item
  return [counted(body.length, 'blocks'), counted(related.length, 'related links')].join(', ')
}
