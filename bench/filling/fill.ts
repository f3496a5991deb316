import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { asc, gt } from 'drizzle-orm'
import { Problem } from '../../src/contract/errors.ts'
import { type Actor, systemActor } from '../../src/contract/permissions.ts'
import type { Engine, Renew } from '../../src/db/engine.ts'
import { createTerm } from '../../src/editorial/terms.ts'
import { createDb } from '../../src/store/index.ts'
import { placeSiteAds } from './ads.ts'
import { carryOut, type Ids } from './deeds.ts'
import { flush } from './flush.ts'
import { adTexts, instantOf, type NewsroomPlan, termsOf, timeline } from './plan.ts'
import { emptyRecording, type Known, type RecordedArticle, recordingWriter } from './recorder.ts'

/** So many articles are written in one transaction: others wait for it, and a page cache holds it. */
const perTransaction = 250
const termsPerTransaction = 20
/** Links go to articles of late. */
const mostTargets = 2_000

interface FillOptions extends NewsroomPlan {
  readonly actor?: Actor
  /** Told of the articles that were written since it was last told. */
  readonly onProgress?: (articles: number) => void
}

/**
 * Writes a newsroom into a database that has its tables: what the editorial verbs would leave of every article of the
 * plan, and of its terms and ads. The verbs themselves make it; only their writes are gathered and inserted together.
 * The database may have other articles. Answers the ids of the articles by their numbers.
 */
export async function fill(
  engine: Engine,
  { actor = systemActor, onProgress = () => {}, ...plan }: FillOptions,
): Promise<string[]> {
  const termIds = await makeTerms(engine, plan, actor)
  const known = await findKnown(engine, new Set(Object.values(termIds)))
  const ids: Ids & { articles: string[] } = { articles: [], terms: termIds }
  const targets = new Set<string>()
  const view: Known = { ...known, articleIds: targets }

  let recording = emptyRecording()
  /** Those that are finished wait until all that were made before them are: an index counts them in this order. */
  const finished = new Set<string>()
  let next = 0
  let flushing: Promise<void> | undefined

  const send = async (articles: RecordedArticle[]) => {
    await flushing
    const { articles: open, ...rest } = recording
    recording = { ...emptyRecording(), articles: open }
    flushing = patiently(() =>
      engine.write((query, { renew }) => keptOpen(renew, () => flush(query, rest, articles))),
    ).then((newest) => {
      engine.notePublicChange(newest)
      onProgress(articles.length)
    })
    // It is awaited with the next; meanwhile it has not failed unseen.
    flushing.catch(() => {})
  }

  let batch: RecordedArticle[] = []
  for (const { at, article: number, deed, isLast } of timeline(plan)) {
    const tx = recordingWriter(recording, view, instantOf(at))
    await carryOut(tx, actor, ids, number, deed)
    const id = ids.articles[number] ?? ''
    if (deed.what === 'create') {
      targets.add(id)
      const [oldest = ''] = targets
      if (targets.size > mostTargets) targets.delete(oldest)
    }
    if (!isLast) continue
    finished.add(id)
    for (let one = ids.articles[next]; one !== undefined && finished.delete(one); one = ids.articles[next]) {
      next += 1
      batch.push(recording.articles.get(one) as RecordedArticle)
      recording.articles.delete(one)
    }
    if (batch.length >= perTransaction) {
      await send(batch)
      batch = []
    }
    // What is under way gets on.
    await nextTurn()
  }
  await send(batch)
  await flushing
  return ids.articles
}

/** A transaction that says nothing for two seconds is given up, and this one may be busy for longer. */
async function keptOpen<T>(renew: Renew, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(renew, 500)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

/** Writes again what a busy machine had no time for: nothing of it is there. */
async function patiently<T>(write: () => Promise<T>, triesLeft = 20): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const isBusy = error instanceof Problem && error.code === 'unavailable'
    if (!isBusy || triesLeft === 0) throw error
    await sleep(200)
    return patiently(write, triesLeft - 1)
  }
}

/** By kind and slug, as in `section world`. */
async function makeTerms(engine: Engine, plan: NewsroomPlan, actor: Actor): Promise<Record<string, string>> {
  const db = createDb(engine, () => plan.until - plan.span)
  const terms = termsOf(plan)
  const ids: Record<string, string> = {}
  for (let from = 0; from < terms.length; from += termsPerTransaction)
    await patiently(() =>
      db.write(async (tx) => {
        for (const { kind, slug, name } of terms.slice(from, from + termsPerTransaction))
          ids[`${kind} ${slug}`] = (await createTerm(tx, actor, kind, { name })).id
      }),
    )
  const sections = Object.keys(ids).filter((name) => name.startsWith('section '))
  const sectionIds = sections.map((name) => ids[name] ?? '')
  await patiently(() => db.write((tx) => placeSiteAds(tx, actor, sectionIds)))
  return ids
}

async function findKnown(engine: Engine, termIds: ReadonlySet<string>): Promise<Omit<Known, 'articleIds'>> {
  const db = createDb(engine)
  const { slots, creatives } = await db.read(async ({ ads }) => {
    const known = new Map<string, string>()
    for (const text of adTexts) {
      const creative = await ads.findTextCreative(text)
      if (creative) known.set(text, creative.id)
    }
    return { slots: await ads.listSlots(), creatives: known }
  })
  const slugs = await engine.snapshot(async ({ sql, tables: { slugs: table } }) => {
    const found = new Set<string>()
    for (let after = ''; ; ) {
      const rows = await sql
        .select({ slug: table.slug })
        .from(table)
        .where(gt(table.slug, after))
        .orderBy(asc(table.slug))
        .limit(10_000)
      for (const { slug } of rows) found.add(slug)
      if (rows.length === 0) return found
      after = rows.at(-1)?.slug ?? ''
    }
  })
  return { termIds, slots, slugs, numbered: new Map(), creatives }
}
