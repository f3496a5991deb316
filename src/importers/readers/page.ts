import type { Found } from '../item.ts'
import { PageError, readPlainTextPage } from '../plain-text-page.ts'
import { readWhole, type Source } from '../source.ts'

const maxBytes = 5_000_000

/** An article page in plain text. */
export async function* readPage(source: Source): AsyncGenerator<Found> {
  try {
    yield { kind: 'page', place: '', page: readPlainTextPage(await readWhole(source, maxBytes)) }
  } catch (error) {
    if (!(error instanceof PageError)) throw error
    yield { kind: 'failed', place: error.line === null ? '' : `line ${error.line}`, reason: error.reason }
  }
}
