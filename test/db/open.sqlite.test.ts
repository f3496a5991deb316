import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { sql } from 'drizzle-orm'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Problem } from '../../src/contract/errors.ts'
import { isForeignKeyViolation } from '../../src/db/constraint.ts'
import { DatabaseError, type Engine, type Query } from '../../src/db/engine.ts'
import { openSqlite } from '../../src/db/open.sqlite.ts'
import { temporaryFolder } from '../support/database.ts'

async function openEngine(path: string): Promise<Engine> {
  const engine = openSqlite(`file:${path}`)
  onTestFinished(() => engine.close())
  await engine.migrate()
  return engine
}

async function openFresh() {
  const path = join(temporaryFolder(), 'copydesk.db')
  return { path, engine: await openEngine(path) }
}

/** A connection as another process would have one. */
function openOther(path: string): Database.Database {
  const other = new Database(path)
  onTestFinished(() => void other.close())
  return other
}

async function pragma(query: Query, name: string): Promise<unknown> {
  const [row] = await query.sql.all<Record<string, unknown>>(sql.raw(`pragma ${name}`))
  return Object.values(row ?? {})[0]
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

const insertSecret = (query: Query, name: string) =>
  query.sql.insert(query.tables.secrets).values({ name, value: Buffer.from(name) })

const secretNames = async (query: Query) =>
  (await query.sql.select().from(query.tables.secrets)).map((row) => row.name)

describe('an open database', () => {
  it('journals ahead, waits for the disk at each commit and checks foreign keys', async () => {
    const { engine } = await openFresh()
    await engine.write(async (query) => {
      expect(await pragma(query, 'journal_mode')).toBe('wal')
      expect(await pragma(query, 'synchronous')).toBe(2)
      expect(await pragma(query, 'foreign_keys')).toBe(1)
      expect(await pragma(query, 'busy_timeout')).toBe(0)
    })
    await engine.snapshot(async (query) => {
      expect(await pragma(query, 'foreign_keys')).toBe(1)
      expect(await pragma(query, 'busy_timeout')).toBe(0)
    })
  })

  it('cannot be written by those that read', async () => {
    const { engine } = await openFresh()
    const error = await failureOf(engine.snapshot(async (query) => insertSecret(query, 'a')))
    expect(error).toMatchObject({ cause: { code: 'SQLITE_READONLY' } })
    expect(await engine.snapshot(secretNames), 'and reading goes on').toEqual([])
  })

  it('refuses a row whose owner does not exist', async () => {
    const { engine } = await openFresh()
    const orphan = engine.write(async ({ sql, tables }) =>
      sql.insert(tables.articleBodies).values({ articleId: 'nobody', body: [] }),
    )
    expect(isForeignKeyViolation(await failureOf(orphan))).toBe(true)
  })

  it('makes the folders of its path', async () => {
    const engine = await openEngine(join(temporaryFolder(), 'new', 'folder', 'copydesk.db'))
    await expect(engine.check()).resolves.toBeUndefined()
  })

  it.each(['with space.db', 'ünï.db', 'percent%20.db', 'question?.db', 'hash#.db'])(
    'has its path after file:, or as a file URL: %s',
    async (name) => {
      const path = join(temporaryFolder(), name)
      for (const url of [`file:${path}`, pathToFileURL(path).href]) {
        await openSqlite(url).close()
        expect(existsSync(path), url).toBe(true)
        for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
      }
    },
  )

  it.each([
    ['a folder', (path: string) => mkdirSync(path), /cannot be opened as a file/],
    ['a text', (path: string) => writeFileSync(path, 'no database '.repeat(500)), /not an SQLite database/],
  ])('is refused with one line when its path is %s', (_name, make, reason) => {
    const path = join(temporaryFolder(), 'copydesk.db')
    make(path)
    const open = () => openSqlite(`file:${path}`)
    expect(open).toThrow(DatabaseError)
    expect(open).toThrow(reason)
    expect(open).toThrow(path)
  })
})

describe('a write', () => {
  it('that fails leaves nothing, and the next one succeeds', async () => {
    const { engine } = await openFresh()
    const failing = engine.write(async (query) => {
      await insertSecret(query, 'half')
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await engine.snapshot(secretNames)).toEqual([])
    await engine.write(async (query) => insertSecret(query, 'whole'))
    expect(await engine.snapshot(secretNames)).toEqual(['whole'])
  })

  it('inside a write throws and says why, and the outer one is rolled back', async () => {
    const { engine } = await openFresh()
    const nested = engine.write(async (query) => {
      await insertSecret(query, 'outer')
      await engine.write(async (inner) => insertSecret(inner, 'inner'))
    })
    await expect(nested).rejects.toThrow('a write transaction was opened inside another one')
    expect(await engine.snapshot(secretNames)).toEqual([])
  })

  it('waits for the one before it', async () => {
    const { engine } = await openFresh()
    const steps: string[] = []
    const write = (name: string) =>
      engine.write(async (query) => {
        steps.push(`${name} begins`)
        await insertSecret(query, name)
        await sleep(5)
        steps.push(`${name} ends`)
      })
    await Promise.all(['a', 'b', 'c'].map(write))
    expect(steps).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]))
  })

  it('that is open holds up no read, and is not seen by any', async () => {
    const { engine } = await openFresh()
    const written = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const writing = engine.write(async (query) => {
      await insertSecret(query, 'a')
      written.resolve()
      await mayEnd.promise
    })
    await written.promise
    expect(await engine.snapshot(secretNames)).toEqual([])
    mayEnd.resolve()
    await writing
    expect(await engine.snapshot(secretNames)).toEqual(['a'])
  })

  it('that is under way when the database is closed is finished first', async () => {
    const path = join(temporaryFolder(), 'copydesk.db')
    const engine = openSqlite(`file:${path}`)
    await engine.migrate()
    const writing = engine.write(async (query) => {
      await sleep(20)
      await insertSecret(query, 'last')
    })
    await engine.close()
    await writing
    expect(openOther(path).prepare('select name from secrets').pluck().all()).toEqual(['last'])
  })
})

describe('a snapshot', () => {
  it('sees one state, whatever is written meanwhile', async () => {
    const { engine, path } = await openFresh()
    const other = openOther(path)
    await engine.write(async (query) => insertSecret(query, 'a'))
    const seen = await engine.snapshot(async (query) => {
      const before = await secretNames(query)
      await engine.write(async (writing) => insertSecret(writing, 'b'))
      other.prepare("insert into secrets values ('c', x'00')").run()
      return [before, await secretNames(query)]
    })
    expect(seen).toEqual([['a'], ['a']])
    expect(await engine.snapshot(secretNames)).toEqual(['a', 'b', 'c'])
  })

  it('that fails lets the next one see what is new', async () => {
    const { engine } = await openFresh()
    const failing = engine.snapshot(async (query) => {
      await secretNames(query)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await engine.write(async (query) => insertSecret(query, 'a'))
    expect(await engine.snapshot(secretNames)).toEqual(['a'])
  })

  it('that is slow holds up no write', async () => {
    const { engine } = await openFresh()
    const mayEnd = Promise.withResolvers<void>()
    const slow = engine.snapshot(async (query) => {
      await secretNames(query)
      await mayEnd.promise
    })
    await engine.write(async (query) => insertSecret(query, 'a'))
    mayEnd.resolve()
    await slow
    expect(await engine.snapshot(secretNames)).toEqual(['a'])
  })
})

describe('a database that another process has locked', () => {
  it('makes a write fail as unavailable after about two seconds, without holding the process', async () => {
    const { engine, path } = await openFresh()
    const other = openOther(path)
    other.exec('BEGIN IMMEDIATE')
    let ticks = 0
    const ticking = setInterval(() => {
      ticks += 1
    }, 20)
    onTestFinished(() => clearInterval(ticking))
    const start = performance.now()
    const error = await failureOf(engine.write(async (query) => insertSecret(query, 'a')))
    const took = performance.now() - start
    expect(error).toBeInstanceOf(Problem)
    expect(error).toMatchObject({ code: 'unavailable', status: 503 })
    expect(took).toBeGreaterThan(1_500)
    expect(took).toBeLessThan(3_000)
    expect(ticks, 'timers went on').toBeGreaterThan(50)
    expect(await engine.snapshot(secretNames), 'reads went on').toEqual([])

    other.exec('ROLLBACK')
    await engine.write(async (query) => insertSecret(query, 'b'))
    expect(await engine.snapshot(secretNames)).toEqual(['b'])
  })

  it('is written as soon as the lock goes', async () => {
    const { engine, path } = await openFresh()
    const other = openOther(path)
    other.exec('BEGIN IMMEDIATE')
    const writing = engine.write(async (query) => insertSecret(query, 'a'))
    await sleep(300)
    other.exec('COMMIT')
    await writing
    expect(await engine.snapshot(secretNames)).toEqual(['a'])
  })

  it('is opened and migrated all the same once the lock goes', async () => {
    const { path } = await openFresh()
    const other = openOther(path)
    other.exec('BEGIN IMMEDIATE')
    const engine = openSqlite(`file:${path}`)
    onTestFinished(() => engine.close())
    expect(await engine.migrate()).toEqual({ applied: [] })
    await expect(engine.check()).resolves.toBeUndefined()
    other.exec('COMMIT')
  })
})
