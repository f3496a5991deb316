import { archiveVersion } from '../contract/export-line.ts'
import { writtenPathOf } from '../contract/old-path.ts'
import { jsonBytes } from '../contract/stored-json.ts'
import type { ExportedTrace } from '../store/export-addresses.ts'
import type { ExportedArticle, ExportedRevision } from '../store/exports.ts'
import type { Reader } from '../store/index.ts'
import { recordsBeforeArticles, recordsBehindArticles } from './records.ts'

/** A part of an archive: whole lines. */
export interface ArchivePart {
  readonly bytes: Buffer
  /** How many articles are in it. */
  readonly articles: number
}

/** In one read. What each has beside its text is little. */
const articlesAtOnce = 50
/** Texts have up to 5 MiB each. */
const textsAtOnce = 4

/**
 * Everything that a newsroom owns, as NDJSON (`contract/export-line.ts`), in an order that depends on nothing but what is
 * there: equal databases give equal bytes. It holds neither tokens, secrets nor counts, nor the audit log. Each part is
 * read when it is asked for, and holds few articles.
 */
export async function* archiveOf(reader: Reader): AsyncGenerator<ArchivePart> {
  const counts = new Map<string, number>()
  const part = (lines: readonly Line[]): ArchivePart => {
    for (const { type } of lines) counts.set(type, (counts.get(type) ?? 0) + 1)
    const bytes = Buffer.concat(lines.flatMap((line) => [jsonBytes(line), newline]))
    return { bytes, articles: lines.filter(({ type }) => type === 'article').length }
  }
  yield { bytes: lineOf({ type: 'copydesk', version: archiveVersion, hasEnd: true }), articles: 0 }
  for await (const lines of recordsBeforeArticles(reader)) yield part(lines)
  for await (const lines of articleLines(reader)) yield part(lines)
  for await (const lines of traceLines(reader)) yield part(lines)
  for await (const lines of recordsBehindArticles(reader)) yield part(lines)
  yield { bytes: lineOf({ type: 'end', counts: Object.fromEntries(counts) }), articles: 0 }
}

/** A line that is written as JSON. */
export interface Line {
  readonly type: string
}

const newline = Buffer.from('\n')

function lineOf<Given extends Line>(line: Given): Buffer {
  return Buffer.from(`${JSON.stringify(line)}\n`)
}

/** Articles, and behind some of them the earlier versions of those. */
async function* articleLines({ exports }: Reader): AsyncGenerator<Line[]> {
  let after = ''
  for (;;) {
    const page = await exports.listArticles(after, articlesAtOnce)
    const [first, last] = [page[0]?.article.id, page.at(-1)?.article.id]
    if (first === undefined || last === undefined) return
    for (let from = 0; from < page.length; from += textsAtOnce) {
      const some = page.slice(from, from + textsAtOnce)
      const bodies = await exports.bodiesOf(some.map(({ article }) => article.id))
      const lines: Line[] = []
      for (const one of some) {
        const { id, publishedVersion, contentHash, publishedHash } = one.article
        const isSame = contentHash === publishedHash
        const isPublic = one.publicSince !== null
        const content = isPublic && !isSame ? await exports.findPublished(id, publishedVersion) : undefined
        lines.push(lineOfArticle(one, { body: bodies.get(id) ?? [], content }))
      }
      yield lines
    }
    let known: { articleId: string; version: number } | undefined
    for (;;) {
      const revisions = await exports.listRevisions({ first, last }, known, textsAtOnce)
      if (revisions.length > 0) yield revisions.map(lineOfRevision)
      known = revisions.at(-1)
      if (revisions.length < textsAtOnce) break
    }
    after = last
  }
}

function lineOfArticle(
  { article, revision, publicSince, related, gone, adPause, importedFrom, ...addresses }: ExportedArticle,
  { body, content }: { readonly body: object; readonly content: object | undefined },
): Line {
  const { content: written, contentHash: _hash, publishedHash: _publishedHash, ...state } = article
  const { id, status, version, publishedVersion, ...rest } = state
  return {
    type: 'article',
    ...{ id, status, version, publishedVersion },
    ...written,
    body,
    related,
    ...rest,
    public: publicSince === null ? null : { updatedAt: publicSince, content },
    ...addressesOf(addresses),
    gone,
    adPause,
    importedFrom,
    ...(revision === null ? {} : { revision }),
  } as Line
}

function lineOfRevision({ type: changeType, ...revision }: ExportedRevision): Line {
  const { articleId, version, createdAt, createdBy, pinned, snapshot } = revision
  return {
    type: 'revision',
    ...{ articleId, version, createdAt, createdBy, changeType, pinned, snapshot },
  } as Line
}

async function* traceLines({ exports }: Reader): AsyncGenerator<Line[]> {
  let after: string | undefined = ''
  while (after !== undefined) {
    const traces: ExportedTrace[] = await exports.listTraces(after, articlesAtOnce)
    if (traces.length > 0)
      yield traces.map(({ id, gone, ...addresses }) => ({
        ...{ type: 'deleted-article', id },
        ...addressesOf(addresses),
        gone,
      }))
    after = traces.at(-1)?.id
  }
}

function addressesOf({ slugs, oldPaths }: Pick<ExportedTrace, 'slugs' | 'oldPaths'>) {
  return { slugs, oldPaths: oldPaths.map(writtenPathOf) }
}
