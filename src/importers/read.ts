import { ConversionError } from '../body/conversion-error.ts'
import type { ImportFormat } from '../contract/import-job.ts'
import { completeItem } from './complete.ts'
import { detectFormat } from './formats.ts'
import { type Found, ImportError, type Read } from './item.ts'
import { readStart, type Source } from './source.ts'

/**
 * Gives what it finds, one after the other. `from` are so many that were read already: a reader that finds where each
 * begins and ends without reading it gives undefined for those.
 */
type Reader = (source: Source, from: number) => AsyncGenerator<Found | undefined>

/** What each format needs is loaded when it is read first: a server that imports nothing loads none of it. */
const readers: Readonly<Record<ImportFormat, () => Promise<Reader>>> = {
  page: async () => (await import('./readers/page.ts')).readPage,
  html: async () => (await import('./readers/html.ts')).readHtmlPage,
  markdown: async () => (await import('./readers/markdown.ts')).readMarkdown,
  wordpress: async () => (await import('./readers/wordpress.ts')).readWordpress,
  ghost: async () => (await import('./readers/ghost.ts')).readGhost,
  feed: async () => (await import('./readers/feed.ts')).readFeed,
  ninjs: async () => (await import('./readers/ninjs.ts')).readNinjs,
  ndjson: async () => (await import('./readers/ndjson.ts')).readNdjson,
}

export interface ReadOptions {
  /** Undefined where it is to be told by the content. */
  readonly format: ImportFormat | undefined
  /** Items before this one, counted from 0, were read already: undefined is given for each. */
  readonly from: number
}

/**
 * Everything in a source, one after the other, each checked and with its body converted. What cannot be read is among it
 * as a failure; nothing that a source holds makes it throw but the end of memory.
 */
export async function* readSource(
  source: Source,
  { format, from }: ReadOptions,
): AsyncGenerator<Read | undefined> {
  let number = 0
  try {
    if (source.error !== undefined) throw new ImportError(source.error)
    const start = await readStart(source)
    if (start === '') throw new ImportError('the file is empty')
    const chosen = format ?? detectFormat(start, source.name)
    if (chosen === undefined)
      throw new ImportError(
        'its format is none that can be told: name it with --format, or export it as one that is known',
      )
    const read = await readers[chosen]()
    for await (const found of read(source, from)) {
      yield number < from || found === undefined ? undefined : complete(found)
      number += 1
    }
  } catch (error) {
    yield { kind: 'failed', place: number === 0 ? '' : `after item ${number}`, reason: reasonOf(error) }
  }
}

function complete(found: Found): Read {
  if (found.kind !== 'item') return found
  try {
    return { ...found, item: completeItem(found.item) }
  } catch (error) {
    return { kind: 'failed', place: found.place, reason: reasonOf(error) }
  }
}

/** Why something cannot be read, as the operator is told. */
function reasonOf(error: unknown): string {
  if (error instanceof ImportError) return error.message
  if (error instanceof ConversionError)
    return error.faults.map((fault) => fault.detail.replace(/\.$/, '')).join('; ')
  if (error instanceof RangeError) return 'it is nested too deep, or too large'
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read by this user'
  return message
}
