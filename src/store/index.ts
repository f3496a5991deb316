import { WrongGuess } from '../db/constraint.ts'
import type { Engine, PublicReadOptions, Query, ReadOptions, Renew, Replicas, Turn } from '../db/engine.ts'
import { createJoining } from '../db/joining.ts'
import { together } from '../db/statement.ts'
import { adCountsReader, adCountsWriter } from './ad-counts.ts'
import { adInventoriesReader } from './ad-inventory.ts'
import { adPausesReader, adPausesWriter } from './ad-pauses.ts'
import { createAdShelf } from './ad-shelf.ts'
import { adSlotsReader, adSlotsWriter } from './ad-slots.ts'
import { adsReader, adsWriter } from './ads.ts'
import { advertisersReader, advertisersWriter } from './advertisers.ts'
import { articleReferencesReader } from './article-references.ts'
import { articlesReader, articlesWriter } from './articles.ts'
import { backlinksReader } from './backlinks.ts'
import { calendarReader } from './calendar.ts'
import { changesWriter } from './changes.ts'
import { collectionsReader, collectionsWriter } from './collections.ts'
import { creativesReader, creativesWriter } from './creatives.ts'
import { eventsReader } from './events.ts'
import { exportsReader } from './exports.ts'
import { idempotencyReader, idempotencyWriter } from './idempotency.ts'
import { importSourcesReader, importSourcesWriter } from './import-sources.ts'
import { importsReader, importsWriter } from './imports.ts'
import { inspectionReader, inspectionWriter } from './inspection.ts'
import { oldPathsWriter } from './old-paths.ts'
import { placementsReader, placementsWriter } from './placements.ts'
import { findPreview } from './preview.ts'
import { previewTokensReader, previewTokensWriter } from './preview-tokens.ts'
import { publicationsWriter } from './publications.ts'
import { publishedReader } from './published.ts'
import { relatedLinksReader, relatedLinksWriter } from './related-links.ts'
import { revisionsReader, revisionsWriter } from './revisions.ts'
import { scheduleReader } from './schedule.ts'
import { searchReader } from './search.ts'
import { indexedCopies, indexedPublications, upkeepReader, upkeepWriter } from './search-upkeep.ts'
import { secretsWriter } from './secrets.ts'
import { sellersReader, sellersWriter } from './sellers.ts'
import { slugsReader, slugsWriter } from './slugs.ts'
import { suggestionCandidatesReader } from './suggestion-candidates.ts'
import { termUsagesReader } from './term-usages.ts'
import { termsReader, termsWriter } from './terms.ts'
import { tokensReader, tokensWriter } from './tokens.ts'

/** Everything that can be read of the working copies; nothing here writes. */
function readerOf(query: Query) {
  return {
    adCounts: adCountsReader(query),
    adInventories: adInventoriesReader(query),
    adPauses: adPausesReader(query),
    ads: adsReader(query),
    adSlots: adSlotsReader(query),
    advertisers: advertisersReader(query),
    articleReferences: articleReferencesReader(query),
    articles: articlesReader(query),
    backlinks: backlinksReader(query),
    calendar: calendarReader(query),
    collections: collectionsReader(query),
    creatives: creativesReader(query),
    events: eventsReader(query),
    exports: exportsReader(query),
    idempotency: idempotencyReader(query),
    imports: importsReader(query),
    importSources: importSourcesReader(query),
    inspection: inspectionReader(query),
    placements: placementsReader(query),
    previewTokens: previewTokensReader(query),
    findPreview: (articleId: string, now: string) => findPreview(query, articleId, now),
    relatedLinks: relatedLinksReader(query),
    revisions: revisionsReader(query),
    schedule: scheduleReader(query),
    search: searchReader(query),
    searchIndex: upkeepReader(query, indexedCopies(query)),
    publicSearchIndex: upkeepReader(query, indexedPublications(query)),
    sellers: sellersReader(query),
    slugs: slugsReader(query),
    suggestionCandidates: suggestionCandidatesReader(query),
    terms: termsReader(query),
    termUsages: termUsagesReader(query),
    tokens: tokensReader(query),
  }
}

/** A transaction that others may join. */
interface Open {
  readonly query: Query
  readonly tx: Writer
  readonly renew: Renew
}
type Join = <T>(work: () => Promise<T>) => Promise<T>
interface Opening {
  readonly now: string
  readonly join: Join
  readonly mayGuess: boolean
}

function writerOf(query: Query, { now, join, mayGuess }: Opening) {
  return {
    /** The instant of the whole transaction. */
    now,
    /**
     * Runs `work` so that whatever is read and written below it through the same `Db` is part of this
     * transaction: it sees what was written before, carries the same `now`, and is written with all else or not
     * at all. Each part has the time that it would have by itself, all together have 10 s. Throws when one of
     * those writes failed, even where `work` goes on.
     */
    join,
    /** Waits for all of what was begun together, and throws then what went wrong. */
    together,
    /**
     * True where the transaction may write what it does not know yet to be right, so as not to wait for an answer.
     * False when it runs again, or is shared: so much is not undone for a guess.
     */
    mayGuess,
    /** Undoes all that the transaction wrote; it runs again and may not guess then. */
    guessedWrong(): never {
      throw new WrongGuess('the write begins again, without a guess')
    },
    adCounts: adCountsWriter(query),
    adInventories: adInventoriesReader(query),
    adPauses: adPausesWriter(query),
    ads: adsWriter(query),
    adSlots: adSlotsWriter(query),
    advertisers: advertisersWriter(query),
    articleReferences: articleReferencesReader(query),
    articles: articlesWriter(query),
    backlinks: backlinksReader(query),
    calendar: calendarReader(query),
    changes: changesWriter(query, now),
    collections: collectionsWriter(query),
    creatives: creativesWriter(query),
    events: eventsReader(query),
    exports: exportsReader(query),
    idempotency: idempotencyWriter(query, now),
    imports: importsWriter(query),
    importSources: importSourcesWriter(query),
    inspection: inspectionWriter(query),
    oldPaths: oldPathsWriter(query),
    placements: placementsWriter(query),
    previewTokens: previewTokensWriter(query),
    findPreview: (articleId: string, now: string) => findPreview(query, articleId, now),
    publications: publicationsWriter(query, now),
    relatedLinks: relatedLinksWriter(query),
    revisions: revisionsWriter(query),
    schedule: scheduleReader(query),
    search: searchReader(query),
    searchIndex: upkeepWriter(query, indexedCopies(query)),
    publicSearchIndex: upkeepWriter(query, indexedPublications(query)),
    secrets: secretsWriter(query),
    sellers: sellersWriter(query),
    slugs: slugsWriter(query),
    suggestionCandidates: suggestionCandidatesReader(query),
    terms: termsWriter(query),
    termUsages: termUsagesReader(query),
    tokens: tokensWriter(query),
  }
}

export type { ReadOptions, Replicas }
export type PublicReader = ReturnType<typeof publishedReader>
export type Reader = ReturnType<typeof readerOf>
export type Writer = ReturnType<typeof writerOf>

/** What delivery sees of a database. */
export interface PublicDb {
  /**
   * Public content alone: it cannot name a draft. All reads of one `work` see one state of the database, with all that
   * `publicVersion` counted when they began, and with the change `atLeast` if there is such a one. While the database is
   * down a copy of it may answer with less, unless `atLeast` is given. `work` may run again.
   */
  published<T>(work: (published: PublicReader) => Promise<T>, options?: PublicReadOptions): Promise<T>
  /**
   * The number of the newest public change, known at once; undefined where it is not known yet. Whoever was told that
   * a write of this process succeeded, or of a change that was read through `published`, finds it counted here.
   */
  publicVersion(): number | undefined
}

/** One state of the database that is read at leisure; it must be closed. */
export interface Snapshot {
  /** Fails as `unavailable` after a minute in which nothing was asked. */
  readonly reader: Reader
  readonly published: PublicReader
  close(): Promise<void>
}

/** The only thing that the rest of the program sees of a database. */
export interface Db extends PublicDb {
  /** The working copies, read only. All reads of one `work` see one state of the database. */
  read<T>(work: (reader: Reader) => Promise<T>, options?: ReadOptions): Promise<T>
  /**
   * A read of one statement, outside any transaction: cheaper than `read`, never behind another one, and never
   * older than the moment that it is asked for.
   */
  lookUp<T>(work: (reader: Reader) => Promise<T>): Promise<T>
  /** Opens one state of the database for an export, whose pace others set. Throws the problem `unavailable`. */
  openSnapshot(): Promise<Snapshot>
  /** One transaction: committed when `work` returns, rolled back when it throws. It carries one `now`. */
  write<T>(work: (tx: Writer) => Promise<T>): Promise<T>
  /** Calls the listener soon after a write; it may be missed or come without need. Answers a function that stops it. */
  onChange(listener: () => void): () => void
  /** Throws when neither the database nor a copy of it answers, or it has another schema. */
  check(): Promise<void>
  /** The copies of the database that public reads go to; undefined where there are none. */
  readonly replicas: Replicas | undefined
}

interface DbOptions {
  /** Tells others of a public change that was committed; the write is not over before they know of it. */
  readonly spreadPublicChange?: ((seq: number) => Promise<void>) | undefined
}

/** Wraps an open database. `clock` gives the milliseconds since 1970. */
export function createDb(
  engine: Engine,
  clock: () => number = Date.now,
  { spreadPublicChange = async () => {} }: DbOptions = {},
): Db {
  const joining = createJoining<Open>()

  function open(query: Query, { renew, tries }: Turn): Writer {
    const now = new Date(clock()).toISOString()
    const tx: Writer = writerOf(query, {
      now,
      mayGuess: tries === 0,
      join: (work) => joining.share({ query, tx: { ...tx, mayGuess: false }, renew }, work),
    })
    return tx
  }

  async function write<T>(work: (tx: Writer) => Promise<T>): Promise<T> {
    let writer: Writer | undefined
    const result = await engine.write((query, turn) => {
      writer = open(query, turn)
      return work(writer)
    })
    const newest = writer?.changes.newestPublic()
    if (newest !== undefined) {
      engine.notePublicChange(newest)
      await spreadPublicChange(newest)
    }
    return result
  }

  const shelf = createAdShelf()
  const adReading = () => ({ shelf, now: new Date(clock()).toISOString() })

  return {
    published: (work, options) =>
      // What a transaction has written may still be rolled back.
      joining.read(({ query }) => work(publishedReader(query, () => {}, adReading()))) ??
      engine.published((query, note) => work(publishedReader(query, note, adReading())), options),
    read: (work, options) =>
      joining.read(({ query }) => work(readerOf(query))) ??
      engine.snapshot((query) => work(readerOf(query)), options),
    lookUp: (work) =>
      joining.read(({ query }) => work(readerOf(query))) ?? engine.lookUp((query) => work(readerOf(query))),
    async openSnapshot() {
      const { query: opened, close } = await engine.openSnapshot()
      const query = { ...opened, known: new Map() }
      return { reader: readerOf(query), published: publishedReader(query, () => {}, adReading()), close }
    },
    write: (work) => joining.write(({ tx }) => work(tx)) ?? write(work),
    publicVersion: () => engine.publicVersion(),
    onChange: (listener) => engine.onChange(listener),
    check: () => engine.check(),
    replicas: engine.replicas,
  }
}
