// `npm run bench:import -- --articles 100000`: imports NDJSON at the command line while a server delivers from the same
// database, and compares the rate with the raw driver, which inserts the same rows in batches.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import pg from 'pg'
import { documentOf, type SearchedContent } from '../src/search/document.ts'
import { startServer } from './server-process.ts'

const { values } = parseArgs({
  options: {
    articles: { type: 'string', default: '100000' },
    /** A PostgreSQL that may be filled; SQLite in a temporary folder when absent. */
    database: { type: 'string' },
    /** Requests a second that the server answers meanwhile. */
    rate: { type: 'string', default: '200' },
    drafts: { type: 'boolean', default: false },
    /** Given by this script to itself: inserts what `database` holds by the raw driver, and tells the seconds. */
    raw: { type: 'boolean', default: false },
  },
})
const articles = Number(values.articles)
const launch = fileURLToPath(new URL('../src/launch.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'copydesk-bench-import-'))
const databaseUrl = values.database ?? `file:${join(folder, 'import.db')}`
const env = { ...process.env, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' }

/** An article of some 2,500 characters, in the form in which editors write them. */
function lineOf(number: number): string {
  const sentence = `Story ${number} tells of the harbour, of ships and of the bridge that was closed in the night. `
  const block = (text: string) => ({ _type: 'block', style: 'normal', children: [{ _type: 'span', text }] })
  return JSON.stringify({
    type: 'article',
    title: `Story number ${number} of the archive`,
    slug: `story-${number}`,
    status: values.drafts ? 'draft' : 'published',
    publishedAt: new Date(Date.UTC(2010, 0, 1) + number * 3_000_000).toISOString(),
    section: `Section ${number % 12}`,
    tags: [`Tag ${number % 300}`, `Tag ${(number * 7) % 300}`],
    authors: [`Author ${number % 80}`],
    externalIds: { archive: String(number) },
    body: Array.from({ length: 5 }, (_, index) => block(`${index} ${sentence.repeat(5)}`)),
  })
}

async function writeArchive(path: string): Promise<void> {
  const file = createWriteStream(path)
  for (let number = 1; number <= articles; number += 1)
    if (!file.write(`${lineOf(number)}\n`)) await once(file, 'drain')
  file.end()
  await once(file, 'finish')
}

interface Imported {
  readonly seconds: number
  readonly peakMb: number
}

async function importArchive(path: string): Promise<Imported> {
  const start = performance.now()
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=8', launch, 'import', ...(values.drafts ? [] : ['--publish']), path],
    {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  let peakMb = 0
  const watch = setInterval(() => {
    try {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
      peakMb = Math.max(peakMb, Number(kilobytes ?? 0) / 1_024)
    } catch {
      // It has ended.
    }
  }, 250)
  const [code] = (await once(child, 'exit')) as [number]
  clearInterval(watch)
  if (code !== 0) throw new Error(`the import ended with ${code}`)
  return { seconds: (performance.now() - start) / 1_000, peakMb }
}

/** Asks at a fixed rate until it is told to stop; answers the 99th percentile in milliseconds. */
async function deliveryP99(origin: string, isOver: () => boolean): Promise<number> {
  const times: number[] = []
  const waiting: Promise<void>[] = []
  const gap = 1_000 / Number(values.rate)
  const begin = performance.now()
  for (let sent = 0; !isOver(); sent += 1) {
    const due = begin + sent * gap
    const early = due - performance.now()
    if (early > 0) await sleep(early)
    const start = performance.now()
    const path =
      sent % 2 === 0 ? '/v1/articles?limit=20' : '/v1/articles/anthony-blinken-the-return-and-israel'
    waiting.push(
      fetch(`${origin}${path}`).then(async (response) => {
        await response.arrayBuffer()
        times.push(performance.now() - start)
      }),
    )
  }
  await Promise.all(waiting)
  times.sort((one, other) => one - other)
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN
}

const batchRows = 1_000

/** Inserts every row of every table into an empty copy of the tables; answers the seconds. */
async function rawSeconds(): Promise<number> {
  return databaseUrl.startsWith('file:')
    ? rawSqlite(databaseUrl.slice('file:'.length))
    : rawPostgres(databaseUrl)
}

function rawSqlite(path: string): number {
  const from = new Database(path, { readonly: true })
  const into = new Database(join(folder, 'raw.db'))
  into.pragma('journal_mode = WAL')
  into.pragma('synchronous = FULL')
  const objects = from
    .prepare("select type, name, sql from sqlite_schema where sql is not null and name not like 'sqlite_%'")
    .all() as { type: string; name: string; sql: string }[]
  // The tables behind a virtual one are filled through it.
  const virtual = objects.filter(({ sql }) => /^create virtual/i.test(sql)).map(({ name }) => name)
  const isShadow = (name: string) => virtual.some((table) => name.startsWith(`${table}_`))
  for (const { name, sql } of objects) if (!isShadow(name)) into.exec(sql)
  into.pragma('foreign_keys = off')
  let seconds = 0
  for (const { type, name } of objects) {
    if (type !== 'table' || isShadow(name)) continue
    const columns = (from.pragma(`table_info("${name}")`) as { name: string }[]).map(
      (column) => `"${column.name}"`,
    )
    const isWords = virtual.includes(name)
    const listed = isWords ? ['rowid', ...columns] : columns
    const rowsOf = isWords
      ? indexedWords(from, name)
      : (from
          .prepare(`select ${listed.join(',')} from "${name}"`)
          .raw()
          .iterate() as Iterable<unknown[]>)
    const insert = into.prepare(
      `insert into "${name}" (${listed.join(',')}) values (${listed.map(() => '?').join(',')})`,
    )
    const write = into.transaction((rows: unknown[][]) => {
      for (const row of rows) insert.run(...row)
    })
    let rows: unknown[][] = []
    const flush = () => {
      const start = performance.now()
      write(rows)
      seconds += (performance.now() - start) / 1_000
      rows = []
    }
    for (const row of rowsOf) if (rows.push(row) >= batchRows) flush()
    flush()
  }
  return seconds
}

/** Rows of a full-text table, which keeps no text: made of the articles again. */
function* indexedWords(from: Database.Database, name: string): Generator<unknown[]> {
  const index = name.replace(/_words$/, '')
  const [articles, bodies] =
    index === 'article_search' ? ['articles', 'article_bodies'] : ['published_articles', 'published_bodies']
  const rows = from
    .prepare(
      `select s.number, a.title, a.subtitle, a.excerpt, a.slug, b.body from ${index} s
        join ${articles} a on a.id = s.article_id join ${bodies} b on b.article_id = a.id order by s.number`,
    )
    .iterate() as Iterable<Omit<SearchedContent, 'body'> & { number: number; body: string }>
  for (const { number, body, ...article } of rows) {
    const { title, lead, body: text } = documentOf({ ...article, body: JSON.parse(body) })
    yield [number, title.join(' '), lead.join(' '), text.join(' ')]
  }
}

async function rawPostgres(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'raw_%'",
  )
  let seconds = 0
  for (const { name } of tables) {
    await client.query(`drop table if exists raw_${name}`)
    await client.query(`create table raw_${name} (like ${name} including indexes including defaults)`)
    const { rows: columns } = await client.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
      [name],
    )
    const listed = columns.map((column) => `"${column.name}"`).join(',')
    const { rows } = await client.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`)
    for (let from = 0; from < rows.length; from += batchRows) {
      const batch = `[${rows
        .slice(from, from + batchRows)
        .map(({ row }) => row)
        .join(',')}]`
      const start = performance.now()
      await client.query(
        `insert into raw_${name} (${listed}) select ${listed} from json_populate_recordset(null::${name}, $1::json)`,
        [batch],
      )
      seconds += (performance.now() - start) / 1_000
    }
    await client.query(`drop table raw_${name}`)
  }
  await client.end()
  return seconds
}

/** The seconds that the raw driver takes, in a process of its own: it would hold up the requests of this one. */
async function rawMeanwhile(): Promise<number> {
  const script = fileURLToPath(import.meta.url)
  const child = spawn(process.execPath, [script, '--raw', '--database', databaseUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [[code], told] = await Promise.all([once(child, 'exit'), text(child.stdout)])
  if (code !== 0) throw new Error(`the raw driver ended with ${code}`)
  return Number(told)
}

/** Runs work while the server is asked, and answers how long the requests took beside it. */
async function whileAsked<T>(
  origin: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly p99: number }> {
  let isOver = false
  const asking = deliveryP99(origin, () => isOver)
  const result = await work()
  isOver = true
  return { result, p99: await asking }
}

async function compare(): Promise<void> {
  const path = join(folder, 'archive.ndjson')
  await writeArchive(path)
  const server = await startServer({
    script: 'src/launch.mjs',
    args: () => ['serve', '--seed'],
    env: (port) => ({ DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn', PORT: String(port) }),
    firstPath: '/v1/articles',
  })
  const quiet = await whileAsked(server.origin, () => sleep(5_000))
  const imported = await whileAsked(server.origin, () => importArchive(path))
  const raw = await whileAsked(server.origin, rawMeanwhile)
  await server.stop()
  const { seconds, peakMb } = imported.result
  const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(44)} ${value}\n`)
  const rate = (took: number) =>
    `${articles} in ${took.toFixed(1)} s, ${Math.round(articles / took)} a second`
  line('articles imported', rate(seconds))
  line('the same rows by the raw driver', rate(raw.result))
  line('import against the raw driver (0.3 at least)', (raw.result / seconds).toFixed(2))
  line('most memory of the import (300 MB at most)', `${Math.round(peakMb)} MB`)
  line('p99 of delivery, quiet and meanwhile', `${quiet.p99.toFixed(1)} ms, ${imported.p99.toFixed(1)} ms`)
}

try {
  if (values.raw) process.stdout.write(String(await rawSeconds()))
  else await compare()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
