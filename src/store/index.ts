import type { Engine, Query } from '../db/engine.ts'
import { adsReader, adsWriter } from './ads.ts'
import { articlesReader, articlesWriter } from './articles.ts'
import { changesWriter } from './changes.ts'
import { importSourcesReader, importSourcesWriter } from './import-sources.ts'
import { publicationsWriter } from './publications.ts'
import { publishedReader } from './published.ts'
import { relatedLinksReader, relatedLinksWriter } from './related-links.ts'
import { revisionsReader, revisionsWriter } from './revisions.ts'
import { searchReader, searchWriter } from './search.ts'
import { secretsWriter } from './secrets.ts'
import { slugsReader, slugsWriter } from './slugs.ts'
import { termsReader, termsWriter } from './terms.ts'
import { tokensReader, tokensWriter } from './tokens.ts'

/** Everything that can be read of the working copies; nothing here writes. */
function readerOf(query: Query) {
  return {
    ads: adsReader(query),
    articles: articlesReader(query),
    importSources: importSourcesReader(query),
    relatedLinks: relatedLinksReader(query),
    revisions: revisionsReader(query),
    search: searchReader(query),
    slugs: slugsReader(query),
    terms: termsReader(query),
    tokens: tokensReader(query),
  }
}

function writerOf(query: Query, now: string) {
  return {
    /** The instant of the whole transaction. */
    now,
    /**
     * Waits for other writers: what is read afterwards stays as it is until this transaction ends. Verbs that
     * read before they write begin with it, all in this order, so that none loses to a writer it did not know of.
     */
    alone: () => query.lockWrites(),
    ads: adsWriter(query),
    articles: articlesWriter(query),
    changes: changesWriter(query, now),
    importSources: importSourcesWriter(query),
    publications: publicationsWriter(query, now),
    relatedLinks: relatedLinksWriter(query),
    revisions: revisionsWriter(query),
    search: searchWriter(query),
    secrets: secretsWriter(query),
    slugs: slugsWriter(query),
    terms: termsWriter(query),
    tokens: tokensWriter(query),
  }
}

export type PublicReader = ReturnType<typeof publishedReader>
export type Reader = ReturnType<typeof readerOf>
export type Writer = ReturnType<typeof writerOf>

/** What delivery sees of a database. */
export interface PublicDb {
  /** Public content alone: it cannot name a draft. All reads of one `work` see one state of the database. */
  published<T>(work: (published: PublicReader) => Promise<T>): Promise<T>
}

/** The only thing that the rest of the program sees of a database. */
export interface Db extends PublicDb {
  /** The working copies, read only. All reads of one `work` see one state of the database. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>
  /** One transaction: committed when `work` returns, rolled back when it throws. It carries one `now`. */
  write<T>(work: (tx: Writer) => Promise<T>): Promise<T>
  /** Calls the listener soon after a write; it may be missed or come without need. Answers a function that stops it. */
  onChange(listener: () => void): () => void
  /** Throws when the database does not answer or has another schema. */
  check(): Promise<void>
}

/** Wraps an open database. `clock` gives the milliseconds since 1970. */
export function createDb(engine: Engine, clock: () => number = Date.now): Db {
  return {
    published: (work) => engine.snapshot((query) => work(publishedReader(query))),
    read: (work) => engine.snapshot((query) => work(readerOf(query))),
    write: (work) => engine.write((query) => work(writerOf(query, new Date(clock()).toISOString()))),
    onChange: (listener) => engine.onChange(listener),
    check: () => engine.check(),
  }
}
