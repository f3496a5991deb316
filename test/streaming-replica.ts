// `npm run test:replica`: Copydesk over a PostgreSQL with a streaming standby, while the standby lags and while the
// primary is down. Needs `pg_basebackup` of Debian's `postgresql` package, and ends with 2 where there is none; with 1
// where something is wrong. Everything runs on this machine and ends by itself within two minutes.
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort, type ServerProcess } from '../bench/server-process.ts'
import { startCopydesk } from '../bench/targets.ts'
import { benchToken } from '../bench/token.ts'

const longestMs = 120_000
const waitMs = 20_000
const article = '/v1/articles/anthony-blinken-the-return-and-israel'
const manage = '/manage/v1/articles'

const bin = globSync('/usr/lib/postgresql/*/bin')
  .filter((folder) => existsSync(join(folder, 'pg_basebackup')))
  .sort((one, other) => versionOf(one) - versionOf(other))
  .at(-1)
if (bin === undefined) {
  process.stderr.write('there is no pg_basebackup in /usr/lib/postgresql/*/bin; apt-get install postgresql\n')
  process.exit(2)
}

function versionOf(folder: string): number {
  return Number(/postgresql\/(\d+)/.exec(folder)?.[1])
}

const tooLong = setTimeout(() => {
  process.stderr.write(`not done after ${longestMs / 1_000} s\n`)
  process.exit(1)
}, longestMs)

// PostgreSQL refuses to run as root.
const owner: Pick<SpawnOptions, 'uid' | 'gid'> =
  process.getuid?.() === 0 ? { uid: idOf('-u', 'postgres'), gid: idOf('-g', 'postgres') } : {}

function idOf(kind: '-u' | '-g', user: string): number {
  return Number(execFileSync('id', [kind, user], { encoding: 'utf8' }))
}

const folder = mkdtempSync(join(tmpdir(), 'copydesk-replica-'))
const databases = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of databases) child.kill('SIGQUIT')
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})
if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid ?? 0)
chmodSync(folder, 0o700)

async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(join(bin as string, program), args, {
    ...owner,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
}

/** A PostgreSQL over a folder of this name. */
async function database(name: string) {
  const port = await freePort()
  const url = `postgres://copydesk@127.0.0.1:${port}/postgres`
  const path = join(folder, name)
  let child: ChildProcess | undefined
  return {
    port,
    url,
    path,
    async start(): Promise<void> {
      const settings = [
        'listen_addresses=127.0.0.1',
        `unix_socket_directories=${folder}`,
        'log_min_messages=fatal',
      ]
      const flags = settings.flatMap((setting) => ['-c', setting])
      const started = spawn(join(bin as string, 'postgres'), ['-D', path, '-p', String(port), ...flags], {
        ...owner,
        stdio: 'ignore',
      })
      child = started
      databases.add(started)
      started.once('exit', () => databases.delete(started))
      await until(`${name} answers`, () => query(url, 'select 1').then(() => true))
    },
    /** Ends it, as a crash would when the signal is `SIGQUIT`. */
    async stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
      if (!child) return
      const ended = once(child, 'exit')
      child.kill(signal)
      child = undefined
      await ended
    },
  }
}

async function query(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Waits until it is true; a rejection counts as false. Answers the milliseconds that it took. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<number> {
  const begun = performance.now()
  while (!(await isSo().catch(() => false))) {
    if (performance.now() - begun > waitMs) throw new Error(`not within ${waitMs / 1_000} s: ${what}`)
    await sleep(20)
  }
  return Math.round(performance.now() - begun)
}

function check(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${found} where it should be ${expected}`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

const authorized = { authorization: `Bearer ${benchToken}`, 'if-match': '*' }

/** What is asked of the server. */
function visitor({ origin }: ServerProcess) {
  let asked = 0
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${origin}${path}`, { headers })
  const send = (method: string, path: string, body?: object) =>
    fetch(`${origin}${path}`, {
      method,
      headers: body ? { ...authorized, 'content-type': 'application/json' } : authorized,
      ...(body && { body: JSON.stringify(body) }),
    })
  return {
    get,
    send,
    status: async (path: string) => (await get(path, authorized)).status,
    async metric(name: string): Promise<number> {
      const text = await (await get('/metrics')).text()
      const pattern = new RegExp(`^${name.replace(' ', '\\{.*outcome="')}.* (\\S+)$`, 'm')
      return Number(pattern.exec(text)?.[1])
    },
    async publish(subtitle: string): Promise<void> {
      const { data } = (await (await get(manage, authorized)).json()) as { data: { id: string }[] }
      const path = `${manage}/${data[0]?.id}`
      check('patch', (await send('PATCH', path, { subtitle })).status, 200)
      check('publish', (await send('POST', `${path}/publish`)).status, 200)
    },
    /** The subtitle of the article, at an address that is not cached. */
    async read(): Promise<string> {
      asked += 1
      const since = new Date(asked).toISOString()
      const answer = await get(`/v1/articles?fields=subtitle&publishedAfter=${since}`)
      check('status of a list', answer.status, 200)
      return ((await answer.json()) as { data: { subtitle: string }[] }).data[0]?.subtitle ?? ''
    },
    async readArticle(): Promise<string> {
      const answer = await get(article)
      check('status of the article', answer.status, 200)
      return ((await answer.json()) as { subtitle: string }).subtitle
    },
  }
}

type Visitor = ReturnType<typeof visitor>

/** Reads for so long, and answers how many reads there were; each must show this. */
async function readFor(ms: number, { read }: Visitor, expected: string): Promise<number> {
  const end = performance.now() + ms
  let count = 0
  while (performance.now() < end) {
    check('a read', await read(), expected)
    count += 1
  }
  return count
}

const isLevel = async ({ metric }: Visitor) =>
  (await metric('copydesk_replica_up')) === 1 && (await metric('copydesk_replica_changes_behind')) === 0

const primary = await database('primary')
const standby = await database('standby')
let server: ServerProcess | undefined
try {
  say(`PostgreSQL of ${bin}`)
  const identity = ['-U', 'copydesk', '--auth=trust', '--encoding=UTF8', '--locale=C']
  await run('initdb', ['-D', primary.path, ...identity])
  await primary.start()
  const source = ['-h', '127.0.0.1', '-p', String(primary.port), '-U', 'copydesk']
  await run('pg_basebackup', ['-D', standby.path, ...source, '-R', '-X', 'stream', '-c', 'fast'])
  await standby.start()
  server = await startCopydesk({
    databaseUrl: primary.url,
    args: ['--seed'],
    env: { DATABASE_REPLICA_URLS: standby.url },
  })
  const asking = visitor(server)
  const { metric, publish, read, readArticle, status } = asking
  await until('the standby is read', () => isLevel(asking))
  say('the standby streams and is read')

  for (let round = 1; round <= 100; round += 1) {
    await publish(`round ${round}`)
    check('the read after a publication', await read(), `round ${round}`)
  }
  const current = await metric('copydesk_replica_reads_total current')
  say(`100 publications, each read at once: none stale, ${current} reads by the standby`)

  await until('the standby is level', () => isLevel(asking))
  const before = await metric('copydesk_replica_reads_total current')
  const quiet = await readFor(1_000, asking, 'round 100')
  const after = await metric('copydesk_replica_reads_total current')
  say(`while nothing changes: ${after - before} of ${quiet} reads by the standby`)

  await primary.stop('SIGQUIT')
  const served = await readFor(3_000, asking, 'round 100')
  check('management without a primary', await status(manage), 503)
  check('/readyz without a primary', await status('/readyz'), 200)
  check('copydesk_primary_up', await metric('copydesk_primary_up'), 0)
  say(`primary crashed: ${served} reads in 3 s, all right; management 503, /readyz 200`)

  await primary.start()
  const writable = await until('editors can write', async () => (await status(manage)) === 200)
  await publish('after the crash')
  check('the read after it', await read(), 'after the crash')
  const level = await until('the standby is level', () => isLevel(asking))
  say(
    `primary is back: editors after ${writable} ms, the standby has their publication after ${level} ms more`,
  )

  await query(standby.url, 'select pg_wal_replay_pause()')
  await publish('not on the standby')
  for (let count = 0; count < 50; count += 1) check('a read', await read(), 'not on the standby')
  check('the article', await readArticle(), 'not on the standby')
  check('changes behind', await metric('copydesk_replica_changes_behind'), 1)
  say('standby lags: 50 reads by the primary, none stale')

  await primary.stop('SIGINT')
  check('a read that is not cached', await read(), 'after the crash')
  check('a read that is', await readArticle(), 'not on the standby')
  const stale = await readFor(1_000, asking, 'after the crash')
  say(`primary stopped meanwhile: ${stale} reads in 1 s by the standby as it is, the cache as it was`)

  await primary.start()
  const exact = await until('reads are exact', async () => (await read()) === 'not on the standby')
  check('the article', await readArticle(), 'not on the standby')
  await query(standby.url, 'select pg_wal_replay_resume()')
  const caughtUp = await until('the standby is level', () => isLevel(asking))
  check('a read', await read(), 'not on the standby')
  say(`primary is back: reads exact after ${exact} ms; standby goes on and is level after ${caughtUp} ms`)

  await standby.stop('SIGINT')
  await readFor(1_000, asking, 'not on the standby')
  await until('the standby is left out', async () => (await metric('copydesk_replica_up')) === 0)
  await standby.start()
  const taken = await until('the standby is read', () => isLevel(asking))
  say(`standby stopped: reads by the primary; started again, it is read after ${taken} ms`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  await server?.stop()
  await standby.stop('SIGINT')
  await primary.stop('SIGINT')
  clearTimeout(tooLong)
}
