import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { articleInput } from '../contract/article.ts'
import { isProblem, isUnavailable } from '../contract/errors.ts'
import type { ImportFormat } from '../contract/import-job.ts'
import type { Actor } from '../contract/permissions.ts'
import { importItem } from '../editorial/import-item.ts'
import { importPage, pageIdentity, type Withheld } from '../editorial/import-page.ts'
import { restoreLine } from '../editorial/restore-line.ts'
import type { Read } from '../importers/item.ts'
import { readInThread } from '../importers/reading.ts'
import type { Source } from '../importers/source.ts'
import type { Db } from '../store/index.ts'

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
  /** So long nothing is written after each batch, in milliseconds, for others to have their turn. */
  readonly pauseMs: number
}

/** How often a write is tried while the database does not answer, with a second between. */
const mostTries = 30

/**
 * Imports sources, and tells of each item in its order what became of it. Items that were read together are written in
 * few transactions, each whole or not at all, so that an import that was killed goes on where it was when it is started
 * again. Throws when the database cannot be written.
 */
export async function* runImport(run: ImportRun): AsyncGenerator<ImportProgress> {
  const seen: Seen = { inRun: new Map(), inSource: new Set(), source: undefined }
  for await (const { reads, bytes } of readInThread(run.sources, { format: run.format })) {
    const events = await Promise.all(
      reads.map(({ source, read }) =>
        read === null
          ? { source, outcome: 'end' as const }
          : settle(source, refuseTwice(read, source, seen), run),
      ),
    )
    yield { events, bytes }
    if (run.db !== undefined && run.pauseMs > 0) await sleep(run.pauseMs)
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

/** Systems in which an id that comes again is a newer version of the same. */
const versioned = /^(?:ninjs$|feed:)/
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
  if (versioned.test(system)) return read
  const key = numberOf(`${system}\n${id}`)
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

async function settle(source: Source, read: Read, run: ImportRun): Promise<ImportEvent> {
  const { place } = read
  const nothing = {
    source,
    place,
    title: null,
    slug: null,
    articleId: null,
    reason: null,
    withheld: null,
    losses: [],
  }
  if (read.kind === 'failed' || read.kind === 'skipped')
    return { ...nothing, outcome: read.kind, reason: read.reason }
  const title = read.kind === 'item' ? read.item.title : read.kind === 'page' ? read.page.title : null
  try {
    if (read.kind === 'page') checkPage(read.page)
    const losses = read.kind === 'item' ? read.item.losses : []
    const written = run.db === undefined ? undefined : await write(run.db, read, run)
    if (written === undefined)
      return { ...nothing, outcome: 'readable', title, losses, reason: describe(read) }
    return { ...nothing, title, losses, ...written }
  } catch (error) {
    if (isUnavailable(error)) throw error
    const reason = isProblem(error) ? error.detail : (error as Error).message
    return { ...nothing, outcome: 'failed', title, reason }
  }
}

type Written = Pick<ImportEvent, 'outcome' | 'articleId' | 'slug'> &
  Partial<Pick<ImportEvent, 'reason' | 'withheld'>>

async function write(
  db: Db,
  read: Exclude<Read, { kind: 'failed' | 'skipped' }>,
  { publish, actor, siteLanguage }: ImportRun,
): Promise<Written> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.write(async (tx): Promise<Written> => {
        if (read.kind === 'item') return importItem(tx, read.item, { publish, actor, siteLanguage })
        if (read.kind === 'page') return importPage(tx, read.page, { publish, siteLanguage })
        const { id, ...restored } = await restoreLine(tx, actor, read.record)
        return { ...restored, articleId: read.record.type === 'article' ? id : null }
      })
    } catch (error) {
      if (!isUnavailable(error) || tries >= mostTries) throw error
      await sleep(1_000)
    }
  }
}

/** What an article may hold is said once, in its contract. */
function checkPage({ title, body, source }: Extract<Read, { kind: 'page' }>['page']): void {
  const issue = articleInput.safeParse({ title, body, source }).error?.issues[0]
  if (issue)
    throw new Error(`${issue.path[0] === 'title' ? 'line 1: ' : ''}${issue.path.join('.')} ${issue.message}`)
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
