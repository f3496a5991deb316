import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { systemActor } from '../../src/contract/permissions.ts'
import { patchArticle } from '../../src/editorial/articles.ts'
import { purgeOldTrash } from '../../src/editorial/trash.ts'
import { dropOldRevisions } from '../../src/maintenance/revisions.ts'
import { type Maintenance, startMaintenance } from '../../src/maintenance/runner.ts'
import type { MaintenanceTask } from '../../src/maintenance/task.ts'
import { maintenanceTasks } from '../../src/maintenance/tasks.ts'
import { temporaryDatabase } from '../support/database.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const base = '/manage/v1/articles'
const start = Date.parse('2026-05-01T00:00:00Z')
const dayMs = 24 * 60 * 60 * 1000

async function makeTrashed({ http }: TestServer, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let number = 0; number < count; number += 1) {
    const { body } = await http
      .post(base)
      .set(bearer())
      .send({ title: `T ${number}` })
      .expect(201)
    await http.delete(`${base}/${body.id}`).set(bearer()).set('if-match', '*').expect(204)
    ids.push(body.id)
  }
  return ids
}

/** Every part of an article, by the article's id. */
const partsIn = ({ engine }: TestServer) =>
  engine.snapshot(async ({ sql, tables: t }) => {
    const articles = (await sql.select({ id: t.articles.id }).from(t.articles)).map((row) => row.id)
    const bodies = (await sql.select({ id: t.articleBodies.articleId }).from(t.articleBodies)).map(
      (row) => row.id,
    )
    const revisions = (await sql.select({ id: t.revisions.articleId }).from(t.revisions)).map((row) => row.id)
    const slugs = (await sql.select({ id: t.slugs.articleId }).from(t.slugs)).map((row) => row.id)
    const changes = await sql.select().from(t.changes).orderBy(t.changes.seq)
    const purged = changes.filter((change) => change.type === 'article.purged')
    return { articles, bodies, revisions: [...new Set(revisions)], slugs, purged }
  })

describe('the trash', () => {
  it('is emptied of what has been there for 30 days, by the system', async () => {
    const server = await startServer()
    const { http, setClock, log } = server
    setClock(start)
    const [old = '', restored = ''] = await makeTrashed(server, 2)
    setClock(start + dayMs)
    const [young = ''] = await makeTrashed(server, 1)
    await http.post(`${base}/${restored}/restore`).set(bearer()).expect(200)
    const status = async (id: string) => (await http.get(`${base}/${id}`).set(bearer())).status
    setClock(start + 30 * dayMs - 1)
    await sleep(1_500)
    expect([await status(old), await status(young)]).toEqual([200, 200])
    // The pass at the start was 30 days ago by the clock, and the next one is an hour after the last.
    setClock(start + 30 * dayMs + 60 * 60 * 1000)
    await expect.poll(() => status(old), { timeout: 10_000 }).toBe(404)
    expect([await status(young), await status(restored)]).toEqual([200, 200])
    const { purged, slugs } = await partsIn(server)
    expect(purged).toMatchObject([
      { subjectId: old, actor: { tokenId: null, name: 'system', role: 'admin' }, publicSeq: null },
    ])
    expect(slugs).not.toContain(old)
    await expect.poll(log).toContain('"task":"trash","removed":1')
  })

  it('is emptied at the start too, and never when TRASH_DAYS is 0', async () => {
    const databaseUrl = await temporaryDatabase()
    const first = await startServer({ databaseUrl, env: { TRASH_DAYS: '0' } })
    const [id = ''] = await makeTrashed(first, 1)
    first.setClock(Date.now() + 3650 * dayMs)
    await sleep(1_500)
    await first.http.get(`${base}/${id}`).set(bearer()).expect(200)
    const tasks = maintenanceTasks(optionsOf(first, { trashDays: 0, revisionsKeep: 0, revisionsDays: 0 }))
    expect(tasks.map(({ name }) => name)).toEqual(['idempotency', 'ad-events', 'imports'])
    await first.engine.write(async ({ sql, tables }) => {
      await sql.update(tables.articles).set({ trashedAt: '2020-01-01T00:00:00.000Z' })
    })
    const second = await startServer({ databaseUrl })
    const status = async () => (await second.http.get(`${base}/${id}`).set(bearer())).status
    await expect.poll(status, { timeout: 10_000 }).toBe(404)
  })

  it('is emptied once by several instances at once', async () => {
    const databaseUrl = await temporaryDatabase()
    const servers = await Promise.all(
      [1, 2, 3].map(() => startServer({ databaseUrl, env: { TRASH_DAYS: '0' } })),
    )
    const [server] = servers as [TestServer]
    const ids = await makeTrashed(server, 30)
    const later = Date.now() + 31 * dayMs
    const clock = () => later
    const running = servers.map(({ db }) =>
      run(maintenanceTasks({ db, clock, config: { trashDays: 30, revisionsKeep: 0, revisionsDays: 0 } })),
    )
    await expect.poll(async () => (await partsIn(server)).articles.length, { timeout: 20_000 }).toBe(0)
    await Promise.all(running.map(({ maintenance }) => maintenance.stop()))
    const { purged, bodies, revisions, slugs } = await partsIn(server)
    expect(purged.map((change) => change.subjectId).sort()).toEqual([...ids].sort())
    expect([bodies, revisions, slugs]).toEqual([[], [], []])
    expect(running.flatMap(({ failures }) => failures)).toEqual([])
    const removed = running.flatMap(({ done }) => done).reduce((sum, one) => sum + one.removed, 0)
    expect(removed).toBe(30)
  })

  it('is left whole when the server closes in between, and emptied by the next one', async () => {
    const server = await startServer({ env: { TRASH_DAYS: '0' } })
    const ids = await makeTrashed(server, 20)
    const later = Date.now() + 31 * dayMs
    const tasks = () =>
      maintenanceTasks({
        db: server.db,
        clock: () => later,
        config: { trashDays: 30, revisionsKeep: 0, revisionsDays: 0 },
      })
    const first = run(tasks())
    await expect.poll(async () => (await partsIn(server)).purged.length, { interval: 5 }).toBeGreaterThan(0)
    await first.maintenance.stop()
    const between = await partsIn(server)
    expect(between.articles.length + between.purged.length).toBe(20)
    expect(between.bodies.sort()).toEqual(between.articles.sort())
    expect(between.revisions.sort()).toEqual(between.articles)
    expect(between.slugs.sort()).toEqual(between.articles)
    await sleep(50)
    expect((await partsIn(server)).purged).toEqual(between.purged)
    const second = run(tasks())
    await expect.poll(async () => (await partsIn(server)).articles, { timeout: 10_000 }).toEqual([])
    await second.maintenance.stop()
    expect((await partsIn(server)).purged.map((change) => change.subjectId).sort()).toEqual(ids.sort())
  })

  it('keeps what was restored, or trashed anew, since it was looked up', async () => {
    const server = await startServer()
    const [id = ''] = await makeTrashed(server, 1)
    const purge = (until: string) => server.db.write((tx) => purgeOldTrash(tx, id, until))
    expect(await purge('2026-01-01T00:00:00.000Z')).toBe(false)
    await server.http.post(`${base}/${id}/restore`).set(bearer()).expect(200)
    expect(await purge('2999-01-01T00:00:00.000Z')).toBe(false)
    await server.http.get(`${base}/${id}`).set(bearer()).expect(200)
    await server.http.delete(`${base}/${id}`).set(bearer()).set('if-match', '*').expect(204)
    expect(await purge('2999-01-01T00:00:00.000Z')).toBe(true)
    expect(await purge('2999-01-01T00:00:00.000Z')).toBe(false)
  })

  it('goes on past an article that cannot be deleted, tells of it, and tries again', async () => {
    const server = await startServer({ env: { TRASH_DAYS: '0' } })
    const [first = '', stuck = '', last = ''] = await makeTrashed(server, 3)
    let isStuck = true
    let now = Date.now() + 31 * dayMs
    const db: TestServer['db'] = {
      ...server.db,
      write: (work) =>
        server.db.write((tx) =>
          work({
            ...tx,
            articles: {
              ...tx.articles,
              remove: (id) =>
                isStuck && id === stuck ? Promise.reject(new Error('stuck')) : tx.articles.remove(id),
            },
          }),
        ),
    }
    const { maintenance, failures } = run(
      maintenanceTasks({
        db,
        clock: () => now,
        config: { trashDays: 30, revisionsKeep: 0, revisionsDays: 0 },
      }),
      () => now,
    )
    await expect.poll(async () => (await partsIn(server)).articles, { timeout: 10_000 }).toEqual([stuck])
    expect((await partsIn(server)).purged.map((change) => change.subjectId).sort()).toEqual(
      [first, last].sort(),
    )
    expect(failures).toEqual([{ message: 'stuck', task: 'trash', articleId: stuck }])
    isStuck = false
    now += 60_000
    await expect.poll(async () => (await partsIn(server)).articles, { timeout: 10_000 }).toEqual([])
    await maintenance.stop()
  })
})

describe('old versions', () => {
  const versionsOf = async ({ http }: TestServer, id: string) =>
    (await http.get(`${base}/${id}/revisions?limit=100`).set(bearer()).expect(200)).body.data.map(
      (one: { version: number }) => one.version,
    )

  async function makeVersions({ http, db }: TestServer, title: string, count: number): Promise<string> {
    const { body } = await http.post(base).set(bearer()).send({ title }).expect(201)
    for (let number = 2; number <= count; number += 1)
      await db.write((tx) =>
        patchArticle(tx, systemActor, body.id, 'any', { subtitle: `${number}` }, { siteLanguage: 'en' }),
      )
    return body.id
  }

  it('go beyond a number, but for the published one and pinned ones', async () => {
    const server = await startServer({ env: { REVISIONS_KEEP: '5' } })
    const { http, setClock } = server
    setClock(start)
    const id = await makeVersions(server, 'Long', 6)
    await http.post(`${base}/${id}/publish`).set(bearer()).expect(200)
    await http.patch(`${base}/${id}/revisions/3`).set(bearer()).send({ pinned: true }).expect(200)
    for (let number = 8; number <= 40; number += 1)
      await http
        .patch(`${base}/${id}`)
        .set(bearer())
        .set('if-match', '*')
        .send({ subtitle: `${number}` })
        .expect(200)
    const short = await makeVersions(server, 'Short', 5)
    expect(await versionsOf(server, id)).toHaveLength(40)
    setClock(start + dayMs)
    const kept = [40, 39, 38, 37, 36, 7, 3]
    await expect.poll(() => versionsOf(server, id), { timeout: 10_000 }).toEqual(kept)
    expect(await versionsOf(server, short)).toHaveLength(5)
    // The one that is no longer pinned goes with the next pass.
    await http.patch(`${base}/${id}/revisions/3`).set(bearer()).send({ pinned: false }).expect(200)
    await http.post(`${base}/${id}/publish`).set(bearer()).expect(200)
    setClock(start + 2 * dayMs)
    await expect.poll(() => versionsOf(server, id), { timeout: 10_000 }).toEqual([41, 40, 39, 38, 37])
    expect((await http.get('/v1/articles/long').expect(200)).body.version).toBe(41)
    await http.get(`${base}/${id}/revisions/3`).set(bearer()).expect(404)
  })

  it('go beyond an age, but for the current one', async () => {
    const server = await startServer({ env: { REVISIONS_DAYS: '10', REVISIONS_KEEP: '0' } })
    const { http, setClock } = server
    setClock(start)
    const still = await makeVersions(server, 'Still', 3)
    const id = await makeVersions(server, 'Edited', 4)
    await http.patch(`${base}/${id}/revisions/2`).set(bearer()).send({ pinned: true }).expect(200)
    setClock(start + 9 * dayMs)
    await http
      .patch(`${base}/${id}`)
      .set(bearer())
      .set('if-match', '*')
      .send({ subtitle: 'Later' })
      .expect(200)
    setClock(start + 11 * dayMs)
    await expect.poll(() => versionsOf(server, id), { timeout: 10_000 }).toEqual([5, 2])
    await expect.poll(() => versionsOf(server, still), { timeout: 10_000 }).toEqual([3])
  })

  it('go in batches, over many articles, while others write', async () => {
    const server = await startServer({ env: { TRASH_DAYS: '0', REVISIONS_KEEP: '0' } })
    const ids: string[] = []
    for (let number = 0; number < 12; number += 1) ids.push(await makeVersions(server, `A ${number}`, 30))
    let longestMs = 0
    const db: TestServer['db'] = {
      ...server.db,
      write: async (work) => {
        const begun = performance.now()
        const result = await server.db.write(work)
        longestMs = Math.max(longestMs, performance.now() - begun)
        return result
      },
    }
    const counts: number[] = []
    for await (const count of dropOldRevisions({ db, clock: Date.now, keep: 4, days: 0 }).pass(() => {}))
      counts.push(count)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12 * 26)
    expect(Math.max(...counts)).toBe(10)
    expect(longestMs).toBeLessThan(1_000)
    for (const id of ids) expect(await versionsOf(server, id)).toEqual([30, 29, 28, 27])
  })
})

describe('the passes', () => {
  it('come at the start, every hour by the clock, and after it was set back; one that fails comes again soon', async () => {
    let now = start
    let passes = 0
    let fails = false
    const task: MaintenanceTask = {
      name: 'test',
      async *pass(onFailure) {
        passes += 1
        if (fails) onFailure(new Error('not now'))
        yield 0
      },
    }
    const { maintenance, failures } = run([task], () => now)
    await expect.poll(() => passes).toBe(1)
    now = start + 60 * 60 * 1000 - 1
    await sleep(1_300)
    expect(passes).toBe(1)
    fails = true
    now += 1
    await expect.poll(() => passes, { timeout: 5_000 }).toBe(2)
    fails = false
    now += 60_000
    await expect.poll(() => passes, { timeout: 5_000 }).toBe(3)
    now = start - 10 * 365 * dayMs
    await expect.poll(() => passes, { timeout: 5_000 }).toBe(4)
    await maintenance.stop()
    now += dayMs
    await sleep(1_300)
    expect(passes).toBe(4)
    expect(failures).toEqual([{ message: 'not now', task: 'test' }])
  })

  it('end with the server at once, however much there is to do', async () => {
    let steps = 0
    const endless: MaintenanceTask = {
      name: 'endless',
      async *pass() {
        for (;;) {
          steps += 1
          yield 1
        }
      },
    }
    const { maintenance, done } = run([endless])
    await expect.poll(() => steps).toBeGreaterThan(3)
    const begun = performance.now()
    await maintenance.stop()
    expect(performance.now() - begun).toBeLessThan(1_000)
    const after = steps
    await sleep(100)
    expect(steps).toBe(after)
    expect(done).toEqual([{ task: 'endless', removed: after }])
  })
})

function optionsOf(
  { db }: TestServer,
  config: { trashDays: number; revisionsKeep: number; revisionsDays: number },
) {
  return { db, clock: Date.now, config }
}

function run(
  tasks: readonly MaintenanceTask[],
  clock: () => number = Date.now,
): { maintenance: Maintenance; done: { task: string; removed: number }[]; failures: object[] } {
  const done: { task: string; removed: number }[] = []
  const failures: object[] = []
  const maintenance = startMaintenance({
    tasks,
    clock,
    onDone: (one) => done.push(one),
    onFailure: (error, details) => failures.push({ message: (error as Error).message, ...details }),
  })
  return { maintenance, done, failures }
}
