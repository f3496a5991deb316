import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/database.ts'
import { callProgram, startServing } from '../support/process.ts'
import { adminToken, startServer, type TestServer } from '../support/server.ts'

/** `BACKUPS` sets how many are taken while somebody writes. */
const backups = Number(process.env.BACKUPS ?? 4)
const passphrase = 'nine purple lamps under the bridge'

function makeHouse() {
  const folder = temporaryFolder()
  const path = join(folder, 'copydesk.db')
  const env = { DATABASE_URL: `file:${path}`, BACKUP_PASSPHRASE: passphrase }
  const inFolder = (name: string) => join(folder, name)
  return { folder, path, env, inFolder }
}

/** Writes drafts one after the other until it is told to stop; answers how many are acknowledged so far. */
function keepWriting(server: TestServer) {
  let isOver = false
  const written = { count: 0 }
  const writing = (async () => {
    while (!isOver) {
      await server.http
        .post('/manage/v1/articles')
        .set('authorization', `Bearer ${adminToken}`)
        .send({ title: `Draft ${written.count + 1}` })
        .expect(201)
      written.count += 1
    }
  })()
  const stop = async () => {
    isOver = true
    await writing
  }
  return { written, stop }
}

/** Articles and the changes that tell of them, after checking the whole file. */
function countsIn(path: string): { articles: number; created: number } {
  const file = new Database(path, { readonly: true })
  try {
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(file.pragma('foreign_key_check')).toEqual([])
    const count = (sql: string) => (file.prepare(sql).get() as { count: number }).count
    return {
      articles: count('select count(*) as count from articles'),
      created: count("select count(*) as count from changes where type = 'article.created'"),
    }
  } finally {
    file.close()
  }
}

it(
  'backs up while somebody writes: each backup holds all that was acknowledged before, and nothing halfway',
  async () => {
    const { env, inFolder } = makeHouse()
    const server = await startServer({ databaseUrl: env.DATABASE_URL })
    const { written, stop } = keepWriting(server)
    let last = 0
    for (let number = 1; number <= backups; number += 1) {
      const before = written.count
      const file = inFolder(`backup-${number}.db`)
      const { code, stdout, stderr } = await callProgram(['backup', file], env)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^\S+backup-\d+\.db: \d+\.\d MiB, up to change \d+ of \S+Z, checked\n$/)
      expect(statSync(file).mode & 0o077, 'others may not read it').toBe(0)
      const { articles, created } = countsIn(file)
      expect(articles).toBe(created)
      expect(articles).toBeGreaterThanOrEqual(before)
      last = articles
    }
    await stop()
    expect(written.count).toBeGreaterThan(last - 1)
  },
  60_000 + backups * 10_000,
)

it('restores into an empty place, and keeps what it takes the place of', async () => {
  const { folder, path, env, inFolder } = makeHouse()
  const server = await startServing({ DATABASE_URL: env.DATABASE_URL }, { args: ['serve', '--seed'] })
  const articles = await (await fetch(`${server.url}/v1/articles`)).json()
  const file = inFolder('backup.age')
  const backup = await callProgram(['backup', file, '--encrypt'], env)
  expect(backup).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('and encrypted') })
  expect(readFileSync(file, 'latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt /)
  expect(readFileSync(file).includes('Blinken'), 'in plain text').toBe(false)
  expect(await callProgram(['backup', file], env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('give another name'),
  })

  // Nobody's database is taken away while it is in use, or without being asked for.
  expect(await callProgram(['restore', file, '--replace'], env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is in use: stop every server'),
  })
  await server.stop('SIGTERM')
  expect(await callProgram(['restore', file], env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--replace'),
  })
  const replaced = await callProgram(['restore', file, '--replace'], env)
  expect(replaced).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^restored up to change /),
  })
  const [kept = ''] = readdirSync(folder).filter((name) => name.includes('.before-'))
  expect(countsIn(join(folder, kept))).toEqual(countsIn(path))

  const elsewhere = join(folder, 'elsewhere')
  mkdirSync(elsewhere)
  const other = { ...env, DATABASE_URL: `file:${join(elsewhere, 'other.db')}` }
  expect(await callProgram(['restore', file], other)).toMatchObject({ code: 0, stderr: '' })
  expect(readdirSync(elsewhere)).toEqual(['other.db'])
  const again = await startServer({ databaseUrl: other.DATABASE_URL })
  expect((await again.http.get('/v1/articles').expect(200)).body).toEqual(articles)
}, 60_000)

it('refuses what is no whole backup, and leaves the database as it is', async () => {
  const { path, env, inFolder, folder } = makeHouse()
  await callProgram(['seed'], env)
  const [plain, sealed] = [inFolder('backup.db'), inFolder('backup.age')]
  await callProgram(['backup', plain], env)
  await callProgram(['backup', sealed, '--encrypt'], env)
  const before = countsIn(path)
  const damaged = (name: string, source: string, change: (bytes: Buffer) => Buffer) => {
    const bytes = change(readFileSync(source))
    writeFileSync(inFolder(name), bytes)
    return inFolder(name)
  }
  const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2))
  const scribbled = (bytes: Buffer) => bytes.fill(0xa5, 60_000, 70_000)
  const foreign = inFolder('foreign.db')
  new Database(foreign).exec('create table songs (name text)').close()
  const cases: [file: string, why: string, env?: Record<string, string>][] = [
    [inFolder('absent.db'), 'there is no file'],
    [damaged('words.db', plain, () => Buffer.from('words')), 'not an SQLite database'],
    [damaged('cut.db', plain, cut), 'it is damaged'],
    [damaged('scribbled.db', plain, scribbled), 'it is damaged'],
    [damaged('cut.age', sealed, cut), 'cannot be opened'],
    [damaged('scribbled.age', sealed, scribbled), 'cannot be opened'],
    [sealed, 'cannot be opened: the passphrase', { BACKUP_PASSPHRASE: 'another one, just as long' }],
    [sealed, 'BACKUP_PASSPHRASE must hold', { BACKUP_PASSPHRASE: 'short' }],
    [foreign, 'it is no database of Copydesk'],
  ]
  for (const [file, why, more] of cases) {
    const { code, stdout, stderr } = await callProgram(['restore', file, '--replace'], { ...env, ...more })
    expect({ code, stdout, stderr }, file).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(why),
    })
    expect(stderr, 'one line').toMatch(/^copydesk: [^\n]+\n$/)
  }
  expect(countsIn(path)).toEqual(before)
  expect(readdirSync(folder).filter((name) => /restoring|partial|sealing|before/.test(name))).toEqual([])
}, 60_000)

it('says what it cannot do', async () => {
  const { env, inFolder } = makeHouse()
  const refusals: [args: string[], why: string, env?: Record<string, string>][] = [
    [['backup', inFolder('b.db')], 'there is no database at'],
    [['backup', inFolder('b.db'), '--encrypt'], 'BACKUP_PASSPHRASE must hold', { BACKUP_PASSPHRASE: '' }],
    [['backup', 'b'], 'pg_dump', { DATABASE_URL: 'postgres://reader:secret-word@db.example/news' }],
    [['restore', 'b'], 'pg_restore', { DATABASE_URL: 'postgres://reader:secret-word@db.example/news' }],
  ]
  for (const [args, why, more] of refusals) {
    const { code, stderr } = await callProgram(args, { ...env, ...more })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(why) })
    expect(stderr).not.toContain('secret-word')
  }
  await callProgram(['seed'], env)
  const nowhere = await callProgram(['backup', join(inFolder('absent'), 'b.db')], env)
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('its folder is not there') })
  expect(existsSync(inFolder('b.db'))).toBe(false)
}, 30_000)
