import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { Problem } from '../../src/contract/errors.ts'
import { advisoryLockKey } from '../../src/db/transactions.postgres.ts'
import { temporaryDatabase } from '../support/database.ts'
import { createPostgresDatabase, startPostgres } from '../support/postgres-server.ts'
import { bearer, startServer } from '../support/server.ts'

const base = '/manage/v1/articles'

/** Milliseconds that something took. */
async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now()
  const result = await work()
  return { result, ms: performance.now() - start }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end().catch(() => {}))
  return client
}

describe('when the database fails', () => {
  it('answers 503 with Retry-After within 2 s while the server is down, and goes on by itself afterwards', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const { url } = await createDatabase(server.url)
    const { http, token } = await startServer({ databaseUrl: url, seeded: true })
    const secret = await token('editor')
    const acknowledged: string[] = []
    for (let index = 0; index < 10; index += 1) {
      const { body } = await http
        .post(base)
        .set(bearer())
        .send({ title: `Kept ${index}` })
        .expect(201)
      acknowledged.push(body.id)
    }

    await server.halt()
    for (const request of [
      () => http.get('/v1/articles'),
      () => http.post(base).set(bearer()).send({ title: 'Lost' }),
      () => http.get('/readyz'),
      // Whose token that is cannot be known now; that it is wrong is not said.
      () => http.get(base).set(bearer(secret)),
    ]) {
      const { result, ms } = await timed(request)
      expect(result.status).toBe(503)
      expect(Number(result.headers['retry-after'])).toBeGreaterThan(0)
      expect(result.headers['content-type']).toContain('application/problem+json')
      expect(result.text).not.toMatch(/ECONN|postgres|127\.0\.0\.1|select/i)
      expect(ms).toBeLessThan(2_500)
    }
    await http.get('/healthz').expect(200)

    await server.resume()
    await expect.poll(async () => (await http.get('/readyz')).status, { timeout: 10_000 }).toBe(200)
    for (const id of acknowledged) await http.get(`${base}/${id}`).set(bearer(secret)).expect(200)
    await http.post(base).set(bearer()).send({ title: 'After' }).expect(201)
  }, 90_000)

  it('answers 503 within 2 s when the server hangs without a word, and leaves it alone afterwards', async () => {
    const databaseUrl = await temporaryDatabase()
    const { http } = await startServer({ databaseUrl, seeded: true, env: { RESPONSE_CACHE_MIB: '0' } })
    await http.get('/v1/articles').expect(200)
    const admin = await connect(databaseUrl)
    const { rows } = await admin.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'copydesk' and datname = current_database()",
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { pid } of rows) process.kill(pid, 'SIGSTOP')
    try {
      const { result, ms } = await timed(() => http.get('/v1/articles'))
      expect(result.status).toBe(503)
      expect(ms).toBeLessThan(2_500)
      // Each connection that hangs is given up for a new one.
      await expect.poll(async () => (await http.get('/v1/articles')).status, { timeout: 20_000 }).toBe(200)
    } finally {
      for (const { pid } of rows) process.kill(pid, 'SIGCONT')
    }
  }, 60_000)

  it('answers 503 when a connection is cut in mid-transaction, and writes nothing of it', async () => {
    const databaseUrl = await temporaryDatabase()
    const { http, db } = await startServer({ databaseUrl })
    const admin = await connect(databaseUrl)
    const failure = await db
      .write(async (tx) => {
        await tx.terms.insert('tag', {
          id: '018ced2a-4000-7000-8000-00000000a001',
          slug: 'cut',
          name: 'Cut',
          version: 1,
          createdAt: tx.now,
          updatedAt: tx.now,
        })
        await admin.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and datname = current_database()",
        )
        await tx.terms.find('tag', '018ced2a-4000-7000-8000-00000000a001')
      })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Problem)
    expect((failure as Problem).code).toBe('unavailable')
    expect(
      (await admin.query("select count(*)::int as count from tags where slug = 'cut'")).rows[0].count,
    ).toBe(0)
    await http.post(base).set(bearer()).send({ title: 'Next' }).expect(201)
  })

  it('answers 503 within 2 s when another holds the lock, and writes when it is free again', async () => {
    const databaseUrl = await temporaryDatabase()
    const { http } = await startServer({ databaseUrl })
    const holder = await connect(databaseUrl)
    await holder.query('begin')
    await holder.query('select pg_advisory_xact_lock($1)', [advisoryLockKey])
    const { result, ms } = await timed(() => http.post(base).set(bearer()).send({ title: 'Waiting' }))
    expect(result.status).toBe(503)
    expect(result.headers['retry-after']).toBeDefined()
    expect(ms).toBeLessThan(2_500)
    await http.get('/v1/articles').expect(200)
    await holder.query('rollback')
    const { body } = await http.post(base).set(bearer()).send({ title: 'Waiting' }).expect(201)
    expect(body.slug).toBe('waiting')
  })

  it('answers 503 within 2 s when all connections are taken, and recovers', async () => {
    const databaseUrl = await temporaryDatabase()
    const { http, db } = await startServer({ databaseUrl, env: { DATABASE_POOL_SIZE: '2' } })
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const holders = [1, 2].map(() => db.read(() => gate))
    const { result, ms } = await timed(() => http.get('/v1/articles'))
    expect(result.status).toBe(503)
    expect(ms).toBeLessThan(2_500)
    release()
    await Promise.all(holders)
    await http.get('/v1/articles').expect(200)
  })
})

/** A database with all tables on a server that has no template of them. */
async function createDatabase(serverUrl: string) {
  expect(inject('postgresUrl')).toBeDefined()
  const { openPostgres } = await import('../../src/db/open.postgres.ts')
  const database = await createPostgresDatabase(serverUrl, { empty: true })
  const engine = openPostgres(database.url, { maxConnections: 1 })
  await engine.migrate()
  await engine.close()
  return database
}
