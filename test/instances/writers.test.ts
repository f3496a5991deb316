import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import supertest from 'supertest'
import { describe, expect, it } from 'vitest'
import { temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { callProgram, startServing } from '../support/process.ts'
import { adminToken, bearer, startServer } from '../support/server.ts'

const base = '/manage/v1/articles'

async function startThree() {
  const databaseUrl = await temporaryDatabase()
  const env = { DATABASE_URL: databaseUrl, ADMIN_TOKEN: adminToken, LOG_LEVEL: 'info' }
  const servers = await Promise.all([1, 2, 3].map(() => startServing(env)))
  const agents = servers.map(({ url }) => supertest.agent(url))
  const at = (index: number) => agents[index % agents.length] as (typeof agents)[number]
  return { databaseUrl, at }
}

describe('many writers over three instances', () => {
  it('lose and duplicate nothing, with one winner for each version, and leave a change log in commit order', async () => {
    const { at, databaseUrl } = await startThree()
    const { body: contested } = await at(0).post(base).set(bearer()).send({ title: 'Contested' }).expect(201)

    // A reader that polls the change log while 200 writers write must see every number, in order.
    const observer = await startServer({ databaseUrl })
    let isWriting = true
    const seen: number[] = []
    const poll = async () => {
      const last = seen.at(-1) ?? 0
      const news = await observer.engine.snapshot(async ({ sql, tables }) => {
        const rows = await sql
          .select({ seq: tables.changes.seq })
          .from(tables.changes)
          .orderBy(tables.changes.seq)
        return rows.map((row) => row.seq).filter((seq) => seq > last)
      })
      seen.push(...news)
    }
    const polling = (async () => {
      while (isWriting) {
        await poll()
        await sleep(2)
      }
    })()

    // 503 says that trying again is right: so does every writer, some times. Where a commit was not answered in time,
    // nobody knows whether it was written.
    const send = async (request: () => supertest.Test) => {
      let refusals = 0
      for (;;) {
        const answer = await request()
        if (answer.status !== 503 || refusals === 30)
          return { status: answer.status, id: answer.body.id as string, refusals }
        expect(answer.headers['retry-after']).toBeDefined()
        refusals += 1
        await sleep(50 + Math.random() * 200)
      }
    }
    const writers = Array.from({ length: 200 }, async (_, index) => ({
      created: await send(() =>
        at(index)
          .post(base)
          .set(bearer())
          .send({ title: `Writer ${index}` }),
      ),
      won: await send(() =>
        at(index + 1)
          .patch(`${base}/${contested.id}`)
          .set(bearer())
          .set('if-match', '"1"')
          .send({ title: `Won by ${index}` }),
      ),
    }))
    const results = await Promise.all(writers).finally(() => {
      isWriting = false
    })
    await polling
    await poll()

    expect(results.map(({ created }) => created.status)).toEqual(Array(200).fill(201))
    expect(results.map(({ won }) => won.status).sort()).toEqual([200, ...Array(199).fill(412)])
    const accepted = results
    const stored = await observer.engine.snapshot(async ({ sql, tables }) => ({
      articles: await sql
        .select({ id: tables.articles.id, title: tables.articles.title })
        .from(tables.articles),
      changes: await sql.select({ seq: tables.changes.seq }).from(tables.changes).orderBy(tables.changes.seq),
    }))
    const storedIds = new Set(stored.articles.map((article) => article.id))
    for (const { created } of accepted) expect(storedIds).toContain(created.id)
    const unanswered = stored.articles.length - accepted.length - 1
    const refusals = results.reduce((sum, { created }) => sum + created.refusals, 0)
    expect(unanswered).toBeGreaterThanOrEqual(0)
    expect(unanswered).toBeLessThanOrEqual(refusals)
    expect(stored.changes.length).toBe(stored.articles.length + 1)
    expect(seen).toEqual(stored.changes.map((change) => change.seq))
  }, 120_000)

  it('all succeed where none names a version, by patch, publish and import at once', async () => {
    const { at, databaseUrl } = await startThree()
    const { body } = await at(0).post(base).set(bearer()).send({ title: 'Shared' }).expect(201)
    const page = join(temporaryFolder(), 'shared.txt')
    writeFileSync(page, 'Another page\n\nWith a paragraph of text.\n')
    const importing = callProgram(['import', '--publish', page], { DATABASE_URL: databaseUrl })
    const send = async (request: () => supertest.Test): Promise<number> => {
      const { status } = await request()
      return status === 503 ? send(request) : status
    }
    const statuses = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        send(() => {
          const address = `${base}/${body.id}`
          if (index % 4 === 0) return at(index).post(`${address}/publish`).set(bearer())
          const patch = at(index).patch(address).set(bearer()).set('if-match', '*')
          return patch.send({ subtitle: `by ${index}` })
        }),
      ),
    )
    expect(statuses).toEqual(Array(40).fill(200))
    expect(await importing).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('created another-page'),
    })
  }, 60_000)

  it('show a publish at once where it was acknowledged and within a second elsewhere', async () => {
    const { at } = await startThree()
    const { body } = await at(0).post(base).set(bearer()).send({ title: 'Fresh' }).expect(201)
    for (let round = 0; round < 20; round += 1) {
      const writer = at(round)
      await writer
        .patch(`${base}/${body.id}`)
        .set(bearer())
        .set('if-match', '*')
        .send({ subtitle: `round ${round}` })
        .expect(200)
      await writer.post(`${base}/${body.id}/publish`).set(bearer()).expect(200)
      expect((await writer.get('/v1/articles/fresh').expect(200)).body.subtitle).toBe(`round ${round}`)
      await expect
        .poll(async () => (await at(round + 1).get('/v1/articles/fresh')).body.subtitle, { timeout: 1_000 })
        .toBe(`round ${round}`)
    }
  })

  it('tell the other instances of a change within a second', async () => {
    const { at } = await startThree()
    const seqAt = async (index: number) =>
      Number(/^copydesk_public_change (\d+)$/m.exec((await at(index).get('/metrics').expect(200)).text)?.[1])
    const { body } = await at(0).post(base).set(bearer()).send({ title: 'Told' }).expect(201)
    await at(0).post(`${base}/${body.id}/publish`).set(bearer()).expect(200)
    for (const index of [0, 1, 2]) await expect.poll(() => seqAt(index), { timeout: 1_500 }).toBe(1)
  })
})
