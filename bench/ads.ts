// `npm run bench:ads [-- --seconds 3 --rounds 3 --connections 50]`: what ads cost an article that no cache has;
// decisions, events and clicks beside a bare Fastify that sends the same bytes; and articles while events pour in. Everything runs on this machine and ends by itself.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/support/postgres-server.ts'
import { compare } from './compare.ts'
import { measure, median } from './load.ts'
import { record, writeRecordings } from './recording.ts'
import { scenarioTable, valueTable } from './report.ts'
import { firstPath, type Scenario, type WriteRequest, writeHeaders } from './scenarios.ts'
import { bareTarget, startCopydesk } from './targets.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '50' },
  },
})
const load = {
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
  connections: Number(values.connections),
}
/** For latencies; not so few that one of them reaches the number of requests after which the server closes it. */
const fewConnections = 8
const slots = 8
const candidates = 200
const decisionsPath = '/v1/ads/decisions'
const eventsPath = '/v1/ads/events'
const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

const folder = mkdtempSync(join(tmpdir(), 'copydesk-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const say = (step: string) => void process.stderr.write(`${step}\n`)

interface Made {
  readonly id: string
  readonly key: string
  readonly slug: string
}

async function post(origin: string, path: string, body: object): Promise<Made> {
  const answer = await fetch(`${origin}/manage/v1${path}`, {
    method: 'POST',
    headers: writeHeaders,
    body: JSON.stringify(body),
  })
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Made
}

/** Two articles that differ in that one shows no ads, and what the other shows. Answers the decision that is asked. */
async function fill(origin: string): Promise<object> {
  const text = 'The bridge is open again, two years after the storm that closed it. '.repeat(6)
  const block = { _type: 'block', children: [{ _type: 'span', text }] }
  const body = Array.from({ length: 12 }, () => block)
  const section = await post(origin, '/sections', { name: 'City' })
  const tag = await post(origin, '/tags', { name: 'Transport' })
  const content = { body, sectionId: section.id, tagIds: [tag.id] }
  const shown = await post(origin, '/articles', { title: 'With ads', ...content })
  const bare = await post(origin, '/articles', {
    ...{ title: 'Without ads', ...content },
    flags: { adsAllowed: false },
  })
  for (const { id } of [shown, bare]) await post(origin, `/articles/${id}/publish`, {})
  const made: Made[] = []
  for (let number = 1; number <= slots; number += 1)
    made.push(
      await post(origin, '/ad-slots', {
        ...{ key: `slot-${number}`, name: `Slot ${number}`, sizes: ['300x250', '728x90'] },
        ...(number <= 3 ? { place: 'in-body', afterBlock: 2 * number } : { place: 'sidebar' }),
      }),
    )
  const scopes = [
    { type: 'site' },
    { type: 'section', id: section.id },
    { type: 'tag', id: tag.id },
    { type: 'article', id: shown.id },
  ]
  const startsAt = new Date(Date.now() - 3_600_000).toISOString()
  const endsAt = new Date(Date.now() + 86_400_000).toISOString()
  for (let number = 0; number < candidates; number += 1) {
    const advertiser = await post(origin, '/advertisers', { name: `Advertiser ${number}` })
    const creative = await post(origin, '/creatives', {
      ...{ advertiserId: advertiser.id, title: `Scooter ${number}`, format: 'html', sizes: ['300x250'] },
      clickUrl: `https://shop.example/${number}`,
      html: `<a href="https://shop.example/${number}"><img src="https://shop.example/${number}.png" alt="Scooter"></a>`,
      exclusionLabels: [`label-${number % 50}`],
    })
    await post(origin, '/ad-placements', {
      ...{ slotId: made[number % slots]?.id, creativeId: creative.id, scope: scopes[number % scopes.length] },
      ...{ position: 1 + (number % 3), weight: 1 + (number % 5), startsAt, endsAt },
    })
  }
  return { slots: made.map(({ key }) => key), articleId: shown.id }
}

const uncached: readonly Scenario[] = ['with-ads', 'without-ads'].map((slug) => ({
  ...{ name: slug, path: `/v1/articles/${slug}`, status: 200 },
}))

/** An article with many candidates beside the same one without ads, neither from a cache; in turns. */
async function measureArticles(name: string, databaseUrl: string): Promise<string> {
  const server = await startCopydesk({ databaseUrl, args: ['--seed'], env: { RESPONSE_CACHE_MIB: '0' } })
  try {
    await fill(server.origin)
    const rates: Record<string, number[]> = {}
    // Round 0 warms up.
    for (let round = 0; round <= load.rounds; round += 1)
      for (const scenario of uncached) {
        const { requestsPerSecond } = await measure({
          ...{ origin: server.origin, scenario, headers: {} },
          connections: load.connections,
          seconds: load.seconds,
        })
        say(`${name}, ${scenario.name}, round ${round}: ${requestsPerSecond.toFixed(0)} requests/s`)
        const own = rates[scenario.name] ?? []
        rates[scenario.name] = own
        if (round > 0) own.push(requestsPerSecond)
      }
    const [shown = 0, bare = 1] = uncached.map((scenario) => median(rates[scenario.name] ?? []))
    return [
      valueTable(`${name}, uncached, requests/s`, { 'with ads': shown, 'without ads': bare }),
      `${slots} slots, ${candidates} candidates: ${(shown / bare).toFixed(2)} of without ads`,
    ].join('\n')
  } finally {
    await server.stop()
  }
}

async function measureDecisions(): Promise<string> {
  const server = await startCopydesk({
    databaseUrl: `file:${join(folder, 'decisions.db')}`,
    args: ['--seed'],
  })
  const body = await fill(server.origin)
  const scenario: Scenario = {
    ...{ name: `decisions of ${slots} slots`, path: decisionsPath, status: 200 },
    writes: async () => () => ({ method: 'POST', path: decisionsPath, body }),
  }
  const file = join(folder, 'recordings.json')
  const answer = await fetch(`${server.origin}${decisionsPath}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(body),
  })
  const headers = { 'content-type': answer.headers.get('content-type') ?? '' }
  const decided = { path: decisionsPath, headers, body: Buffer.from(await answer.arrayBuffer()) }
  writeRecordings(file, [decided, await record(server.origin, firstPath)])
  const bare = await bareTarget('fastify', 'bench/bare-fastify.ts', file).start()
  try {
    const targets = [
      { name: 'copydesk', server },
      { name: 'fastify', server: bare },
    ]
    return (await compare([scenario], targets, load, say)).map(scenarioTable).join('\n\n')
  } finally {
    await server.stop()
    await bare.stop()
  }
}

/** An event of another reader each time, so that each is counted. */
function eventsOf(token: string): Scenario {
  let reader = 0
  const next = (): WriteRequest => {
    reader += 1
    const address = `10.${(reader >> 16) & 255}.${(reader >> 8) & 255}.${reader & 255}`
    return {
      ...{ method: 'POST', path: eventsPath, body: { events: [{ token, type: 'impression' }] } },
      headers: { 'user-agent': browser, 'x-forwarded-for': address },
    }
  }
  return { name: 'events, each counted', path: eventsPath, status: 202, writes: async () => next }
}

async function measureCounting(): Promise<string> {
  const server = await startCopydesk({
    ...{ databaseUrl: `file:${join(folder, 'counting.db')}`, args: ['--seed'] },
    env: { TRUST_PROXY: 'loopback' },
  })
  await fill(server.origin)
  const shown = await fetch(`${server.origin}/v1/articles/with-ads/ads`)
  const [, id = '', token = ''] = /"id":"([\w-]{36})"[^{]*?"token":"([\w-]+)"/.exec(await shown.text()) ?? []
  const clickPath = `/v1/ads/${id}/click?token=${token}`
  const events = eventsOf(token)
  const click: Scenario = { name: 'click', path: clickPath, status: 302 }
  const { body } = (await events.writes?.(server.origin))?.() ?? {}
  const told = await fetch(`${server.origin}${eventsPath}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(body),
  })
  const file = join(folder, 'counting.json')
  const headers = { 'content-type': told.headers.get('content-type') ?? '' }
  writeRecordings(file, [
    { path: eventsPath, status: 202, headers, body: Buffer.from(await told.arrayBuffer()) },
    { path: clickPath, status: 302, headers: { location: 'https://shop.example/1' }, body: Buffer.alloc(0) },
    await record(server.origin, firstPath),
  ])
  const bare = await bareTarget('fastify', 'bench/bare-fastify.ts', file).start()
  try {
    const targets = [
      { name: 'copydesk', server },
      { name: 'fastify', server: bare },
    ]
    const tables = (await compare([events, click], targets, load, say)).map(scenarioTable)
    const article: Scenario = { name: 'article', path: firstPath, status: 200 }
    const readers = { origin: server.origin, scenario: article, headers: {}, connections: fewConnections }
    const calm = await measure({ ...readers, seconds: load.seconds })
    const pouring = measure({
      ...{ origin: server.origin, scenario: events, headers: writeHeaders, connections: fewConnections },
      seconds: load.seconds + 1,
    })
    const busy = await measure({ ...readers, seconds: load.seconds })
    const poured = await pouring
    tables.push(
      valueTable('article, p99 in ms', { alone: calm.p99Ms, 'while events pour in': busy.p99Ms }),
      `${poured.requestsPerSecond.toFixed(0)} events/s meanwhile, ${busy.requestsPerSecond.toFixed(0)} articles/s of ${calm.requestsPerSecond.toFixed(0)}`,
    )
    return tables.join('\n\n')
  } finally {
    await server.stop()
    await bare.stop()
  }
}

const sections = [`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}`]
sections.push(await measureArticles('sqlite', `file:${join(folder, 'ads.db')}`))
const postgres = await startPostgres()
try {
  sections.push(await measureArticles('postgres', postgres.url))
} finally {
  await postgres.stop()
}
sections.push(await measureDecisions())
sections.push(await measureCounting())
process.stdout.write(`\n${sections.join('\n\n')}\n`)
