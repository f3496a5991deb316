import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken, bearer } from '../support/server.ts'

/** How often the server is killed; the whole measure is 1,000. */
const cycles = Number(process.env.KILL_CYCLES ?? 2)
const writers = 50

interface Acknowledged {
  readonly id: string
  isPublic: boolean
}

/** Makes drafts and publishes every other one until the connection breaks, and notes what was acknowledged. */
async function writeUntilDeath(url: string, acknowledged: Acknowledged[]): Promise<void> {
  const post = async (path: string, input: object): Promise<{ id: string } | undefined> => {
    const answer = await fetch(`${url}/manage/v1${path}`, {
      method: 'POST',
      headers: { ...bearer(), 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    if (answer.ok) return (await answer.json()) as { id: string }
    // It has too much to do: nothing was promised.
    expect(answer.status).toBe(503)
    await sleep(20)
    return undefined
  }
  try {
    for (let count = 0; ; count += 1) {
      const article = await post('/articles', {
        title: 'Harbour',
        body: { format: 'text', content: 'Text.' },
      })
      if (article === undefined) continue
      const written = { id: article.id, isPublic: false }
      acknowledged.push(written)
      if (count % 2 === 1) continue
      if (await post(`/articles/${article.id}/publish`, {})) written.isPublic = true
    }
  } catch (error) {
    // A connection that broke; what was told of before holds.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
  }
}

it(
  `after each of ${cycles} times that a server is killed under ${writers} writers, all that it acknowledged is there and sound`,
  async () => {
    const folder = temporaryFolder()
    let total = 0
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      // One that has grown takes longer to check than to fill.
      const path = join(folder, `${Math.floor(cycle / 20)}.db`)
      const server = await startServing({
        DATABASE_URL: `file:${path}`,
        ADMIN_TOKEN: adminToken,
        LOG_LEVEL: 'info',
        RATE_LIMIT_WRITES_PER_SECOND: '0',
      })
      const acknowledged: Acknowledged[] = []
      const writing = Promise.all(
        Array.from({ length: writers }, () => writeUntilDeath(server.url, acknowledged)),
      )
      let isOver = false
      void writing.finally(() => {
        isOver = true
      })
      const enough = Math.random() * 2 * writers
      while (acknowledged.length < enough && !isOver) await sleep(Math.random() * 20)
      expect(isOver, `cycle ${cycle}: the server ended by itself`).toBe(false)
      await server.stop('SIGKILL')
      await writing
      total += acknowledged.length
      const file = new Database(path)
      const ids = (sql: string) => new Set(file.prepare(sql).pluck().all())
      const [drafts, published] = [ids('select id from articles'), ids('select id from published_articles')]
      for (const { id, isPublic } of acknowledged)
        expect([drafts.has(id), !isPublic || published.has(id)], `cycle ${cycle}`).toEqual([true, true])
      expect(file.pragma('integrity_check', { simple: true }), `cycle ${cycle}`).toBe('ok')
      expect(file.pragma('foreign_key_check'), `cycle ${cycle}`).toEqual([])
      file.close()
    }
    process.stdout.write(`${total} writes were acknowledged\n`)
    expect(total).toBeGreaterThan(cycles)
  },
  60_000 + cycles * 20_000,
)
