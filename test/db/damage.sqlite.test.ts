import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DatabaseError, type Engine } from '../../src/db/engine.ts'
import { openSqlite } from '../../src/db/open.sqlite.ts'
import { temporaryFolder } from '../support/database.ts'
import { startServer } from '../support/server.ts'

const pageBytes = 4_096
const frameBytes = pageBytes + 24
const names = Array.from({ length: 12 }, (_, index) => `secret-${String(index).padStart(2, '0')}`)

/** Values of several pages each, so that every commit has several frames. */
const bytesOf = (name: string) => Buffer.from(name.repeat(1_000))

async function namesIn(engine: Engine): Promise<string[]> {
  const rows = await engine.snapshot(async ({ sql, tables: t }) => sql.select().from(t.secrets))
  for (const { name, value } of rows) expect(Buffer.from(value).equals(bytesOf(name)), name).toBe(true)
  return rows.map(({ name }) => name).sort()
}

/** A database whose newest commits are in its log alone, as a process that was killed leaves it. */
async function killedDatabase() {
  const folder = temporaryFolder()
  const path = join(folder, 'copydesk.db')
  const engine = openSqlite(`file:${path}`)
  onTestFinished(() => engine.close())
  await engine.migrate()
  const other = new Database(path)
  onTestFinished(() => void other.close())
  other.pragma('wal_checkpoint(TRUNCATE)')
  for (const name of names)
    await engine.write(({ sql, tables: t }) => sql.insert(t.secrets).values({ name, value: bytesOf(name) }))
  const copy = join(folder, 'copy.db')
  const walBytes = statSync(`${path}-wal`).size
  return {
    walBytes,
    /** Makes a fresh copy of both files, lets `damage` at them, and answers what a start finds. */
    async afterDamage(damage: (copy: string) => void): Promise<string[]> {
      for (const end of ['', '-wal', '-shm']) rmSync(`${copy}${end}`, { force: true })
      copyFileSync(path, copy)
      copyFileSync(`${path}-wal`, `${copy}-wal`)
      damage(copy)
      const opened = openSqlite(`file:${copy}`)
      try {
        await opened.migrate()
        return await namesIn(opened)
      } finally {
        await opened.close()
        const check = new Database(copy, { readonly: true })
        expect(check.pragma('integrity_check', { simple: true })).toBe('ok')
        check.close()
      }
    },
  }
}

describe('a log of SQLite', () => {
  it('that ends anywhere in its last frames gives whole commits, and none but the last are lost', async () => {
    const { walBytes, afterDamage } = await killedDatabase()
    const seen = new Set<number>()
    for (let lost = 0; lost < 12 * frameBytes; lost += 487) {
      const found = await afterDamage((copy) => truncateSync(`${copy}-wal`, walBytes - lost))
      expect(found, `${lost} bytes lost`).toEqual(names.slice(0, found.length))
      seen.add(found.length)
    }
    expect(Math.max(...seen)).toBe(names.length)
    expect(seen.size).toBeGreaterThan(2)
  })

  it('of which a byte has changed gives the whole commits before it', async () => {
    const { walBytes, afterDamage } = await killedDatabase()
    for (let place = 40; place < walBytes; place += Math.ceil(walBytes / 40)) {
      const found = await afterDamage((copy) => {
        const bytes = readFileSync(`${copy}-wal`)
        bytes[place] = ~(bytes[place] ?? 0) & 0xff
        writeFileSync(`${copy}-wal`, bytes)
      })
      expect(found, `byte ${place}`).toEqual(names.slice(0, found.length))
    }
  })

  it('that is gone leaves what was in the file itself', async () => {
    const { afterDamage } = await killedDatabase()
    expect(await afterDamage((copy) => rmSync(`${copy}-wal`))).toEqual([])
  })

  it('does not stay large when a reader that kept it from shrinking is over', async () => {
    const path = join(temporaryFolder(), 'copydesk.db')
    const engine = openSqlite(`file:${path}`)
    onTestFinished(() => engine.close())
    await engine.migrate()
    let filling = 0
    const put = () =>
      engine.write(({ sql, tables: t }) => {
        filling += 1
        const value = Buffer.alloc(4 * 1024 * 1024, filling)
        return sql
          .insert(t.secrets)
          .values({ name: 'large', value })
          .onConflictDoUpdate({ target: t.secrets.name, set: { value } })
      })
    await put()
    const other = new Database(path, { readonly: true })
    onTestFinished(() => void other.close())
    other.exec('BEGIN')
    other.prepare('select count(*) from secrets').get()
    for (let count = 0; count < 20; count += 1) await put()
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(70 * 1024 * 1024)
    other.exec('COMMIT')
    for (let count = 0; count < 3; count += 1) await put()
    expect(statSync(`${path}-wal`).size).toBeLessThanOrEqual(64 * 1024 * 1024)
  })
})

describe('a database file', () => {
  it('that is damaged is never read as if it were whole, and the server goes on', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'copydesk.db')
    const whole = await startServer({ databaseUrl: `file:${path}`, seeded: true })
    const { text } = await whole.http.get('/v1/articles?include=body').expect(200)
    await whole.app.close()
    await whole.engine.close()
    const bytes = readFileSync(path)
    const pages = bytes.length / pageBytes
    let noticed = 0
    for (let page = 0; page < pages; page += Math.ceil(pages / 8)) {
      const copy = join(folder, `${page}.db`)
      writeFileSync(copy, Buffer.from(bytes).fill(0xff, page * pageBytes, (page + 1) * pageBytes))
      try {
        const { http } = await startServer({ databaseUrl: `file:${copy}`, env: { LOG_LEVEL: 'silent' } })
        const answer = await http.get('/v1/articles?include=body')
        if (answer.status === 200) expect(answer.text, `page ${page}`).toBe(text)
        else {
          expect([500, 503], `page ${page}`).toContain(answer.status)
          expect(answer.headers['content-type']).toBe('application/problem+json')
          noticed += 1
        }
        await http.get('/healthz').expect(200)
      } catch (error) {
        if (!(error instanceof DatabaseError) && !isCorrupt(error)) throw error
        noticed += 1
      }
    }
    expect(noticed).toBeGreaterThan(0)
  })
})

function isCorrupt(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && String(cause.code).startsWith('SQLITE_')) return true
  return false
}
