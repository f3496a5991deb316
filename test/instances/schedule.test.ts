import { setTimeout as sleep } from 'node:timers/promises'
import supertest from 'supertest'
import { expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken, startServer } from '../support/server.ts'
import { makeDrafts, planFor } from './planned.ts'

const articles = 300
const overMs = 6_000

it('is carried out once for each article by several instances, one of which is killed', async () => {
  const databaseUrl = await temporaryDatabase()
  const env = { DATABASE_URL: databaseUrl, ADMIN_TOKEN: adminToken, LOG_LEVEL: 'info' }
  const observer = await startServer({ databaseUrl })
  const ids = await makeDrafts(observer, articles)
  const servers = await Promise.all([1, 2, 3].map(() => startServing(env)))
  const start = Date.now() + 4_000
  const planned = new Map(ids.map((id, index) => [id, start + (index / articles) * overMs]))
  for (const [id, at] of planned) await planFor(observer, id, at)
  // The observer is an instance too: it leaves the work to the others.
  await observer.app.close()

  await sleep(Math.max(0, start + overMs / 2 - Date.now()))
  const [first, second] = servers
  await first?.stop('SIGKILL')
  await sleep(Math.max(0, start + overMs - Date.now()) + 3_000)

  const { text } = await supertest(second?.url ?? '')
    .get('/metrics')
    .expect(200)
  expect(text).toContain('copydesk_schedule_lateness_seconds')
  const changes = await observer.engine.snapshot(async ({ sql, tables }) =>
    sql.select().from(tables.changes).orderBy(tables.changes.seq),
  )
  const published = changes.filter((change) => change.type === 'article.published')
  expect(published.map((change) => change.subjectId).sort()).toEqual([...ids].sort())
  const early = published.filter((change) => Date.parse(change.at) < (planned.get(change.subjectId) ?? 0))
  expect(early).toEqual([])
  const publicSeqs = published.map((change) => change.publicSeq)
  expect(publicSeqs).toEqual(publicSeqs.map((_, index) => index + 1))
}, 90_000)
