import { once } from 'node:events'
import { copyFileSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pLimit from 'p-limit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/database.ts'
import { callProgram, type Exit, runProgram } from '../support/process.ts'
import { adminToken } from '../support/server.ts'

/** One clear line on standard error, the exit code 1, and nothing else. */
function expectRefusal(exit: Exit | undefined, words: RegExp, about: string): void {
  expect.soft(exit, about).toMatchObject({
    code: 1,
    signal: null,
    stdout: '',
    stderr: expect.stringMatching(/^copydesk: [^\n]+\n$/),
  })
  expect.soft(exit?.stderr, about).toMatch(words)
  expect.soft(exit?.stderr, about).not.toMatch(/\bat .+:\d+:\d+|Error:|SQLITE_/)
}

const sideBySide = pLimit(3)
const serve = (env: Record<string, string>) =>
  sideBySide(() => runProgram(['serve', '--seed'], { ADMIN_TOKEN: adminToken, PORT: '0', ...env }))

describe('serve refuses to start, naming what is wrong', () => {
  it('when one setting is wrong', async () => {
    expectRefusal(await serve({ PORT: '99999' }), /PORT must be a whole number from 0 to 65535/, 'PORT')
  })

  it('when an SQLite database is to have replicas', async () => {
    const exit = await serve({ DATABASE_REPLICA_URLS: 'postgres://reader:hunter2@db/x' })
    expectRefusal(exit, /DATABASE_REPLICA_URLS needs a DATABASE_URL of PostgreSQL/, 'replicas of SQLite')
    expect(exit.stderr).not.toContain('hunter2')
  })

  it.each([
    {
      PORT: 'x-marks-it',
      WORKERS: 'many-of-them',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      ADMIN_TOKEN: 'too-short-secret',
      PUBLIC_URL: 'ftp://files.example',
      ARTICLE_PATH: '/no-placeholder',
      SITE_LANGUAGE: 'not_a_tag',
      LOG_LEVEL: 'very-loud',
      TRUST_PROXY: 'certainly',
      CORS_ORIGINS: 'foo-origin',
      RATE_LIMIT_WRITES_PER_SECOND: 'as-many-as-come',
      RATE_LIMIT_WRITE_BURST: '-17',
      RATE_LIMIT_FAILED_AUTH_PER_MINUTE: '0.5',
    },
    {
      PORT: '-80',
      WORKERS: '0000',
      DATABASE_URL: 'copydesk.sqlite',
      DATABASE_REPLICA_URLS: 'postgres://reader:hunter2@db/x, file:replica.db',
      ADMIN_TOKEN: 'long enough, but with spaces in it: no bearer token',
      PUBLIC_URL: '//no-scheme.example',
      ARTICLE_PATH: '{slug}-no-slash',
      TRUST_PROXY: '10.0.0.0/8 and more',
      CORS_ORIGINS: 'https://desk.example/path',
    },
  ])('when several settings are wrong, without ever showing a value', async (wrong) => {
    const exit = await serve(wrong)
    for (const [name, value] of Object.entries(wrong)) {
      expectRefusal(exit, new RegExp(`(: |; )${name} must `), name)
      expect.soft(exit.stderr).not.toContain(value)
    }
  })

  it('when the port is taken or the address is another machine’s', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const database = () => ({ DATABASE_URL: `file:${join(temporaryFolder(), 'copydesk.db')}` })
    const [onPort, onHost, byWorkers] = await Promise.all([
      serve({ ...database(), PORT: String(port), LOG_LEVEL: 'silent' }),
      serve({ ...database(), HOST: '203.0.113.1', LOG_LEVEL: 'silent' }),
      serve({ ...database(), PORT: String(port), WORKERS: '2' }),
    ])
    expectRefusal(onPort, new RegExp(`PORT ${port} on 127\\.0\\.0\\.1 is taken`), 'taken port')
    expectRefusal(byWorkers, new RegExp(`PORT ${port} on 127\\.0\\.0\\.1 is taken`), 'taken port of workers')
    expectRefusal(onHost, /HOST 203\.0\.113\.1 is not an address of this machine/, 'foreign address')
  })

  it('when its workers crash one after the other before they serve', async () => {
    const crash = 'if (process.argv.includes("worker")) process.kill(process.pid, "SIGKILL")'
    const exit = await serve({
      DATABASE_URL: `file:${join(temporaryFolder(), 'copydesk.db')}`,
      WORKERS: '2',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
      LOG_LEVEL: 'silent',
    })
    expectRefusal(exit, /the workers do not start: ended by SIGKILL/, 'crash')
  })

  it('when the database cannot be used, naming it', async () => {
    const folder = temporaryFolder()
    const inFolder = (name: string) => join(folder, name)
    writeFileSync(inFolder('text.db'), 'This is a page and no database.\n'.repeat(1_000))
    mkdirSync(inFolder('folder.db'))
    expect((await callProgram(['seed'], { DATABASE_URL: `file:${inFolder('good.db')}` })).code).toBe(0)
    for (const name of ['newer.db', 'changed.db', 'truncated.db'])
      copyFileSync(inFolder('good.db'), inFolder(name))
    edit(inFolder('newer.db'), "insert into migrations values ('9999_future', 'x')")
    edit(inFolder('changed.db'), "update migrations set hash = 'x' where name like '0000%'")
    edit(inFolder('foreign.db'), 'create table articles (id integer primary key)')
    truncateSync(inFolder('truncated.db'), statSync(inFolder('truncated.db')).size / 2)

    const unusable = [
      ['/etc/hostname/x.db', /part of the path is a file|cannot be opened/],
      ['/proc/nope/x.db', /cannot|no such/],
      [inFolder('text.db'), /not an SQLite database/],
      [inFolder('folder.db'), /cannot be opened as a file/],
      [inFolder('truncated.db'), /damaged/],
      [inFolder('newer.db'), /newer version \(migration 9999_future\)/],
      [inFolder('changed.db'), /migration 0000_\w+ of the database is not/],
      [inFolder('foreign.db'), /articles/],
    ] as const
    // Every command opens the database alike: serve stands for the process, migrate tells the rest faster.
    const served = new Set<string>(['/proc/nope/x.db', inFolder('truncated.db'), inFolder('newer.db')])
    const exits = await Promise.all(
      unusable.map(([path]) =>
        served.has(path)
          ? serve({ DATABASE_URL: `file:${path}` })
          : callProgram(['migrate'], { DATABASE_URL: `file:${path}` }),
      ),
    )
    for (const [index, [path, reason]] of unusable.entries()) {
      expectRefusal(exits[index], reason, path)
      expect.soft(exits[index]?.stderr, 'names the database').toContain(path)
    }
  }, 60_000)
})

it('serve ends with a clear line when another process keeps the database locked', async () => {
  const path = join(temporaryFolder(), 'locked.db')
  const other = new Database(path)
  onTestFinished(() => void other.close())
  expect((await callProgram(['seed'], { DATABASE_URL: `file:${path}` })).code).toBe(0)
  other.exec('BEGIN IMMEDIATE')
  expectRefusal(await serve({ DATABASE_URL: `file:${path}` }), /locked|busy/, 'locked')
})

function edit(path: string, sql: string): void {
  const connection = new Database(path)
  connection.exec(sql)
  connection.close()
}

describe('the command line', () => {
  const commands = ['serve', 'migrate', 'seed', 'import', 'export', 'doctor', 'openapi']

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
