import { setTimeout as sleep } from 'node:timers/promises'
import supertest from 'supertest'
import { expect, it } from 'vitest'
import { engineName, temporaryDatabase } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken, startServer } from '../support/server.ts'
import { makeDrafts, planFor } from './planned.ts'

const articles = 60
/** A second is ordinary; a machine that is busy with other tests may take its time. */
const patience = { timeout: 20_000, interval: 20 }

it('makes up for what fell due while no server ran, though who does it is killed', async () => {
  const databaseUrl = await temporaryDatabase()
  const env = { DATABASE_URL: databaseUrl, ADMIN_TOKEN: adminToken, LOG_LEVEL: 'info' }
  const desk = await startServer({ databaseUrl })
  const ids = await makeDrafts(desk, articles)
  const due = Date.now() + 10_000
  for (const id of ids) expect(await planFor(desk, id, due)).toBe('scheduled')
  await desk.app.close()
  await sleep(Math.max(0, due - Date.now()) + 100)

  const servers = await Promise.all(
    Array.from({ length: engineName === 'postgres' ? 3 : 2 }, () => startServing(env)),
  )
  const atWork = () => servers.find((server) => server.stdout().includes('scheduled change made'))
  await expect.poll(atWork, { ...patience, interval: 2 }).toBeDefined()
  const killed = atWork()
  await killed?.stop('SIGKILL')

  const other = servers.find((server) => server !== killed)
  const count = async () =>
    (await supertest(other?.url ?? '').get('/v1/articles?limit=1&count=true')).body.page.total
  await expect.poll(count, patience).toBe(articles)

  const { changes, revisions } = await desk.engine.snapshot(async ({ sql, tables }) => ({
    changes: await sql.select().from(tables.changes).orderBy(tables.changes.seq),
    revisions: await sql.select({ type: tables.revisions.type }).from(tables.revisions),
  }))
  const published = changes.filter((change) => change.type === 'article.published')
  expect(published.map((change) => change.subjectId).sort()).toEqual([...ids].sort())
  expect(new Set(published.map(({ actor }) => actor.name))).toEqual(new Set(['ADMIN_TOKEN']))
  expect(revisions.filter(({ type }) => type === 'article.published')).toHaveLength(articles)
}, 90_000)
