import {
  archivedTypes,
  archiveVersion,
  lineSchemaOf,
  type RestoredLine,
  type WrittenArticleLine,
} from '../../contract/export-line.ts'
import { slugOf } from '../../contract/slug.ts'
import { type Found, type FoundItem, ImportError, type NamedTerm } from '../item.ts'
import { parseJson } from '../json.ts'
import { bytesOf, decode, type Source } from '../source.ts'

/** An article is much shorter. */
const mostLineBytes = 24_000_000
const newline = 0x0a

/**
 * Our own format, a line for each thing; see `contract/export-line.ts`. Where the first line says that there is a last
 * one, it must be there, and count what was read.
 */
export async function* readNdjson(source: Source, from: number): AsyncGenerator<Found | undefined> {
  let number = 0
  let passed = 0
  const tally: Tally = { counts: new Map(), hasEnd: false, isUnknown: false, end: undefined }
  for await (const line of linesOf(source.path)) {
    number += 1
    if (line !== undefined && isBlank(line)) continue
    const isPassed = passed < from && (line === undefined || countPassed(line, tally))
    const read = isPassed ? undefined : readDeep(line, `line ${number}`, tally)
    if (read === undefined && !isPassed) continue
    passed += 1
    yield passed <= from ? undefined : read
    if (tally.isUnknown) return
  }
  const fault = faultOf(tally)
  if (fault !== undefined) yield { kind: 'failed', place: `after line ${number}`, reason: fault }
}

/** What is known of the whole when all lines were read. */
interface Tally {
  /** Lines that could be read, by type. */
  readonly counts: Map<string, number>
  hasEnd: boolean
  /** True where it is of a version of the format that is not known: what follows may mean something else. */
  isUnknown: boolean
  end: Readonly<Record<string, number>> | undefined
}

function faultOf({ counts, hasEnd, end }: Tally): string | undefined {
  if (end === undefined)
    return hasEnd
      ? 'the archive is cut off: its last line is missing; what stands before was read'
      : undefined
  const differing = [...new Set([...Object.keys(end), ...counts.keys()])].filter(
    (type) => (end[type] ?? 0) !== (counts.get(type) ?? 0),
  )
  if (differing.length === 0) return undefined
  const told = differing.map((type) => `${counts.get(type) ?? 0} of ${end[type] ?? 0} lines of ${type}`)
  return `the archive is not whole: it has ${told.join(', ')}`
}

/**
 * Counts a line that was read before, where its type can be told without reading it: all that `export` writes begin with
 * it. False where that cannot be told.
 */
function countPassed(line: Buffer, { counts }: Tally): boolean {
  const start = line.toString('latin1', 0, 200)
  const type = /^\s*\{\s*"type"\s*:\s*"([a-z-]+)"/.exec(start)?.[1]
  if (type === undefined || !archivedTypes.includes(type)) return false
  counts.set(type, (counts.get(type) ?? 0) + 1)
  return true
}

/** Reads a line; one that is nested so deep that the stack does not reach fails. */
function readDeep(line: Buffer | undefined, place: string, tally: Tally): Found | undefined {
  try {
    return readLine(line, place, tally)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { kind: 'failed', place, reason: 'the JSON is nested too deep' }
  }
}

/** What a line says; undefined for the first and the last of an archive, which are noted. */
function readLine(bytes: Buffer | undefined, place: string, tally: Tally): Found | undefined {
  const failed = (reason: string): Found => ({ kind: 'failed', place, reason })
  if (bytes === undefined) return failed(`the line is over ${mostLineBytes / 1e6} MB`)
  let value: unknown
  try {
    value = parseJson(decode(bytes))
  } catch (error) {
    if (error instanceof ImportError) return failed(error.message)
    throw error
  }
  const schema = lineSchemaOf(value)
  if (schema === undefined)
    return failed(`its \`type\` is none of copydesk, ${archivedTypes.join(', ')}, end`)
  const { type } = value as { type: string }
  tally.counts.set(type, (tally.counts.get(type) ?? 0) + 1)
  if (type === 'copydesk' && (value as { version?: unknown }).version !== archiveVersion) {
    tally.isUnknown = true
    return failed(
      `the archive is not of version ${archiveVersion} of the format, which is all that is known here`,
    )
  }
  const { data, error } = schema.safeParse(value)
  if (error !== undefined) {
    const [issue] = error.issues
    const at = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')} `
    return failed(`${at}${issue?.message ?? 'is not valid'}`)
  }
  if (data.type === 'copydesk') {
    tally.counts.delete(type)
    tally.hasEnd = data.hasEnd
    return undefined
  }
  if (data.type === 'end') {
    tally.counts.delete(type)
    tally.end = data.counts
    return undefined
  }
  if (data.type === 'article' && !('id' in data)) return { kind: 'item', place, item: itemOf(data) }
  return { kind: 'record', place, record: inOrderOf(value, data) as RestoredLine }
}

function itemOf(line: WrittenArticleLine): FoundItem {
  const termOf = (term: string | { name: string; slug?: string | undefined }): NamedTerm =>
    typeof term === 'string' ? { name: term } : term
  const { body, seo } = line
  const [external] = Object.entries(line.externalIds ?? {})
  return {
    identity:
      external === undefined
        ? { system: 'ndjson', id: line.slug ?? slugOf(line.title) }
        : { system: external[0], id: external[1] },
    status: line.status,
    title: line.title,
    slug: line.slug,
    subtitle: line.subtitle ?? undefined,
    excerpt: line.excerpt ?? undefined,
    language: line.language,
    credit: line.credit ?? undefined,
    source: line.source ?? undefined,
    seo: { title: seo?.title ?? undefined, description: seo?.description ?? undefined },
    canonicalUrl: seo?.canonicalUrl ?? undefined,
    publishedAt: line.publishedAt,
    createdAt: line.createdAt,
    embargoUntil: line.embargoUntil ?? undefined,
    flags: line.flags,
    custom: line.custom,
    section: line.section === undefined ? undefined : termOf(line.section),
    tags: line.tags.map(termOf),
    authors: line.authors.map(termOf),
    related: line.related.map(({ title, url, excerpt }) => ({ title, url, excerpt })),
    externalIds: line.externalIds ?? {},
    oldPaths: line.oldPaths,
    body: Array.isArray(body)
      ? { format: 'blocks', blocks: body }
      : { format: body?.format ?? 'text', content: body?.content ?? '', baseUrl: null },
  }
}

/** The same with the members of each object in the order in which the line has them, and those it has not behind. */
function inOrderOf(line: unknown, read: unknown): unknown {
  if (Array.isArray(line) && Array.isArray(read))
    return read.map((item, index) => inOrderOf(line[index], item))
  if (!isRecord(line) || !isRecord(read)) return read
  const names = new Set([...Object.keys(line), ...Object.keys(read)])
  return Object.fromEntries(
    [...names]
      .filter((name) => Object.hasOwn(read, name))
      .map((name) => [name, inOrderOf(line[name], read[name])]),
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09)
}

/** The lines of a file; undefined for one that is too long to be held. */
async function* linesOf(path: string): AsyncGenerator<Buffer | undefined> {
  let parts: Buffer[] = []
  let length = 0
  for await (const bytes of bytesOf(path)) {
    let from = 0
    for (;;) {
      const end = bytes.indexOf(newline, from)
      const part = bytes.subarray(from, end === -1 ? bytes.length : end)
      length += part.length
      if (length <= mostLineBytes) parts.push(part)
      else parts = []
      if (end === -1) break
      yield length > mostLineBytes ? undefined : Buffer.concat(parts)
      parts = []
      length = 0
      from = end + 1
    }
  }
  if (length > 0) yield length > mostLineBytes ? undefined : Buffer.concat(parts)
}
