import { createHash } from 'node:crypto'
import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { expect, it } from 'vitest'
import { fill } from '../../bench/filling/fill.ts'
import { openMoveSource } from '../../src/db/move-end.ts'
import { openDatabase } from '../../src/db/open.ts'
import { tablesInOrder } from '../../src/db/table-order.ts'
import { archiveOf } from '../../src/exports/archive.ts'
import { moveDatabase } from '../../src/moving/move.ts'
import { createDb, type Db } from '../../src/store/index.ts'
import { temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { callProgram, startProgram } from '../support/process.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { createCanaries } from '../sweep/canaries.ts'
import { writesOf } from '../sweep/write.ts'
import { fillZoo } from '../sweep/zoo.ts'

/** How many articles are moved beside one of every kind of thing. */
const articles = Number(process.env.MOVE_ARTICLES ?? 30)
const now = Date.parse('2026-01-01T00:00:00Z')
const limitMs = 60_000 + 100 * articles

const newFile = () => `file:${join(temporaryFolder(), 'moved.db')}`
const newPostgres = () => temporaryDatabase({ empty: true })
const start = (databaseUrl: string) => startServer({ databaseUrl, clock: now })
const moveTo = (to: string, from: string) => callProgram(['move', '--to', to], { DATABASE_URL: from })

const isSmall = articles <= 1_000

/** Everything; of many articles their export, which is read piece by piece. */
const rowsOf = ({ engine }: TestServer) => (isSmall ? dump(engine) : hashOfExport(createDb(engine)))

async function hashOfExport(db: Db): Promise<string> {
  const snapshot = await db.openSnapshot()
  const hash = createHash('sha256')
  for await (const { bytes } of archiveOf(snapshot.reader)) hash.update(bytes)
  await snapshot.close()
  return hash.digest('hex')
}

function emptyTablesIn(rows: string): string[] {
  const filled = new Set(rows.split('\n').map((row) => row.split(' ', 1)[0]))
  return tablesInOrder().flatMap(({ name }) => (filled.has(name) ? [] : [name]))
}

/** A file with something in every table. */
async function makeSource(): Promise<{ url: string; server: TestServer }> {
  const url = newFile()
  const server = await start(url)
  const write = writesOf(server)
  const { shown } = await fillZoo(write, createCanaries(), now)
  await fill(server.engine, { articles, seed: 5, until: now, span: 90 * 86_400_000 })
  await write('POST', '/sellers', {
    ...{ kind: 'variable', files: ['ads.txt'], variable: 'CONTACT', value: 'ads@news.example' },
  })
  await server.http
    .post('/manage/v1/articles')
    .set({ ...bearer(), 'idempotency-key': 'once' })
    .send({ title: 'Once' })
  const at = new Date(now).toISOString()
  await server.engine.write(async ({ sql, tables }) => {
    await sql.insert(tables.oldPaths).values({ path: '/2020/bridge', articleId: shown.id })
    await sql
      .insert(tables.adPauses)
      .values({ articleId: shown.id, pausedAt: at, pausedBy: { type: 'system' } as never })
      .onConflictDoNothing()
    await sql.insert(tables.adEventsSeen).values({ key: 'a', seenAt: at, repeatsUntil: at })
    await sql.insert(tables.adCounts).values({
      ...{
        day: '2026-01-01',
        placementId: 'p',
        slotId: 's',
        articleId: '',
        impressions: 3,
        viewable: 2,
        clicks: 1,
      },
    })
    await sql.insert(tables.adTotals).values({ placementId: 'p', impressions: 3 })
    await sql.insert(tables.importSources).values({
      ...{
        system: 'ghost',
        externalId: '1',
        articleId: shown.id,
        sourceHash: 'h',
        placementIds: [],
        importedAt: at,
      },
    })
  })
  return { url, server }
}

/** What readers and editors are answered. */
async function answersOf(server: TestServer): Promise<Record<string, unknown>> {
  const { http } = server
  const { body: list } = await http.get('/v1/articles?limit=100')
  const slugs: string[] = list.data.map(({ slug }: { slug: string }) => slug)
  const paths = [
    ...['/v1/articles?limit=100', '/v1/articles?q=the&sort=title&limit=50'],
    ...['/v1/changes?limit=100', '/v1/sections', '/v1/tags', '/v1/collections/front-page', '/ads.txt'],
    ...['/feeds/articles.rss', '/sitemaps/index.xml', '/v1/resolve?path=/2020/bridge'],
    ...slugs.slice(0, 40).map((slug) => `/v1/articles/${slug}`),
    ...['/manage/v1/articles?sort=title&q=bridge', '/manage/v1/tokens', '/manage/v1/events?limit=100'],
  ]
  return ask(server, paths)
}

/**
 * What is found, by rank: the two databases rank each in its own way. The cursor has the number of an entry in the index,
 * which counts anew.
 */
async function ranksOf(server: TestServer): Promise<unknown[]> {
  const paths = ['/v1/articles?q=the&limit=50', '/manage/v1/articles?q=bridge']
  return Object.values(await ask(server, paths)).map((answer) => JSON.parse(String(answer)).data)
}

async function ask({ http }: TestServer, paths: readonly string[]): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {}
  for (const path of paths) {
    const { status, text } = await http.get(path).set(path.startsWith('/manage') ? bearer() : {})
    // Errors have the id of their request.
    answers[path] = status === 200 ? text : status
  }
  return answers
}

it('moves everything to PostgreSQL and back, and readers are answered the same', {
  timeout: limitMs,
}, async () => {
  const { url, server } = await makeSource()
  const rows = await rowsOf(server)
  if (isSmall) expect(emptyTablesIn(rows)).toEqual(['imports'])
  const answers = await answersOf(server)
  const ranks = await ranksOf(server)
  expect(Object.values(answers).filter((answer) => typeof answer === 'string').length).toBeGreaterThan(25)

  const postgres = await newPostgres()
  const there = await moveTo(postgres, url)
  expect(there).toMatchObject({ code: 0, stderr: '' })
  expect(there.stdout).toMatch(
    /^moved \d+ rows of \d+ tables from .* up to change \d+, in .*every row was compared\n/,
  )
  expect(there.stdout).not.toContain('copydesk:copydesk')
  if (!isSmall) process.stdout.write(there.stdout)
  const moved = await start(postgres)
  expect(await rowsOf(moved)).toBe(rows)
  expect(await answersOf(moved)).toEqual(answers)

  const file = newFile()
  const back = await moveTo(file, postgres)
  expect(back).toMatchObject({ code: 0, stderr: '' })
  if (!isSmall) process.stdout.write(back.stdout)
  const returned = await start(file)
  expect(await rowsOf(returned)).toBe(rows)
  expect(await answersOf(returned)).toEqual(answers)
  expect(await ranksOf(returned)).toEqual(ranks)

  // The numbers of the change log go on, and no search lacks what was indexed.
  for (const one of [moved, returned]) {
    const { id } = await writesOf(one)('POST', '/articles', { title: 'After the move' })
    await one.http.post(`/manage/v1/articles/${id}/publish`).set(bearer()).expect(200)
    const { body } = await one.http.get('/v1/articles?q=%22after%20the%20move%22').expect(200)
    expect(body.data).toHaveLength(1)
  }
})

it('goes on where it broke off, wherever that was, and nobody uses the target before', {
  timeout: limitMs,
}, async () => {
  const { url, server } = await makeSource()
  const rows = await rowsOf(server)
  for (const to of [await newPostgres(), newFile()]) {
    let calls = 0
    let breaks = 0
    const breakAt = (call: number) =>
      moveDatabase({
        ...{ from: url, to },
        onProgress() {
          calls += 1
          if (calls < call) return
          calls = 0
          breaks += 1
          throw new Error('broken here')
        },
      })
    await expect(breakAt(5)).rejects.toThrow('the move broke off: broken here; run it again')
    const engine = await openDatabase({ databaseUrl: to, databasePoolSize: 2 })
    await expect(engine.migrate()).rejects.toThrow('a move into the database was not finished')
    await engine.close()
    expect((await moveTo(to, await filledElsewhere())).stderr).toContain('holds a part of another move')
    // Further with each try.
    for (let call = 6; ; call += Math.ceil(0.3 * articles)) {
      const moved = await breakAt(call).catch((error: Error) => {
        if (!error.message.includes('broken here')) throw error
      })
      calls = 0
      if (moved) break
    }
    expect(breaks).toBeGreaterThan(4)
    expect(await rowsOf(await start(to))).toBe(rows)
  }

  async function filledElsewhere(): Promise<string> {
    const other = newFile()
    await start(other)
    return other
  }
})

it('goes on after it was killed', { timeout: limitMs }, async () => {
  const { url, server } = await makeSource()
  const to = await newPostgres()
  const env = { DATABASE_URL: url }
  const program = startProgram(['move', '--to', to], env, { limitMs })
  const client = new pg.Client({ connectionString: to })
  await client.connect()
  const begun = () =>
    client.query('select 1 from revisions limit 1').then(
      ({ rowCount }) => rowCount === 1,
      () => false,
    )
  while (!(await begun())) expect([program.child.exitCode, program.stderr()]).toEqual([null, ''])
  const { signal } = await program.stop('SIGKILL')
  await client.end()
  expect(signal).toBe('SIGKILL')

  const { code, stdout, stderr } = await moveTo(to, url)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/, \d+ of them now, up to change/)
  expect(await rowsOf(await start(to))).toBe(await rowsOf(server))
})

it('keeps others from writing to the source, not from reading it', async () => {
  for (const url of [newFile(), await newPostgres()]) {
    const { http } = await start(url)
    const write = () => http.post('/manage/v1/articles').set(bearer()).send({ title: 'Meanwhile' })
    const source = await openMoveSource(url)
    const [written, read] = await Promise.all([write(), http.get('/v1/articles')])
    expect([written.status, read.status]).toEqual([503, 200])
    await source.close()
    await write().expect(201)
  }
})

it('refuses what it cannot move into, and never tells a password', async () => {
  const { url } = await makeSource()
  const [used, served] = [await newPostgres(), newFile()]
  await start(used)
  await start(served)
  const refusals = {
    [used]: 'is not empty; name an empty database',
    [served]: 'it is in use; stop every server that has it open',
    'postgres://someone:hunter2@127.0.0.1:1/nowhere': 'cannot use the database 127.0.0.1:1/nowhere:',
    'mysql://someone:hunter2@db.example/x': '--to must be file:<path> or postgres://',
  }
  for (const [to, reason] of Object.entries(refusals)) {
    const { code, stdout, stderr } = await moveTo(to, url)
    expect([code, stderr]).toEqual([1, expect.stringContaining(reason)])
    expect(stdout + stderr).not.toContain('hunter2')
  }
  expect((await moveTo(newFile(), newFile())).stderr).toContain('there is no database at')
})
