import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readMigrations } from '../../src/db/migrate.ts'
import { makeOld } from '../search/raw.ts'
import { engineName, temporaryDatabase } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { callProgram } from '../support/process.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import { folderOf } from './migrations.ts'

/**
 * What one newsroom had in its database at each migration that was ever the newest: a file for each, beside this one.
 * They hold the same, but for what a version did not know yet, and must come to the same. One for a new migration is
 * written from the rows of the one before.
 */
const folder = new URL('upgrades/', import.meta.url)
const files = readdirSync(folder).sort()
const newest = files.length - 1
const startedAt = '2026-01-01T09:00:00.000Z'
const now = Date.parse(startedAt)

const article = '/v1/articles/harbour-bridge-open-again'
const paths = [
  ...[
    '/v1/articles?limit=10',
    '/v1/articles?section=city&tag=transport&author=jane-roe&language=ar&sort=title',
  ],
  ...[
    `${article}?body=html`,
    `${article}/related`,
    '/v1/articles/harbour-bridge-reopens',
    '/v1/articles/ferry-strike',
  ],
  ...[
    '/v1/tags',
    '/v1/authors',
    '/manage/v1/articles?sort=title',
    '/manage/v1/tokens',
    '/manage/v1/ad-placements',
  ],
]

interface Upgraded {
  readonly answers: Readonly<Record<string, unknown>>
  /** The rows of each table that has any. */
  readonly tables: ReadonlyMap<string, readonly string[]>
}

async function upgrade(count: number): Promise<Upgraded> {
  const databaseUrl = await temporaryDatabase({ empty: true })
  const content = readFileSync(new URL(files[count] ?? '', folder), 'utf8')
  // Where numbers are written, PostgreSQL does not count them.
  const counted = "select setval(pg_get_serial_sequence('changes', 'seq'), max(seq)) from changes;"
  await makeOld(databaseUrl, count + 1, engineName === 'sqlite' ? content : content + counted)
  const server = await startServer({ databaseUrl, clock: now })
  const tables = tablesIn(await dump(server.engine))
  const answers = await answersOf(server)
  await expectToGoOn(server)
  // The indexes for searches are made in the background.
  await expect.poll(() => troublesOf(databaseUrl), { timeout: 20_000 }).toEqual([])
  return { tables, answers }
}

/** But for what every database draws for itself, and what the schedule puts right. */
function tablesIn(rows: string): ReadonlyMap<string, readonly string[]> {
  const kept = rows
    .split('\n')
    .map((row) => row.replace(/"revision":"[^"]*"|"nextEdgeAt":("[^"]*"|null)/g, '"own":0'))
    .filter((row) => !row.startsWith('secrets ') && !(row.startsWith('changes ') && row.includes(startedAt)))
  return Map.groupBy(kept.sort(), (row) => row.slice(0, row.indexOf(' ')))
}

async function answersOf({ http }: TestServer): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {}
  for (const path of paths) {
    const { status, text, headers } = await http.get(path).set(path.startsWith('/manage') ? bearer() : {})
    const own = text.replace(/"(token|requestId|clickUrl)":"[^"]*"/g, '"own":0')
    answers[path] = [status, headers.location, own]
  }
  return answers
}

/** What is there is found and can be changed, and the change log goes on. */
async function expectToGoOn({ http }: TestServer): Promise<void> {
  const found = async () => (await http.get('/v1/articles?q=bridge')).body.data?.length
  await expect.poll(found, { timeout: 20_000 }).toBe(1)
  const { body } = await http.get('/manage/v1/articles?q=mayor').set(bearer()).expect(200)
  const { id } = body.data[0]
  await http.post(`/manage/v1/articles/${id}/publish`).set(bearer()).expect(200)
  expect((await http.get(article)).body.title).toBe('Harbour bridge reopens, says the mayor')
}

/** The checks of `doctor` that find anything wrong; its look at the tools of the machine aside. */
async function troublesOf(databaseUrl: string): Promise<string[]> {
  const { stdout } = await callProgram(['doctor', '--json'], { DATABASE_URL: databaseUrl })
  const { checks } = JSON.parse(stdout) as { checks: readonly { name: string; left: number }[] }
  return checks.flatMap(({ name, left }) => (left === 0 ? [] : [name]))
}

let expected: Upgraded

it('there is a newsroom of each migration', () => {
  expect(files).toEqual(readMigrations(folderOf(engineName)).map(({ name }) => `${name}.sql`))
})

it('a newsroom of the newest version is read', async () => {
  expected = await upgrade(newest)
  const { answers, tables } = expected
  expect(JSON.stringify(answers['/v1/articles?limit=10']).match(/readingTimeMinutes/g)).toHaveLength(2)
  expect(JSON.stringify(answers[`${article}?body=html`])).toContain('Electric Scooter X')
  expect(answers['/v1/articles/harbour-bridge-reopens']).toEqual([308, article, ''])
  expect(answers['/v1/articles/ferry-strike']).toEqual([410, undefined, expect.any(String)])
  expect(tables.size).toBeGreaterThan(30)
})

it.each(files.slice(0, newest).map((file, count) => [file, count] as const))(
  'a newsroom of %s comes to the same, but for what that version did not have',
  async (_file, count) => {
    const { answers, tables } = await upgrade(count)
    // The first version did not keep what had made a version of an article.
    const plain = (row: string) => (count === 0 ? row.replace(/"type":"article\.\w+"/, '') : row)
    expect(answers).toEqual(expected.answers)
    for (const [name, rows] of tables)
      if (name === 'changes') expect(expected.tables.get(name)).toEqual(expect.arrayContaining([...rows]))
      else expect(rows.map(plain)).toEqual(expected.tables.get(name)?.map(plain))
    expect(tables.size).toBeGreaterThan(count < 1 ? 22 : 23)
  },
)
