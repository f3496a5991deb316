import supertest from 'supertest'
import { expect, it } from 'vitest'
import { changesIn, openEvents } from '../delivery/event-client.ts'
import { temporaryDatabase } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken, bearer } from '../support/server.ts'

it('processes tell their clients what the others did, and end while they are followed', async () => {
  const env = { DATABASE_URL: await temporaryDatabase(), ADMIN_TOKEN: adminToken, LOG_LEVEL: 'info' }
  const servers = await Promise.all([startServing(env), startServing(env)])
  const clients = await Promise.all(servers.map(({ url }) => openEvents(new URL(`${url}/v1/changes/stream`))))
  for (const [index, { url }] of servers.entries())
    await supertest(url)
      .post('/manage/v1/sections')
      .set(bearer())
      .send({ name: `Section ${index}` })
      .expect(201)
  for (const client of clients)
    await expect
      .poll(() => changesIn(client).map(({ subject }) => subject.slug), { timeout: 5_000 })
      .toEqual(['section-0', 'section-1'])
  const begun = performance.now()
  const exits = await Promise.all(servers.map((server) => server.stop('SIGTERM')))
  expect(exits.map(({ code }) => code)).toEqual([0, 0])
  expect(performance.now() - begun).toBeLessThan(5_000)
  await Promise.all(clients.map(({ closed }) => closed))
})
