import { once } from 'node:events'
import { copyFileSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/database.ts'
import { type Exit, runProgram } from '../support/process.ts'
import { adminToken } from '../support/server.ts'

/** One clear line on standard error, the exit code 1, and nothing else. */
function expectRefusal(exit: Exit, words: RegExp, about: string): void {
  expect(exit.stderr, about).toMatch(/^copydesk: [^\n]+\n$/)
  expect(exit.stderr, about).toMatch(words)
  expect(exit.stderr, about).not.toMatch(/\bat .+:\d+:\d+|Error:|SQLITE_|^copydesk: [^ ]*unavailable:/)
  expect(exit, about).toMatchObject({ code: 1, signal: null, stdout: '' })
}

const serve = (env: Record<string, string>) =>
  runProgram(['serve', '--seed'], { ADMIN_TOKEN: adminToken, PORT: '0', ...env })

describe('serve refuses to start, naming what is wrong', () => {
  it('when a setting is wrong, without ever showing its value', async () => {
    const wrong = [
      ['PORT', '99999'],
      ['PORT', 'x-marks'],
      ['LOG_LEVEL', 'very-loud'],
      ['ADMIN_TOKEN', 'too-short-secret'],
      ['ADMIN_TOKEN', 'long enough, but with spaces in it: no bearer token'],
      ['DATABASE_URL', 'mysql://root:hunter2@db/x'],
      ['DATABASE_URL', 'copydesk.sqlite'],
      ['TRUST_PROXY', 'certainly'],
      ['CORS_ORIGINS', 'foo-origin'],
      ['PUBLIC_URL', 'ftp://files.example'],
      ['ARTICLE_PATH', '/no-placeholder'],
      ['SITE_LANGUAGE', 'not_a_tag'],
    ] as const
    const folder = temporaryFolder()
    const exits = await Promise.all(
      wrong.map(([name, value]) => serve({ DATABASE_URL: `file:${join(folder, 'x.db')}`, [name]: value })),
    )
    for (const [index, exit] of exits.entries()) {
      const [name, value] = wrong[index] ?? ['', '']
      expectRefusal(exit, new RegExp(`^copydesk: ${name} `), `${name}=${value}`)
      expect(exit.stderr).not.toContain(value)
    }
  }, 60_000)

  it('when several settings are wrong, all of them', async () => {
    const exit = await serve({ PORT: '-1', LOG_LEVEL: 'x', ADMIN_TOKEN: 'x' })
    for (const name of ['PORT', 'LOG_LEVEL', 'ADMIN_TOKEN'])
      expectRefusal(exit, new RegExp(`${name} must`), name)
  })

  it('when the port is taken or the address is another machine’s', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const database = () => ({ DATABASE_URL: `file:${join(temporaryFolder(), 'copydesk.db')}` })
    const [onPort, onHost] = await Promise.all([
      serve({ ...database(), PORT: String(port), LOG_LEVEL: 'silent' }),
      serve({ ...database(), HOST: '203.0.113.1', LOG_LEVEL: 'silent' }),
    ])
    expectRefusal(onPort, new RegExp(`PORT ${port} on 127\\.0\\.0\\.1 is taken`), 'taken port')
    expectRefusal(onHost, /HOST 203\.0\.113\.1 is not an address of this machine/, 'foreign address')
  })

  it('when the database cannot be used, naming it', async () => {
    const folder = temporaryFolder()
    const inFolder = (name: string) => join(folder, name)
    writeFileSync(inFolder('text.db'), 'This is a page and no database.\n'.repeat(1_000))
    mkdirSync(inFolder('folder.db'))
    expect((await runProgram(['seed'], { DATABASE_URL: `file:${inFolder('good.db')}` })).code).toBe(0)
    for (const name of ['newer.db', 'changed.db', 'truncated.db', 'locked.db'])
      copyFileSync(inFolder('good.db'), inFolder(name))
    edit(inFolder('newer.db'), "insert into migrations values ('9999_future', 'x')")
    edit(inFolder('changed.db'), "update migrations set hash = 'x' where name like '0000%'")
    edit(inFolder('foreign.db'), 'create table articles (id integer primary key)')
    truncateSync(inFolder('truncated.db'), statSync(inFolder('truncated.db')).size / 2)
    const other = new Database(inFolder('locked.db'))
    onTestFinished(() => void other.close())
    other.exec('BEGIN IMMEDIATE')

    const unusable = [
      ['/etc/hostname/x.db', /part of the path is a file/],
      ['/proc/nope/x.db', /cannot|no such/],
      [inFolder('text.db'), /not an SQLite database/],
      [inFolder('folder.db'), /cannot be opened as a file/],
      [inFolder('truncated.db'), /damaged/],
      [inFolder('newer.db'), /newer version \(migration 9999_future\)/],
      [inFolder('changed.db'), /migration 0000_\w+ of the database is not/],
      [inFolder('foreign.db'), /another program|not .* of this program/],
      [inFolder('locked.db'), /locked by another process/],
    ] as const
    const exits = await Promise.all(unusable.map(([path]) => serve({ DATABASE_URL: `file:${path}` })))
    for (const [index, exit] of exits.entries()) {
      const [path, reason] = unusable[index] ?? ['', /x/]
      expectRefusal(exit, reason, path)
      expect.soft(exit.stderr, 'names the database').toContain(path)
    }
  }, 60_000)
})

function edit(path: string, sql: string): void {
  const connection = new Database(path)
  connection.exec(sql)
  connection.close()
}

describe('the command line', () => {
  const commands = ['serve', 'migrate', 'seed', 'import', 'openapi']

  it.each([
    [['nope'], /unknown command 'nope'/],
    [['serve', '--nope'], /unknown option '--nope'/],
    [['serve', 'extra'], /too many arguments for 'serve'/],
    [['import'], /missing required argument 'path'/],
    [[], /Usage: copydesk/],
  ])('that is wrong ends with a usage error: %j', async (args, reason) => {
    const exit = await runProgram(args)
    expect(exit).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(reason) })
    expect(exit.stderr).not.toContain('    at ')
  })

  it('is documented as a whole, and command by command', async () => {
    const [whole, ...each] = await Promise.all(
      [[], ...commands.map((command) => [command])].map((args) => runProgram([...args, '--help'])),
    )
    expect(whole).toMatchObject({ code: 0, stderr: '' })
    for (const command of commands)
      expect(whole?.stdout).toMatch(new RegExp(`^  ${command}\\b.* {2}\\w`, 'm'))
    for (const [index, exit] of each.entries()) {
      expect(exit).toMatchObject({ code: 0, stderr: '' })
      expect(exit.stdout).toMatch(new RegExp(`^Usage: copydesk ${commands[index]}\\b`))
      for (const [, option, words] of exit.stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)(.*)/gm))
        expect(words, option).toMatch(/ {2}\w/)
    }
  })

  it('documents every environment variable with serve', async () => {
    const { stdout } = await runProgram(['serve', '--help'])
    for (const name of ['HOST', 'PORT', 'DATABASE_URL', 'ADMIN_TOKEN', 'PUBLIC_URL', 'LOG_LEVEL'])
      expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\w`, 'm'))
  })

  it('tells its version', async () => {
    const exit = await runProgram(['--version'])
    expect(exit).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' })
  })
})
