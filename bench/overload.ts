// `npm run bench:overload -- --times 4`: asks for so many times as much as a server can compute, and says how soon those
// are refused who are, what becomes of the others meanwhile, and when everybody is answered again. Nothing is asserted.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { columns } from '../src/cli/chart.ts'
import { startCopydesk } from './targets.ts'

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '300' },
    /** As many requests a second as ten connections were answered; 0 for as many as the connections can send. */
    times: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '5' },
    /** One with the seed article in a temporary folder when absent; read only. */
    database: { type: 'string' },
  },
})
const seconds = Number(values.seconds)
const folder = mkdtempSync(join(tmpdir(), 'copydesk-bench-overload-'))

let asked = 0
/** An address of its own for each, so that none is computed for another. */
function dearPath(): string {
  asked += 1
  return `/v1/articles?limit=20&include=body,related,ads&publishedAfter=${new Date(asked).toISOString()}`
}

/** Milliseconds from the request to the whole answer, by status. */
type Times = Map<number, number[]>

function ask(origin: string, connections: number, rate?: number): Promise<Times> {
  const times: Times = new Map()
  return new Promise((resolve, reject) => {
    const load = autocannon(
      {
        url: origin,
        connections,
        duration: seconds,
        ...(rate === undefined ? {} : { overallRate: rate }),
        requests: [{ setupRequest: (request) => ({ ...request, path: dearPath() }) }],
      },
      (error) => (error ? reject(error as Error) : resolve(times)),
    )
    load.on('response', (_client, status, _bytes, ms) => {
      const all = times.get(status) ?? []
      if (all.length === 0) times.set(status, all)
      all.push(ms)
    })
  })
}

async function untilCached(url: string): Promise<void> {
  for (let hits = 0; hits === 0; ) {
    const answer = await fetch(url)
    await answer.arrayBuffer()
    if (answer.headers.get('cache-status')?.includes('hit')) hits += 1
    else await sleep(50)
  }
}

/** A reader who asks for the same article again and again, one request after the other, until told to stop. */
function readOn(url: string, isOver: () => boolean): Promise<Times> {
  const times: Times = new Map()
  return (async () => {
    while (!isOver()) {
      const start = performance.now()
      const answer = await fetch(url)
      await answer.arrayBuffer()
      times.set(answer.status, [...(times.get(answer.status) ?? []), performance.now() - start])
      await sleep(20)
    }
    return times
  })()
}

/** Milliseconds until twenty answers in a row are 200. */
async function recovery(origin: string): Promise<number> {
  const start = performance.now()
  let lastRefusal = start
  for (let answered = 0; answered < 20; ) {
    const { status } = await fetch(origin + dearPath())
    answered = status === 200 ? answered + 1 : 0
    if (status !== 200) lastRefusal = performance.now()
  }
  return lastRefusal - start
}

function rowsOf(who: string, times: Times): string[][] {
  return [...times]
    .sort(([one], [other]) => one - other)
    .map(([status, all]) => {
      const sorted = all.toSorted((one, other) => one - other)
      const at = (part: number) => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(1)
      return [who, String(status), String(all.length), at(0.5), at(0.99), at(1)]
    })
}

const server = await startCopydesk({
  databaseUrl: values.database ?? `file:${join(folder, 'overload.db')}`,
  ...(values.database === undefined ? { args: ['--seed'] } : { firstPath: '/v1/articles?limit=1' }),
  env: { OVERLOAD_TURN_MS: '100' },
})
try {
  const { data } = (await (await fetch(`${server.origin}/v1/articles?limit=1`)).json()) as {
    data: { slug: string }[]
  }
  const article = `${server.origin}/v1/articles/${data[0]?.slug}`
  await untilCached(article)
  const quiet = await ask(server.origin, 10)
  const rate = Math.round(((quiet.get(200)?.length ?? 0) / seconds) * Number(values.times))
  let isOver = false
  const reading = readOn(article, () => isOver)
  const flood = await ask(server.origin, Number(values.connections), rate === 0 ? undefined : rate)
  const recoveredMs = await recovery(server.origin)
  isOver = true
  process.stdout.write(
    `${columns([
      ['', 'status', 'answers', 'p50 ms', 'p99 ms', 'longest'],
      ...rowsOf('10 connections', quiet),
      ...rowsOf(rate === 0 ? `${values.connections} connections` : `${rate} requests a second`, flood),
      ...rowsOf('a reader of a cached article meanwhile', await reading),
    ])}\nthe last refusal was ${recoveredMs.toFixed(0)} ms after the load\n`,
  )
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
