// `npm run bench:ads [-- --seconds 3 --rounds 3 --connections 50]`: what ads cost an article that no cache has, and
// decisions beside a bare Fastify that sends the same bytes. Everything runs on this machine and ends by itself.
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
import { firstPath, type Scenario, writeHeaders } from './scenarios.ts'
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
const slots = 8
const candidates = 200
const decisionsPath = '/v1/ads/decisions'

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

const sections = [`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}`]
sections.push(await measureArticles('sqlite', `file:${join(folder, 'ads.db')}`))
const postgres = await startPostgres()
try {
  sections.push(await measureArticles('postgres', postgres.url))
} finally {
  await postgres.stop()
}
sections.push(await measureDecisions())
process.stdout.write(`\n${sections.join('\n\n')}\n`)
