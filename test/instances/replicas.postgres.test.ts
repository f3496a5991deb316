import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { seed } from '../../src/cli/seed.ts'
import { readConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { createDb } from '../../src/store/index.ts'
import { copyOfDatabase, temporaryDatabase } from '../support/database.ts'
import { databaseProxy } from '../support/database-proxy.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

/**
 * To Copydesk a replica is a database that it only reads. Here it is a copy of the primary as it once was, in which the
 * subtitle of the article tells where an answer was read.
 */

const manage = '/manage/v1/articles'
const slug = 'anthony-blinken-the-return-and-israel'
const article = `/v1/articles/${slug}`
const soon = { timeout: 10_000, interval: 50 }

/** A database that a server has used before, with one article, and copies of it, whose subtitle is `copy <n>`. */
async function replicatedDatabase(copies = 1) {
  const primaryUrl = await temporaryDatabase()
  const engine = await openDatabase(readConfig({ DATABASE_URL: primaryUrl }))
  const db = createDb(engine)
  await seed(db, 'en')
  for (const name of ['ad-token', 'preview-token'] as const)
    await db.write((tx) => tx.secrets.getOrMake(name))
  await engine.close()
  const replicaUrls: string[] = []
  for (let copy = 1; copy <= copies; copy += 1) {
    const url = await copyOfDatabase(primaryUrl)
    await setSubtitle(url, `copy ${copy}`)
    replicaUrls.push(url)
  }
  await setSubtitle(primaryUrl, 'primary')
  return { primaryUrl, replicaUrls, replicaUrl: replicaUrls[0] ?? '' }
}

async function setSubtitle(url: string, subtitle: string): Promise<void> {
  await run(url, 'update published_articles set subtitle = $1', [subtitle])
}

/** Makes a copy count so many public changes more. */
async function catchUp(url: string, changes: number): Promise<void> {
  const columns = 'at, type, subject_type, subject_id, subject_slug, actor, actor_token_id, payload'
  await run(
    url,
    `insert into changes (public_seq, ${columns}) select public_seq + more, ${columns}
     from changes, generate_series(1, $1) more where public_seq = (select max(public_seq) from changes)`,
    [changes],
  )
}

async function run(url: string, statement: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement, values)
  await client.end()
}

async function startReplicated(databaseUrl: string, replicaUrls: readonly string[], env = {}) {
  const server = await startServer({
    databaseUrl,
    env: { DATABASE_REPLICA_URLS: replicaUrls.join(', '), ...env },
  })
  await expect.poll(() => server.db.publicVersion(), soon).toBeDefined()
  return server
}

/** Publishes the article once more, which is one public change. */
async function publish({ http }: TestServer, subtitle: string): Promise<void> {
  const { body } = await http.get(manage).set(bearer()).expect(200)
  const path = `${manage}/${body.data[0].id}`
  await http.patch(path).set(bearer()).set('if-match', '*').send({ subtitle }).expect(200)
  await http.post(`${path}/publish`).set(bearer()).expect(200)
}

let asked = 0

/** The subtitle of the article, at an address that was not asked for before. */
async function subtitle({ http }: TestServer): Promise<string> {
  asked += 1
  const since = new Date(asked).toISOString()
  const { body } = await http.get(`/v1/articles?fields=subtitle&publishedAfter=${since}`).expect(200)
  return body.data[0].subtitle
}

/** A metric of the replica at this place, or without one. */
async function metric({ http }: TestServer, name: string, replica?: number): Promise<number> {
  const { text } = await http.get('/metrics').expect(200)
  const [base, outcome] = name.split(' ')
  const labels = replica === undefined ? '' : `\\{replica="${replica}",host="127\\.0\\.0\\.1:\\d+"`
  const rest = replica === undefined ? '' : outcome === undefined ? '\\}' : `,outcome="${outcome}"\\}`
  const found = new RegExp(`^${base}${labels}${rest} (\\S+)$`, 'm').exec(text)
  expect(found, name).not.toBeNull()
  return Number(found?.[1])
}

const untilUp = (server: TestServer, up = 1, replica = 1) =>
  expect.poll(() => metric(server, 'copydesk_replica_up', replica), soon).toBe(up)

describe('public reads with replicas', () => {
  it('go to the replicas in turn, and all else to the primary', async () => {
    const { primaryUrl, replicaUrls } = await replicatedDatabase(2)
    const server = await startReplicated(primaryUrl, replicaUrls)
    for (const replica of [1, 2]) await untilUp(server, 1, replica)
    const read = [await subtitle(server), await subtitle(server), await subtitle(server)]
    expect(new Set(read)).toEqual(new Set(['copy 1', 'copy 2']))
    const managed = await server.http.get(manage).set(bearer()).expect(200)
    expect(managed.body.data[0].subtitle).toBeNull()
    for (const replica of [1, 2])
      expect(await metric(server, 'copydesk_replica_reads_total current', replica)).toBeGreaterThan(0)
    expect(await metric(server, 'copydesk_replica_lag_seconds', 1)).toBe(0)
    expect(await metric(server, 'copydesk_primary_up')).toBe(1)
    const { text } = await server.http.get('/metrics')
    expect(text).not.toContain('copydesk:copydesk')
  })

  it('are never behind what the server has acknowledged, however far a replica is behind', async () => {
    const { primaryUrl, replicaUrl } = await replicatedDatabase()
    const server = await startReplicated(primaryUrl, [replicaUrl])
    await untilUp(server)
    for (let round = 1; round <= 10; round += 1) {
      await publish(server, `round ${round}`)
      for (let read = 0; read < 3; read += 1) {
        const { body } = await server.http.get(article).expect(200)
        expect(body.subtitle).toBe(`round ${round}`)
        expect(await subtitle(server)).toBe(`round ${round}`)
      }
    }
    expect(await metric(server, 'copydesk_replica_changes_behind', 1)).toBe(10)
    expect(await metric(server, 'copydesk_replica_lag_seconds', 1)).toBeGreaterThan(0)

    await catchUp(replicaUrl, 10)
    await expect.poll(() => subtitle(server), soon).toBe('copy 1')
    // What was read before is right and stays.
    const { body, headers } = await server.http.get(article).expect(200)
    expect([body.subtitle, headers['cache-status']]).toEqual(['round 10', 'Copydesk; hit'])
  })

  it('are asked of the primary when a replica turns out to be behind', async () => {
    const { primaryUrl, replicaUrl } = await replicatedDatabase()
    const server = await startReplicated(primaryUrl, [replicaUrl])
    await expect.poll(() => subtitle(server), soon).toBe('copy 1')
    // As if an older copy had been put in its place since it was looked at: looks wait for this lock.
    const lock = new pg.Client({ connectionString: replicaUrl })
    await lock.connect()
    onTestFinished(() => lock.end())
    await lock.query('begin; lock table secrets in access exclusive mode')
    await run(replicaUrl, 'delete from changes where public_seq = (select max(public_seq) from changes)')
    for (let read = 0; read < 3; read += 1) {
      const { body } = await server.http.get(article).expect(200)
      expect(body.subtitle).toBe('primary')
    }
    expect(await subtitle(server)).toBe('primary')
  })

  it('do without a replica that does not answer, and take it back', async () => {
    const { primaryUrl, replicaUrl } = await replicatedDatabase()
    const proxy = await databaseProxy(replicaUrl)
    const server = await startReplicated(primaryUrl, [proxy.url])
    await expect.poll(() => subtitle(server), soon).toBe('copy 1')

    proxy.cut()
    for (let read = 0; read < 5; read += 1) expect(await subtitle(server)).toBe('primary')
    await untilUp(server, 0)
    await server.http.get('/readyz').expect(200)
    expect(server.log()).toContain('replica is left out')

    await proxy.mend()
    await untilUp(server)
    expect(await subtitle(server)).toBe('copy 1')
  })

  it('leave a database alone that is no copy of the primary, or has none of its tables', async () => {
    const { primaryUrl } = await replicatedDatabase()
    const { primaryUrl: foreignUrl } = await replicatedDatabase()
    await setSubtitle(foreignUrl, 'another paper')
    await catchUp(foreignUrl, 5)
    const server = await startReplicated(primaryUrl, [foreignUrl, await temporaryDatabase({ empty: true })])
    await publish(server, 'ours')
    const end = performance.now() + 2_500
    while (performance.now() < end) {
      expect((await server.http.get(article).expect(200)).body.subtitle).toBe('ours')
      expect(await subtitle(server)).toBe('ours')
      await sleep(100)
    }
    for (const replica of [1, 2]) expect(await metric(server, 'copydesk_replica_up', replica)).toBe(0)
  })

  it('go on while the primary is down, and are right again after it', async () => {
    const { primaryUrl, replicaUrl } = await replicatedDatabase()
    const proxy = await databaseProxy(primaryUrl)
    const server = await startReplicated(proxy.url, [replicaUrl])
    const { http } = server
    await untilUp(server)
    const newest = (server.db.publicVersion() ?? 0) + 1
    // The replica does not get this one.
    await publish(server, 'only on the primary')
    expect((await http.get(article).expect(200)).body.subtitle).toBe('only on the primary')

    proxy.cut()
    // From the cache what is there, the rest as the replica has it.
    expect((await http.get(article).expect(200)).body.subtitle).toBe('only on the primary')
    const list = '/v1/articles?fields=subtitle'
    for (let read = 0; read < 3; read += 1)
      expect((await http.get(list).expect(200)).body.data[0].subtitle).toBe('copy 1')
    for (const refused of [
      await http.get(manage).set(bearer()),
      await http.post(manage).set(bearer()).send({ title: 'Lost' }),
      // Neither is known here, nor that there is no such change.
      await http.get(`/v1/changes?since=${newest + 1}`),
      await http.get(`/v1/changes/stream?since=${newest}`),
    ]) {
      expect([refused.status, refused.body.code]).toEqual([503, 'unavailable'])
      expect(refused.headers['retry-after']).toBeDefined()
    }
    expect((await http.get('/readyz').expect(200)).body.status).toBe('ready')
    await expect.poll(() => metric(server, 'copydesk_primary_up'), soon).toBe(0)
    expect(await metric(server, 'copydesk_replica_reads_total stale', 1)).toBeGreaterThan(0)

    await proxy.mend()
    const subtitleOfList = async () => (await http.get(list).expect(200)).body.data[0].subtitle
    await expect.poll(subtitleOfList, soon).toBe('only on the primary')
    for (let read = 0; read < 3; read += 1) expect(await subtitleOfList()).toBe('only on the primary')

    proxy.cut()
    await expect.poll(() => metric(server, 'copydesk_primary_up'), soon).toBe(0)
    await proxy.mend()
    // Before anybody has looked at the primary: that it takes a write says enough.
    await publish(server, 'after')
    expect(await subtitleOfList()).toBe('after')
    expect(await metric(server, 'copydesk_primary_up')).toBe(1)
  })

  it('are refused while neither primary nor replica answers', async () => {
    const { primaryUrl, replicaUrl } = await replicatedDatabase()
    const proxies = [await databaseProxy(primaryUrl), await databaseProxy(replicaUrl)] as const
    const server = await startReplicated(proxies[0].url, [proxies[1].url])
    await untilUp(server)
    await server.http.get(article).expect(200)
    for (const { cut } of proxies) cut()
    await server.http.get('/v1/articles').expect(503)
    await expect.poll(async () => (await server.http.get('/readyz')).status, soon).toBe(503)
    await server.http.get(article).expect(200)
    for (const { mend } of proxies) await mend()
    await expect.poll(async () => (await server.http.get('/v1/articles')).status, soon).toBe(200)
  })
})
