// `npm run bench:sizes -- --databases file:./data/small.db,file:./data/large.db [--seconds 3 --rounds 3]`: what the size
// of a newsroom costs. Each database, as `bench:fill` makes them, is asked the same without the cache of answers; the
// largest is then read with it, at a steady rate, at rest, while 50 articles a second are written to a copy of it, and
// while many are inserted in batches. Everything runs on this machine and ends by itself.
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { type Measurement, median } from './load.ts'
import { askAround, type Questions } from './questions.ts'
import { medianOf, valueTable } from './report.ts'
import { writeHeaders } from './scenarios.ts'
import type { ServerProcess } from './server-process.ts'
import { startCopydesk } from './targets.ts'

const { values } = parseArgs({
  options: {
    databases: { type: 'string' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '10' },
    /** Requests a second that are read while others write; 0 for as many as there can be. */
    rate: { type: 'string', default: '1000' },
    /** Written a second, one by one. */
    writes: { type: 'string', default: '50' },
    /** Inserted in batches of 100. */
    inserted: { type: 'string', default: '100000' },
    /** The longest time that the inserting may take, in seconds. */
    'insert-seconds': { type: 'string', default: '300' },
  },
})
if (values.databases === undefined) throw new Error('--databases must name one or several, with commas')
const databases = values.databases.split(',')
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const connections = Number(values.connections)
const rate = Number(values.rate)

function say(step: string): void {
  process.stderr.write(`${step}\n`)
}

/**
 * Asks for the paths in turn for some seconds, so many times a second, or else as often as they are answered. Throws
 * when an answer is not 200.
 */
async function read(
  origin: string,
  paths: readonly string[],
  { forSeconds = seconds, atRate = 0 } = {},
): Promise<Measurement> {
  const result = await autocannon({
    url: origin,
    connections,
    duration: forSeconds,
    ...(atRate > 0 ? { overallRate: atRate } : {}),
    requests: paths.map((path) => ({ path })),
  })
  const statuses = Object.keys(result.statusCodeStats ?? {}).join()
  if (result.errors > 0 || statuses !== '200')
    throw new Error(`${result.errors} errors, statuses ${statuses}`)
  return {
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  }
}

interface Sized {
  readonly articles: number
  readonly startMs: number
  readonly residentMib: number | undefined
  readonly measured: Readonly<Record<string, Measurement>>
}

async function measureSize(databaseUrl: string): Promise<Sized> {
  const server = await startCopydesk({
    databaseUrl,
    env: { RESPONSE_CACHE_MIB: '0' },
    firstPath: '/v1/articles?limit=1',
  })
  try {
    const questions = await askAround(server.origin, say)
    const measured: Record<string, Measurement> = {}
    for (const [name, paths] of Object.entries(questions.paths)) {
      if (paths.length === 0) continue
      const all: Measurement[] = []
      for (let round = 0; round <= rounds; round += 1) {
        const result = await read(server.origin, paths, { forSeconds: round === 0 ? 1 : seconds })
        say(
          `${questions.articles} articles, ${name}: ${result.requestsPerSecond.toFixed(0)} requests/s, p99 ${result.p99Ms} ms`,
        )
        if (round > 0) all.push(result)
      }
      measured[/^page \d{2,}$/.test(name) ? 'deep page' : name] = medianOf(all)
    }
    return {
      articles: questions.articles,
      startMs: server.startMs,
      residentMib: server.residentMib(),
      measured,
    }
  } finally {
    await server.stop()
  }
}

const articlesPath = '/manage/v1/articles'
const paragraph = 'The bridge is open again, two years after the storm that closed it. '.repeat(8)
let written = 0

function newDraft() {
  written += 1
  const children = [{ _type: 'span', text: paragraph }]
  return { title: `Bench ${process.pid} ${written}`, body: [{ _type: 'block', children }] }
}

async function post(origin: string, path: string, body: object): Promise<{ id: string }> {
  const answer = await fetch(origin + path, {
    method: 'POST',
    headers: writeHeaders,
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as { id: string }
}

/** Makes and publishes so many articles a second until it is told to stop. Answers how many they were. */
async function keepPublishing(origin: string, signal: AbortSignal): Promise<number> {
  const begun = performance.now()
  let count = 0
  const underway: Promise<unknown>[] = []
  const publish = async () => {
    const { id } = await post(origin, articlesPath, newDraft())
    await post(origin, `${articlesPath}/${id}/publish`, {})
  }
  while (!signal.aborted) {
    const one = publish()
    // It is looked at in the end; until then its failure is not forgotten.
    one.catch(() => {})
    underway.push(one)
    count += 1
    await sleep(Math.max(0, begun + (count * 1_000) / Number(values.writes) - performance.now()))
  }
  await Promise.all(underway)
  return count
}

/** Inserts articles in batches, one batch after the other. Answers how many they were. */
async function keepInserting(origin: string, signal: AbortSignal): Promise<number> {
  let count = 0
  while (!signal.aborted && count < Number(values.inserted)) {
    const operations = Array.from({ length: 100 }, () => ({
      method: 'POST',
      path: articlesPath,
      body: newDraft(),
    }))
    await post(origin, '/manage/v1/batch', { atomic: true, operations })
    count += operations.length
  }
  return count
}

/** Reads for as long as something else goes on. */
async function readDuring(
  server: ServerProcess,
  { paths }: Questions,
  work: (origin: string, signal: AbortSignal) => Promise<number>,
  longestSeconds: number,
): Promise<Measurement & { readonly done: number }> {
  const controller = new AbortController()
  const working = work(server.origin, controller.signal).finally(() => controller.abort())
  const ended = working.catch(() => {})
  const results: Measurement[] = []
  const asked = [...(paths.article ?? []), ...(paths['page 1'] ?? [])]
  const end = performance.now() + longestSeconds * 1_000
  try {
    do results.push(await read(server.origin, asked, { atRate: rate }))
    while (!controller.signal.aborted && performance.now() < end)
  } finally {
    controller.abort()
    await ended
  }
  return {
    requestsPerSecond: median(results.map((result) => result.requestsPerSecond)),
    p50Ms: median(results.map((result) => result.p50Ms)),
    p99Ms: median(results.map((result) => result.p99Ms)),
    done: await working,
  }
}

/** Reads a copy of a database in quiet and while it is written to. */
async function measureWrites(databaseUrl: string) {
  const folder = mkdtempSync(join(tmpdir(), 'copydesk-bench-'))
  const file = join(folder, 'written.db')
  copyFileSync(databaseUrl.slice('file:'.length), file)
  const server = await startCopydesk({ databaseUrl: `file:${file}`, firstPath: '/v1/articles?limit=1' })
  try {
    const questions = await askAround(server.origin, say)
    const nothing = async (_: string, signal: AbortSignal) => {
      while (!signal.aborted) await sleep(100)
      return 0
    }
    const readSeconds = rounds * seconds
    say('reading in quiet')
    const quiet = await readDuring(server, questions, nothing, readSeconds)
    say(`reading while ${values.writes} articles a second are published`)
    const publishing = await readDuring(server, questions, keepPublishing, readSeconds)
    say(`reading while ${values.inserted} articles are inserted`)
    const inserting = await readDuring(server, questions, keepInserting, Number(values['insert-seconds']))
    return { quiet, publishing, inserting, residentMib: server.residentMib() }
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}

const sizes: Sized[] = []
for (const database of databases) sizes.push(await measureSize(database))
const largest = databases.at(-1) ?? ''
const writes = largest.startsWith('file:') ? await measureWrites(largest) : undefined

const names = [...new Set(sizes.flatMap(({ measured }) => Object.keys(measured)))]
const bySize = (pick: (sized: Sized) => number | undefined) =>
  Object.fromEntries(sizes.map((sized) => [`${sized.articles} articles`, pick(sized)]))
const sections = [
  ...names.flatMap((name) => [
    valueTable(
      `${name}, requests/s`,
      bySize(({ measured }) => measured[name]?.requestsPerSecond),
    ),
    valueTable(
      `${name}, p99 ms`,
      bySize(({ measured }) => measured[name]?.p99Ms),
    ),
  ]),
  valueTable(
    'start to first answer, ms',
    bySize(({ startMs }) => startMs),
  ),
  valueTable(
    'resident memory, MiB',
    bySize(({ residentMib }) => residentMib),
  ),
  ...(writes
    ? [
        valueTable('reads with the cache, p99 ms', {
          'in quiet': writes.quiet.p99Ms,
          [`while ${writes.publishing.done} are published`]: writes.publishing.p99Ms,
          [`while ${writes.inserting.done} are inserted`]: writes.inserting.p99Ms,
        }),
      ]
    : []),
]
process.stdout.write(`\n${sections.join('\n\n')}\n`)

const out = fileURLToPath(new URL('out/sizes.jsonl', import.meta.url))
mkdirSync(join(out, '..'), { recursive: true })
appendFileSync(
  out,
  `${JSON.stringify({ at: new Date().toISOString(), seconds, rounds, connections, sizes, writes })}\n`,
)
say(`\nwritten to ${out}`)
