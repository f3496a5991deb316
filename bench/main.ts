// `npm run bench [-- --seconds 3 --rounds 3 --connections 50 --only reads,workers,databases]`: Copydesk beside a bare Fastify route and a bare
// node:http server that send the same bytes. Everything runs on this machine and ends by itself.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/support/postgres-server.ts'
import { compare, type Running } from './compare.ts'
import { median } from './load.ts'
import { rawInsertRate } from './raw-insert.ts'
import { record, writeRecordings } from './recording.ts'
import { gainLine, type ScenarioResult, scenarioTable, valueTable, writeTables } from './report.ts'
import { databaseScenarios, scenarios, uncachedScenarios, workerScenarios } from './scenarios.ts'
import { bareTarget, startCopydesk, type Target } from './targets.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '50' },
    only: { type: 'string', default: 'reads,workers,databases' },
  },
})
const parts = values.only.split(',')
const load = {
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
  connections: Number(values.connections),
}
const startRounds = 3
/** Who asks needs about as many cores as who answers; of two, both serve, and who asks takes from both. */
const workers = Math.max(2, Math.ceil(availableParallelism() / 2))
/** About what one new draft writes: the article, its body, its revision and its change. */
const draftBytes = 3_000

const folder = mkdtempSync(join(tmpdir(), 'copydesk-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const databaseFile = join(folder, 'seeded.db')
const recordingsFile = join(folder, 'recordings.json')

function say(step: string): void {
  process.stderr.write(`${step}\n`)
}

/** Start-up times in milliseconds, medians. The first round leaves the seeded database for what follows. */
async function measureStarts(): Promise<Record<string, number>> {
  const times: Record<string, number[]> = { 'empty, --seed': [], seeded: [] }
  for (let round = 1; round <= startRounds; round += 1) {
    say(`start-up, round ${round} of ${startRounds}`)
    const file = round === 1 ? databaseFile : join(folder, `empty-${round}.db`)
    const starts = { 'empty, --seed': ['--seed'], seeded: [] }
    for (const [name, args] of Object.entries(starts)) {
      const server = await startCopydesk({ databaseUrl: `file:${file}`, args })
      times[name]?.push(server.startMs)
      await server.stop()
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]))
}

/** Copydesk first: the others repeat its answers, and the ratios are its rate over theirs. */
async function startTargets(): Promise<Running[]> {
  const copydesk = { name: 'copydesk', start: () => startCopydesk({ databaseUrl: `file:${databaseFile}` }) }
  const bare: readonly Target[] = [
    bareTarget('fastify', 'bench/bare-fastify.ts', recordingsFile),
    bareTarget('node:http', 'bench/bare-http.ts', recordingsFile),
  ]
  const server = await copydesk.start()
  const paths = [...new Set(scenarios.map(({ path }) => path))]
  writeRecordings(recordingsFile, await Promise.all(paths.map((path) => record(server.origin, path))))
  const others = await Promise.all(bare.map(async ({ name, start }) => ({ name, server: await start() })))
  return [{ name: copydesk.name, server }, ...others]
}

/** Copydesk without its cache beside the bare servers, which repeat what it answers with one. */
async function compareUncached(targets: readonly Running[]): Promise<ScenarioResult[]> {
  const server = await startCopydesk({
    databaseUrl: `file:${databaseFile}`,
    env: { RESPONSE_CACHE_MIB: '0' },
  })
  try {
    const [, ...bare] = targets
    return await compare(uncachedScenarios, [{ name: 'copydesk', server }, ...bare], load, say)
  } finally {
    await server.stop()
  }
}

/** Copydesk by one process beside Copydesk by several; the cores that do not serve ask. */
async function compareWorkers(): Promise<ScenarioResult[]> {
  const servers: Running[] = []
  try {
    for (const count of [1, workers]) {
      const databaseUrl = `file:${databaseFile}`
      const server = await startCopydesk({ databaseUrl, env: { WORKERS: String(count) } })
      servers.push({ name: `${count} ${count === 1 ? 'worker' : 'workers'}`, server })
    }
    const senders = Math.max(1, availableParallelism() - workers)
    return await compare(workerScenarios, servers, { ...load, senders }, say)
  } finally {
    for (const { server } of servers) await server.stop()
  }
}

/** Copydesk over SQLite beside Copydesk over a PostgreSQL of its own, on the same machine. */
async function compareDatabases(): Promise<{ results: ScenarioResult[]; raw: Record<string, number> }> {
  say('starting PostgreSQL')
  const postgres = await startPostgres()
  const urls = { sqlite: `file:${join(folder, 'written.db')}`, postgres: postgres.url }
  const servers: Running[] = []
  try {
    const raw: Record<string, number> = {}
    for (const [name, databaseUrl] of Object.entries(urls)) {
      servers.push({ name, server: await startCopydesk({ databaseUrl, args: ['--seed'] }) })
      say(`raw inserts, ${name}`)
      raw[name] = await rawInsertRate(databaseUrl, draftBytes)
    }
    return { results: await compare(databaseScenarios, servers, load, say), raw }
  } finally {
    for (const { server } of servers) await server.stop()
    await postgres.stop()
  }
}

/** Everything that the public reads, with the cache of answers and without. */
async function compareReads() {
  const targets = await startTargets()
  try {
    const idleMib = targets[0]?.server.residentMib()
    const results = await compare(scenarios, targets, load, say)
    const residentMib: Record<string, number | undefined> = {
      'copydesk, idle': idleMib,
      ...Object.fromEntries(targets.map(({ name, server }) => [name, server.residentMib()])),
    }
    return { results, residentMib, uncached: await compareUncached(targets) }
  } finally {
    for (const { server } of targets) await server.stop()
  }
}

const startMs = await measureStarts()
const reads = parts.includes('reads') ? await compareReads() : undefined
const byWorkers = parts.includes('workers') ? await compareWorkers() : undefined
const databases = parts.includes('databases') ? await compareDatabases() : undefined

const machine = `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}`
const sections = [
  `${machine}; ${load.connections} connections, ${load.rounds} rounds of ${load.seconds} s, medians`,
  ...[reads?.results, reads?.uncached, databases?.results].flatMap((tables = []) =>
    tables.map(scenarioTable),
  ),
  ...(byWorkers ?? []).map((result) => `${scenarioTable(result)}\n${gainLine(result, workers)}`),
  ...(databases ? writeTables(databases) : []),
  ...(reads ? [valueTable('resident memory after the load, MiB', reads.residentMib)] : []),
  valueTable('start to first 200, ms', startMs),
]
process.stdout.write(`\n${sections.join('\n\n')}\n`)

// A line a run, so that runs can be compared later.
const out = fileURLToPath(new URL('out/results.jsonl', import.meta.url))
mkdirSync(join(out, '..'), { recursive: true })
const run = {
  at: new Date().toISOString(),
  machine,
  load,
  ...reads,
  byWorkers,
  databases,
  startMs,
}
appendFileSync(out, `${JSON.stringify(run)}\n`)
say(`\nwritten to ${out}`)
