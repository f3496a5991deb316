import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Query } from '../../src/db/engine.ts'
import { openDatabase } from '../../src/db/open.ts'
import { temporaryDatabase } from '../support/database.ts'
import {
  callProgram,
  type Exit,
  type Program,
  type Server,
  startProgram,
  startServing,
} from '../support/process.ts'
import { adminToken, bearer } from '../support/server.ts'

const title = 'Anthony Blinken the return and Israel'
const slug = 'anthony-blinken-the-return-and-israel'

/** Reads what a server has written, or is about to. */
async function read<T>(databaseUrl: string, work: (query: Query) => Promise<T>): Promise<T> {
  const engine = await openDatabase(readConfig({ DATABASE_URL: databaseUrl }))
  try {
    return await engine.snapshot(work)
  } finally {
    await engine.close()
  }
}

const titlesIn = (url: string) =>
  read(url, async ({ sql, tables }) => (await sql.select().from(tables.articles)).map((row) => row.title))

const tokensIn = (url: string) => read(url, ({ sql, tables }) => sql.select().from(tables.tokens))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function logLines({ stdout }: Program): Record<string, unknown>[] {
  return stdout()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

async function getStatus(url: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(url, { headers })
  await answer.arrayBuffer()
  return answer.status
}

describe('serve', () => {
  it('listens where HOST and PORT say, and has the source article from the start', async () => {
    const DATABASE_URL = await temporaryDatabase()
    const port = await freePort()
    const server = await startServing(
      { DATABASE_URL, HOST: '127.0.0.1', PORT: String(port) },
      { args: ['serve', '--seed'] },
    )
    expect(server.url).toBe(`http://127.0.0.1:${port}`)
    const answer = await fetch(`${server.url}/v1/articles/${slug}`)
    const article = (await answer.json()) as { title: string }
    expect(performance.now() - server.listeningSince).toBeLessThan(2_000)
    expect([answer.status, article.title]).toEqual([200, title])
    expect(await getStatus(`${server.url}/readyz`)).toBe(200)
    expect(await titlesIn(DATABASE_URL)).toEqual([title])
  })

  it('seeds nothing unless asked, and nothing twice', async () => {
    const DATABASE_URL = await temporaryDatabase()
    const env = { DATABASE_URL, ADMIN_TOKEN: adminToken }
    await (await startServing(env)).stop('SIGTERM')
    expect(await titlesIn(DATABASE_URL)).toEqual([])
    await callProgram(['seed'], env)
    await (await startServing(env, { args: ['serve', '--seed'] })).stop('SIGTERM')
    expect(await titlesIn(DATABASE_URL)).toEqual([title])
    const revisions = await read(DATABASE_URL, ({ sql, tables }) => sql.select().from(tables.revisions))
    expect(revisions).toHaveLength(1)
  })

  it('logs one JSON object a line on standard output, and nothing else', async () => {
    const server = await startServing({ DATABASE_URL: await temporaryDatabase(), ADMIN_TOKEN: adminToken })
    await getStatus(`${server.url}/v1/articles`, { 'x-request-id': 'look-for-this-one' })
    await getStatus(`${server.url}/manage/v1/articles`, bearer())
    const exit = await server.stop('SIGTERM')
    const lines = logLines(server)
    for (const line of lines) {
      expect(line).toMatchObject({
        level: expect.any(String),
        msg: expect.any(String),
        pid: server.child.pid,
      })
      expect(new Date(String(line.time)).toISOString()).toBe(line.time)
    }
    expect(lines).toContainEqual(
      expect.objectContaining({
        requestId: 'look-for-this-one',
        method: 'GET',
        path: '/v1/articles',
        status: 200,
      }),
    )
    expect(exit.stdout).not.toContain(adminToken)
    expect(exit.stderr).toBe('')
  })

  it('makes an admin token at the first start, and shows it once, on standard error alone', async () => {
    const DATABASE_URL = await temporaryDatabase()
    const first = await startServing({ DATABASE_URL, LOG_LEVEL: 'trace' })
    const [, token = ''] = /^admin token \(shown this once\): (\S{32,})\n$/.exec(first.stderr()) ?? []
    expect(token).not.toBe('')
    expect(await getStatus(`${first.url}/manage/v1/articles`, bearer(token))).toBe(200)
    expect(await getStatus(`${first.url}/manage/v1/articles`, bearer(`${token}x`))).toBe(401)
    expect((await first.stop('SIGTERM')).stdout).not.toContain(token)

    const second = await startServing({ DATABASE_URL, LOG_LEVEL: 'trace' })
    expect(await getStatus(`${second.url}/manage/v1/articles`, bearer(token))).toBe(200)
    const exit = await second.stop('SIGTERM')
    expect(exit.stderr).toBe('')
    expect(exit.stdout).not.toContain(token)
    const stored = await tokensIn(DATABASE_URL)
    expect(stored.map((row) => row.role)).toEqual(['admin'])
    expect(JSON.stringify(stored)).not.toContain(token)
  })

  it('makes no token when the operator gives one', async () => {
    const DATABASE_URL = await temporaryDatabase()
    const server = await startServing({ DATABASE_URL, ADMIN_TOKEN: adminToken })
    expect(await getStatus(`${server.url}/manage/v1/articles`, bearer())).toBe(200)
    expect((await server.stop('SIGTERM')).stderr).toBe('')
    expect(await tokensIn(DATABASE_URL)).toEqual([])
  })

  it('can be started several times at once over a new database: one token, one article', async () => {
    const DATABASE_URL = await temporaryDatabase({ empty: true })
    const start = () => startServing({ DATABASE_URL }, { args: ['serve', '--seed'] })
    const servers = await Promise.all([start(), start(), start()])
    expect(servers.filter((server) => server.stderr() !== '')).toHaveLength(1)
    for (const { url } of servers) expect(await getStatus(`${url}/v1/articles/${slug}`)).toBe(200)
    expect(await tokensIn(DATABASE_URL)).toHaveLength(1)
    expect(await titlesIn(DATABASE_URL)).toEqual([title])
  })

  it.each(['silent', 'warn'])('logs nothing of what goes well when LOG_LEVEL is %s', async (level) => {
    const port = await freePort()
    const DATABASE_URL = await temporaryDatabase()
    const env = { DATABASE_URL, ADMIN_TOKEN: adminToken, LOG_LEVEL: level, PORT: String(port) }
    const program = startProgram(['serve'], env)
    const isUp = () => getStatus(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)
    await expect.poll(isUp, { timeout: 10_000 }).toBe(200)
    const exit = await program.stop('SIGTERM')
    expect(exit).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })
})

describe('serve, told to stop', () => {
  /** Sends the head of a request and waits until the server has begun with it. */
  async function beginRequest({ url }: Server) {
    // Keeps its connection open after the answer, as proxies do.
    const agent = new Agent({ keepAlive: true, timeout: 60_000 })
    onTestFinished(() => agent.destroy())
    const body = JSON.stringify({ title: 'Written while stopping' })
    const writing = request(`${url}/manage/v1/articles`, {
      method: 'POST',
      agent,
      headers: {
        ...bearer(),
        'content-type': 'application/json',
        'content-length': body.length,
        expect: '100-continue',
      },
    })
    const answered = once(writing, 'response')
    answered.catch(() => undefined)
    writing.flushHeaders()
    await once(writing, 'continue')
    return { answered, finish: () => void writing.end(body) }
  }

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s, answers what is under way and ends well',
    async (signal) => {
      const DATABASE_URL = await temporaryDatabase()
      const server = await startServing({ DATABASE_URL, ADMIN_TOKEN: adminToken })
      // Leaves a connection open that is idle; it must not hold up the end.
      expect(await getStatus(`${server.url}/healthz`)).toBe(200)
      const { answered, finish } = await beginRequest(server)

      server.child.kill(signal)
      await expect.poll(() => getStatus(`${server.url}/healthz`).catch(() => 'refused')).not.toBe(200)
      expect(server.child.exitCode).toBeNull()
      finish()
      const [answer] = await answered
      expect(answer.statusCode).toBe(201)
      answer.resume()

      const start = performance.now()
      const exit = await server.exited
      expect(performance.now() - start).toBeLessThan(3_000)
      expect(exit).toMatchObject({ code: 0, stderr: '' })
      const left = `${DATABASE_URL.slice('file:'.length)}-wal`
      expect(existsSync(left), 'the database was closed').toBe(false)
      expect(await titlesIn(DATABASE_URL)).toEqual(['Written while stopping'])
    },
  )

  it('finishes a write that waits for the database', async () => {
    const DATABASE_URL = await temporaryDatabase()
    const server = await startServing({ DATABASE_URL, ADMIN_TOKEN: adminToken })
    const other = await openDatabase(readConfig({ DATABASE_URL }))
    onTestFinished(() => other.close())
    const { answered, finish } = await beginRequest(server)
    let stopped: Promise<Exit> | undefined
    await other.write(async () => {
      finish()
      await sleep(200)
      stopped = server.stop('SIGTERM')
      await sleep(200)
    })
    const [answer] = await answered
    expect(answer.statusCode).toBe(201)
    answer.resume()
    expect(await stopped).toMatchObject({ code: 0, stderr: '' })
    expect(await titlesIn(DATABASE_URL)).toEqual(['Written while stopping'])
  })

  it('while nothing is under way, ends at once', async () => {
    const server = await startServing({ DATABASE_URL: await temporaryDatabase(), ADMIN_TOKEN: adminToken })
    const start = performance.now()
    expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, signal: null, stderr: '' })
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})
