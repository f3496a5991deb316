import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { adOnArticle, browser, expectTotal, totalOf } from '../delivery/ad-readers.ts'
import { temporaryDatabase } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken, startServer } from '../support/server.ts'
import { ask, workersOf } from '../support/workers.ts'

/** `READERS` sets how many readers see the ads. */
const readers = Number(process.env.READERS ?? 400)
/** `AD_WORKERS` sets how many workers one of the instances has. */
const workerCount = Number(process.env.AD_WORKERS ?? 2)
const limitMs = 120_000 + readers * 20

async function setUp(env: Record<string, string> = {}) {
  const databaseUrl = await temporaryDatabase()
  const observer = await startServer({ databaseUrl })
  const { token } = await adOnArticle(observer)
  const start = (more: Record<string, string> = {}) =>
    startServing(
      { DATABASE_URL: databaseUrl, ADMIN_TOKEN: adminToken, TRUST_PROXY: 'loopback', ...env, ...more },
      { limitMs },
    )
  return { observer, token, start }
}

const addressOf = (reader: number) => `10.${(reader >> 16) & 255}.${(reader >> 8) & 255}.${reader & 255}`

/** Tells of an impression and a click; answers how many are to be counted, undefined where there was no answer. */
async function tellFrom(url: string, reader: number, token: string): Promise<number | undefined> {
  const events = ['impression', 'click'].map((type) => ({ token, type }))
  const headers = { 'user-agent': browser, 'x-forwarded-for': addressOf(reader) }
  const asked = ask(`${url}/v1/ads/events`, { method: 'POST', headers, body: { events } })
  // Who is dealt to a worker that is killed at that moment may hear of nobody.
  const answer = await Promise.race([asked.catch(() => undefined), sleep(5_000, undefined, { ref: false })])
  return answer && (JSON.parse(answer.text) as { accepted?: number }).accepted
}

/** Calls for each number below `count`, a few at a time. */
async function forEach(count: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = 0
  const go = async () => {
    while (next < count) {
      next += 1
      await work(next - 1)
    }
  }
  await Promise.all(Array.from({ length: 16 }, go))
}

it(
  'instances and workers count to the same sums, and nothing twice that is told to another',
  async () => {
    const { observer, token, start } = await setUp()
    const servers = [await start(), await start({ WORKERS: '2' })]
    const urlFor = (number: number) => servers[number % servers.length]?.url ?? ''
    let accepted = 0
    await forEach(readers, async (reader) => {
      const counted = await tellFrom(urlFor(reader), reader, token)
      accepted += counted ?? 0
    })
    expect(accepted).toBe(2 * readers)
    await expectTotal(observer, { impressions: readers, clicks: readers })
    // The whole again, each to the other instance.
    await forEach(readers, async (reader) => {
      await tellFrom(urlFor(reader + 1), reader, token)
    })
    // And at one moment to both.
    await forEach(50, async (number) => {
      await Promise.all(servers.map(({ url }) => tellFrom(url, readers + number, token)))
    })
    for (const server of servers) expect((await server.stop('SIGTERM')).code).toBe(0)
    await expectTotal(observer, { impressions: readers + 50, clicks: readers + 50 })
  },
  limitMs,
)

it(
  'kill -9 of an instance and of a worker loses the last second at most, and nothing is counted that was not told',
  async () => {
    const { observer, token, start } = await setUp()
    const workers = await start({ WORKERS: String(workerCount), LOG_LEVEL: 'info' })
    const other = await start()
    let alone = await start()
    const [victim = 0] = await workersOf(workers, workerCount)
    /** When each reader was answered. */
    const answeredAt = new Map<number, number>()
    const kills: number[] = []
    const killOneOf = {
      [Math.floor(readers / 3)]: async () => {
        await alone.stop('SIGKILL')
        alone = await start()
      },
      [Math.floor((2 * readers) / 3)]: async () => void process.kill(victim, 'SIGKILL'),
    }
    const urlFor = (reader: number) => [workers.url, alone.url, other.url, workers.url][reader % 4] ?? ''
    await forEach(readers, async (reader) => {
      if (killOneOf[reader]) kills.push(performance.now())
      await killOneOf[reader]?.()
      const counted = await tellFrom(urlFor(reader), reader, token)
      if (counted === 2) answeredAt.set(reader, performance.now())
      else await sleep(20)
    })
    // What was told lately is repeated to whoever is there: those who heard it before count it no second time.
    const [repeated = 0] = [...answeredAt.keys()].slice(-1)
    for (const server of [workers, alone, other]) await tellFrom(server.url, repeated, token)
    for (const server of [workers, alone, other]) await server.stop('SIGTERM')

    const { impressions, clicks } = await totalOf(observer)
    const mayBeLost = [...answeredAt.values()].filter((at) =>
      kills.some((kill) => at > kill - 1_000 && at <= kill + 100),
    ).length
    process.stdout.write(
      `${readers} readers, ${answeredAt.size} answered, ${impressions} counted, ${mayBeLost} within a second of a kill\n`,
    )
    expect(clicks).toBe(impressions)
    // Those who got no answer may have been counted.
    expect(impressions).toBeLessThanOrEqual(readers)
    expect(impressions).toBeGreaterThanOrEqual(answeredAt.size - mayBeLost)
    expect(answeredAt.size).toBeGreaterThan(readers / 2)
  },
  limitMs,
)
