import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DatabaseError } from '../../src/db/engine.ts'
import { sqliteMigrations } from '../../src/db/migrate.sqlite.ts'
import { type Migration, migrate, readMigrations } from '../../src/db/migrate.ts'
import { openSqlite } from '../../src/db/open.sqlite.ts'
import { temporaryFolder } from '../support/database.ts'
import { runProgram } from '../support/process.ts'
import { folderOf } from './migrations.ts'

const migrations = readMigrations(folderOf('sqlite'))
const firstName = migrations[0]?.name ?? ''

function openFile(path = join(temporaryFolder(), 'copydesk.db')): Database.Database {
  const connection = new Database(path)
  connection.pragma('foreign_keys = ON')
  onTestFinished(() => void connection.close())
  return connection
}

function schemaOf(connection: Database.Database): unknown[] {
  return connection.prepare('select type, name, tbl_name, sql from sqlite_schema order by type, name').all()
}

const namesOf = (connection: Database.Database) =>
  connection.prepare('select name from migrations order by name').pluck().all()

const made = (name: string, ...statements: string[]): Migration => ({
  name,
  hash: `hash of ${name}`,
  statements,
})

async function expectUpToDate(path: string): Promise<void> {
  const engine = openSqlite(`file:${path}`)
  expect(await engine.migrate()).toEqual({ applied: [] })
  await expect(engine.check()).resolves.toBeUndefined()
  await engine.close()
}

describe('migrations', () => {
  it('are numbered from 0000 without a gap, and each is read as statements that are not empty', () => {
    expect(migrations.length).toBeGreaterThan(0)
    for (const [index, migration] of migrations.entries()) {
      expect(migration.name).toMatch(new RegExp(`^${String(index).padStart(4, '0')}_\\w+$`))
      expect(migration.statements.length).toBeGreaterThan(0)
    }
  })

  it.each(migrations.map((_migration, count) => [count] as const))(
    'give the same tables when a database of %i migrations is upgraded as when a new one is made',
    async (count) => {
      const whole = openFile()
      await migrate(sqliteMigrations(whole), migrations)
      const upgraded = openFile()
      await migrate(sqliteMigrations(upgraded), migrations.slice(0, count))
      const report = await migrate(sqliteMigrations(upgraded), migrations)
      expect(report.applied).toEqual(migrations.slice(count).map((migration) => migration.name))
      expect(schemaOf(upgraded)).toEqual(schemaOf(whole))
      expect(schemaOf(whole).length).toBeGreaterThan(20)
      expect(upgraded.pragma('integrity_check', { simple: true })).toBe('ok')
      expect(upgraded.pragma('foreign_key_check')).toEqual([])
      expect((await migrate(sqliteMigrations(upgraded), migrations)).applied).toEqual([])
    },
  )

  it('keep the rows that belong to a table which is made anew', async () => {
    const connection = openFile()
    const first = made(
      '0000_first',
      'create table owners (id text primary key)',
      'create table parts (owner text not null references owners (id) on delete cascade)',
    )
    await migrate(sqliteMigrations(connection), [first])
    connection.exec("insert into owners values ('a'); insert into parts values ('a')")
    // The statements with which SQLite changes a column, as drizzle-kit writes them.
    const second = made(
      '0001_second',
      'PRAGMA foreign_keys=OFF;',
      'CREATE TABLE `__new_owners` (`id` text PRIMARY KEY NOT NULL, `name` text)',
      'INSERT INTO `__new_owners` (`id`) SELECT `id` FROM `owners`',
      'DROP TABLE `owners`',
      'ALTER TABLE `__new_owners` RENAME TO `owners`',
      'PRAGMA foreign_keys=ON;',
    )
    await migrate(sqliteMigrations(connection), [first, second])
    expect(connection.prepare('select owner from parts').pluck().all()).toEqual(['a'])
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(connection.pragma('foreign_key_check')).toEqual([])
  })
})

describe('a migration that fails half way', () => {
  const good = made('0000_good', 'create table good (id text)')
  const bad = made('0001_bad', 'create table half (id text)', 'insert into nowhere values (1)')
  const fixed = made('0001_bad', 'create table half (id text)')

  it('leaves nothing of itself and all of those before it', async () => {
    const connection = openFile()
    await expect(migrate(sqliteMigrations(connection), [good, bad])).rejects.toThrow('nowhere')
    const tables = connection.prepare("select name from sqlite_schema where type = 'table'").pluck().all()
    expect(tables).toEqual(['migrations', 'good'])
    expect(namesOf(connection)).toEqual(['0000_good'])
    expect(connection.inTransaction).toBe(false)
    expect((await migrate(sqliteMigrations(connection), [good, fixed])).applied).toEqual(['0001_bad'])
  })

  it('leaves an empty database when it is the first', async () => {
    const connection = openFile()
    await expect(migrate(sqliteMigrations(connection), [bad])).rejects.toThrow('nowhere')
    expect(schemaOf(connection)).toEqual([])
  })

  it('is done by the next start when the process was killed within it', async () => {
    const path = join(temporaryFolder(), 'copydesk.db')
    const [first] = migrations
    const half = first?.statements.slice(0, Math.ceil(first.statements.length / 2)) ?? []
    const script = `
      import Database from 'better-sqlite3'
      const connection = new Database(${JSON.stringify(path)})
      connection.pragma('journal_mode = WAL')
      connection.pragma('cache_size = 1')
      connection.exec('BEGIN IMMEDIATE')
      for (const statement of ${JSON.stringify(half)}) connection.exec(statement)
      process.kill(process.pid, 'SIGKILL')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
    expect((await once(child, 'close'))[1]).toBe('SIGKILL')
    expect(schemaOf(openFile(path))).toEqual([])

    const engine = openSqlite(`file:${path}`)
    expect((await engine.migrate()).applied).toEqual(migrations.map((migration) => migration.name))
    await engine.close()
    await expectUpToDate(path)
  })
})

describe('several processes that migrate at once', () => {
  it('all end well, and each migration is applied once', async () => {
    const path = join(temporaryFolder(), 'copydesk.db')
    const env = { DATABASE_URL: `file:${path}` }
    const exits = await Promise.all([1, 2, 3].map(() => runProgram(['migrate'], env)))
    for (const exit of exits) expect(exit).toMatchObject({ code: 0, stderr: '' })
    expect(namesOf(openFile(path))).toEqual(migrations.map((migration) => migration.name))
    await expectUpToDate(path)
  }, 30_000)

  it('wait for one another, and only the one that applied a migration says so', async () => {
    const path = join(temporaryFolder(), 'copydesk.db')
    const target = sqliteMigrations(openFile(path))
    const late = sqliteMigrations(openFile(path))
    // Both looked before either began.
    expect((await migrate({ ...target, applied: async () => [] }, migrations)).applied).toHaveLength(
      migrations.length,
    )
    expect((await migrate({ ...late, applied: async () => [] }, migrations)).applied).toEqual([])
    await expectUpToDate(path)
  })
})

describe('a database that is not of this program', () => {
  async function migrated(): Promise<string> {
    const path = join(temporaryFolder(), 'copydesk.db')
    await migrate(sqliteMigrations(openFile(path)), migrations)
    return path
  }

  async function expectRefused(path: string, reason: RegExp): Promise<void> {
    const before = schemaOf(openFile(path))
    const engine = openSqlite(`file:${path}`)
    onTestFinished(() => engine.close())
    for (const attempt of [engine.migrate(), engine.check()]) {
      const error = await attempt.then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(DatabaseError)
      expect(String(error)).toMatch(reason)
    }
    expect(schemaOf(openFile(path))).toEqual(before)
  }

  it('is refused when a newer program wrote it', async () => {
    const path = await migrated()
    openFile(path).exec("insert into migrations values ('9999_future', 'x')")
    await expectRefused(path, /newer version \(migration 9999_future\)/)
  })

  it('is refused when one of its migrations has changed', async () => {
    const path = await migrated()
    openFile(path).exec("update migrations set hash = 'x' where name like '0000%'")
    await expectRefused(
      path,
      new RegExp(`migration ${firstName} of the database is not the ${firstName} of this program`),
    )
  })

  it('is refused when it has another migration of that number', async () => {
    const path = await migrated()
    openFile(path).exec("update migrations set name = '0000_other' where name like '0000%'")
    await expectRefused(path, /migration 0000_other of the database/)
  })

  it('is not ready before it is migrated', async () => {
    const engine = openSqlite(`file:${join(temporaryFolder(), 'copydesk.db')}`)
    onTestFinished(() => engine.close())
    await expect(engine.check()).rejects.toThrow(`migration ${firstName} is still to be applied`)
  })

  it.each([
    ['a table of the same name', 'create table articles (id text)'],
    ['migrations of another kind', 'create table migrations (id integer, migration text, batch integer)'],
  ])('is refused when another program made it and it holds %s', async (_what, statement) => {
    const path = join(temporaryFolder(), 'other.db')
    openFile(path).exec(statement)
    const engine = openSqlite(`file:${path}`)
    onTestFinished(() => engine.close())
    await expect(engine.migrate()).rejects.toBeInstanceOf(DatabaseError)
    expect(schemaOf(openFile(path))).toHaveLength(1)
  })
})
