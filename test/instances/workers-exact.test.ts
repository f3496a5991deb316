import process from 'node:process'
import { expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken, bearer } from '../support/server.ts'
import { ask } from '../support/workers.ts'
import { storedTitles } from './kills.ts'

/** `ROUNDS` sets how often an article is published and read. */
const rounds = Number(process.env.ROUNDS ?? 50)
const workers = 4
const writers = 40
const writesOfEach = 4
const limitMs = 120_000 + rounds * 200

it(
  'four workers take all writes of an ordinary moment, and show what is public to whoever asks next',
  async () => {
    const databaseUrl = await temporaryDatabase()
    const env = { DATABASE_URL: databaseUrl, ADMIN_TOKEN: adminToken, WORKERS: String(workers) }
    const { url } = await startServing({ ...env, RATE_LIMIT_WRITES_PER_SECOND: '0' }, { limitMs })
    const articles = `${url}/manage/v1/articles`
    const headers = { ...bearer(), 'if-match': '*' }
    const create = (title: string) => ask(articles, { method: 'POST', headers, body: { title } })

    const titles: string[] = []
    const statuses = new Map<number, number>()
    const write = async (writer: number) => {
      for (let index = 0; index < writesOfEach; index += 1) {
        const title = `Writer ${writer}, ${index}`
        const { status } = await create(title)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        titles.push(title)
      }
    }
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
    expect(Object.fromEntries(statuses)).toEqual({ 201: writers * writesOfEach })
    expect((await storedTitles(databaseUrl)).sort()).toEqual(titles.sort())

    const { id } = JSON.parse((await create('Exact')).text) as { id: string }
    const stale: string[] = []
    for (let round = 0; round < rounds; round += 1) {
      const subtitle = `round ${round}`
      const patched = await ask(`${articles}/${id}`, { method: 'PATCH', headers, body: { subtitle } })
      const published = await ask(`${articles}/${id}/publish`, { method: 'POST', headers })
      expect([patched.status, published.status]).toEqual([200, 200])
      const reads = await Promise.all(Array.from({ length: workers }, () => ask(`${url}/v1/articles/exact`)))
      for (const { text } of reads) {
        const read = JSON.parse(text) as { subtitle: string }
        if (read.subtitle !== subtitle) stale.push(`${subtitle}: ${read.subtitle}`)
      }
    }
    expect(stale).toEqual([])
  },
  limitMs,
)
