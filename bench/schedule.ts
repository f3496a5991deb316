// `npm run bench:schedule [-- --articles 10000 --window 60 --instances 3 --database postgres]`: so many articles are
// scheduled over a window of so many seconds, and so many instances carry it out. Says how late they were, and whether
// each was published once. Everything runs on this machine and ends by itself.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { startPostgres } from '../test/support/postgres-server.ts'
import { valueTable } from './report.ts'
import { writeHeaders } from './scenarios.ts'
import { startCopydesk } from './targets.ts'

const { values } = parseArgs({
  options: {
    articles: { type: 'string', default: '10000' },
    window: { type: 'string', default: '60' },
    instances: { type: 'string', default: '3' },
    database: { type: 'string', default: 'postgres' },
  },
})
const articles = Number(values.articles)
const windowMs = Number(values.window) * 1_000
const batchSize = 100
/** Between the last of the requests that schedule and the first instant. */
const leadMs = 5_000
const longestWaitMs = 300_000

interface Operation {
  readonly method: 'POST'
  readonly path: string
  readonly body: object
}

interface Result {
  readonly status: number
  readonly body: { readonly id: string; readonly scheduledAt: string }
}

interface Event {
  readonly at: string
  readonly subject: { readonly id: string }
}

function progress(title: string, total: number): SingleBar {
  const bar = new SingleBar({
    format: `${title} {bar} {value}/{total}, {eta_formatted} left`,
    stream: process.stderr,
  })
  bar.start(total, 0)
  return bar
}

/** Sends operations in batches, one batch after the other. Throws unless all succeed. */
async function sendAll(origin: string, title: string, operations: readonly Operation[]): Promise<Result[]> {
  const bar = progress(title, operations.length)
  const results: Result[] = []
  for (let from = 0; from < operations.length; from += batchSize) {
    const answer = await fetch(`${origin}/manage/v1/batch`, {
      method: 'POST',
      headers: writeHeaders,
      body: JSON.stringify({ atomic: true, operations: operations.slice(from, from + batchSize) }),
    })
    const body = (await answer.json()) as { results?: Result[] }
    if (body.results === undefined) throw new Error(`a batch failed: ${JSON.stringify(body)}`)
    results.push(...body.results)
    bar.update(results.length)
  }
  bar.stop()
  return results
}

/** Every publication so far, from the audit log. */
async function readPublications(origin: string): Promise<Event[]> {
  const answer = await fetch(`${origin}/manage/v1/events?type=article.published`, {
    headers: { ...writeHeaders, accept: 'application/x-ndjson' },
  })
  const lines = (await answer.text()).split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Event)
}

async function countPublished(origin: string): Promise<number> {
  const answer = await fetch(`${origin}/v1/articles?limit=1&count=true`)
  return ((await answer.json()) as { page: { total: number } }).page.total
}

async function waitForAll(origin: string): Promise<void> {
  const bar = progress('published', articles)
  const end = Date.now() + windowMs + longestWaitMs
  for (let published = 0; published < articles && Date.now() < end; ) {
    await sleep(500)
    published = await countPublished(origin)
    bar.update(published)
  }
  bar.stop()
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const folder = mkdtempSync(join(tmpdir(), 'copydesk-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const postgres = values.database === 'postgres' ? await startPostgres() : undefined
const databaseUrl = postgres?.url ?? `file:${join(folder, 'scheduled.db')}`
const servers = await Promise.all(
  Array.from({ length: Number(values.instances) }, () => startCopydesk({ databaseUrl, args: ['--seed'] })),
)
try {
  const origin = servers[0]?.origin ?? ''
  const before = await countPublished(origin)
  const text = 'The bridge is open again, two years after the storm that closed it. '.repeat(8)
  const drafts = await sendAll(
    origin,
    'drafts',
    Array.from({ length: articles - before }, (_, index) => ({
      method: 'POST',
      path: '/articles',
      body: { title: `Planned ${index}`, body: { format: 'text', content: text } },
    })),
  )
  // As far off as the requests themselves may take.
  const start = Date.now() + leadMs + drafts.length * 10
  const planned = await sendAll(
    origin,
    'scheduled',
    drafts.map(({ body }, index) => ({
      method: 'POST',
      path: `/articles/${body.id}/publish`,
      body: { at: new Date(start + Math.floor((index / drafts.length) * windowMs)).toISOString() },
    })),
  )
  await sleep(Math.max(0, start - Date.now()))
  await waitForAll(origin)

  const instants = new Map(planned.map(({ body }) => [body.id, Date.parse(body.scheduledAt)]))
  const publications = (await readPublications(origin)).filter(({ subject }) => instants.has(subject.id))
  const distinct = new Set(publications.map(({ subject }) => subject.id)).size
  const instantOf = ({ subject }: Event) => instants.get(subject.id) ?? Number.NaN
  const latenessOf = (event: Event) => Date.parse(event.at) - instantOf(event)
  const lateness = publications.map(latenessOf).sort((one, other) => one - other)
  // A pause of the machine or of the database shows as one tenth that is worse than the others.
  const worst = Array.from({ length: 10 }, (_, tenth) =>
    Math.max(
      ...publications
        .filter((event) => Math.floor(((instantOf(event) - start) * 10) / windowMs) === tenth)
        .map(latenessOf),
    ),
  )
  const figures = {
    p50: percentile(lateness, 0.5),
    p99: percentile(lateness, 0.99),
    most: lateness.at(-1) ?? Number.NaN,
  }
  const counts = { planned: planned.length, published: distinct, twice: publications.length - distinct }
  const title = `${servers.length} instances over ${values.database}, ${values.window} s`
  process.stdout.write(`\n${title}\n${JSON.stringify(counts)}\n\n${valueTable('lateness, ms', figures)}\n`)
  const tenths = Object.fromEntries(worst.map((ms, tenth) => [`tenth ${tenth + 1}`, ms]))
  process.stdout.write(`\n${valueTable('most, ms, by tenth of the window', tenths)}\n`)

  const out = fileURLToPath(new URL('out/schedule.jsonl', import.meta.url))
  mkdirSync(join(out, '..'), { recursive: true })
  appendFileSync(
    out,
    `${JSON.stringify({ at: new Date().toISOString(), ...values, counts, figures, worst })}\n`,
  )
  if (distinct !== planned.length || publications.length !== distinct) process.exitCode = 1
} finally {
  await Promise.all(servers.map((server) => server.stop()))
  await postgres?.stop()
}
