import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { type Server, startServing } from '../support/process.ts'
import { adminToken, bearer } from '../support/server.ts'
import { ask, isRunning, workerPids, workersOf } from '../support/workers.ts'
import { storedTitles } from './kills.ts'

const count = 2
const patience = { timeout: 20_000 }

async function startWorkers(): Promise<Server & { databaseUrl: string }> {
  const databaseUrl = await temporaryDatabase()
  const env = { DATABASE_URL: databaseUrl, ADMIN_TOKEN: adminToken, WORKERS: String(count) }
  return { ...(await startServing(env)), databaseUrl }
}

/** Sends the head of a request on a connection of its own, and waits until a worker has begun with it. */
async function beginWrite({ url }: Server, title: string) {
  const agent = new Agent({ keepAlive: true, timeout: 60_000 })
  onTestFinished(() => agent.destroy())
  const body = JSON.stringify({ title })
  const headers = {
    ...bearer(),
    'content-type': 'application/json',
    'content-length': body.length,
    expect: '100-continue',
  }
  const writing = request(`${url}/manage/v1/articles`, { method: 'POST', agent, headers })
  const answered = once(writing, 'response')
  answered.catch(() => undefined)
  writing.flushHeaders()
  await once(writing, 'continue')
  return {
    async finish(): Promise<number> {
      writing.end(body)
      const [answer] = await answered
      answer.resume()
      return answer.statusCode
    },
  }
}

const takesConnections = ({ url }: Server) =>
  ask(`${url}/healthz`).then(
    ({ status }) => status === 200,
    () => false,
  )

it.each(['the primary', 'all processes'])(
  'workers answer what is under way when %s is told to stop, and end well',
  async (told) => {
    const server = await startWorkers()
    const titles = Array.from({ length: 9 }, (_, index) => `Written while stopping ${index}`)
    const writes = await Promise.all(titles.map((title) => beginWrite(server, title)))
    // Leaves a connection open that is idle.
    await (await fetch(`${server.url}/healthz`)).arrayBuffer()

    const before = server.stdout().length
    if (told === 'all processes') for (const pid of workerPids(server)) process.kill(pid, 'SIGINT')
    server.child.kill(told === 'all processes' ? 'SIGINT' : 'SIGTERM')
    await expect.poll(() => takesConnections(server), patience).toBe(false)
    expect(server.child.exitCode).toBeNull()
    expect(await Promise.all(writes.map((write) => write.finish()))).toEqual(titles.map(() => 201))

    const exit = await server.exited
    expect(exit).toMatchObject({ code: 0, stderr: '' })
    expect(exit.stdout.slice(before)).not.toContain('"level":"error"')
    expect(workerPids(server).filter(isRunning)).toEqual([])
    expect((await storedTitles(server.databaseUrl)).sort()).toEqual(titles)
  },
  90_000,
)

it('one worker that is told to stop answers what it has begun; a second signal ends all at once', async () => {
  const server = await startWorkers()
  const titles = Array.from({ length: 6 }, (_, index) => `Written while one stops ${index}`)
  const writes = await Promise.all(titles.map((title) => beginWrite(server, title)))
  const [one = 0] = workerPids(server)
  process.kill(one, 'SIGTERM')
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(`${server.url}/v1/articles`)))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(await Promise.all(writes.map((write) => write.finish()))).toEqual(titles.map(() => 201))
  await workersOf(server, count + 1)
  await expect.poll(() => isRunning(one), patience).toBe(false)

  await beginWrite(server, 'Never finished')
  server.child.kill('SIGTERM')
  await expect.poll(() => takesConnections(server), patience).toBe(false)
  server.child.kill('SIGTERM')
  expect(await server.exited).toMatchObject({ code: 1, signal: null })
  await expect.poll(() => workerPids(server).filter(isRunning), patience).toEqual([])
}, 90_000)

it('workers end when the primary is killed', async () => {
  const server = await startWorkers()
  await beginWrite(server, 'Never finished')
  server.child.kill('SIGKILL')
  await expect.poll(() => workerPids(server).filter(isRunning), patience).toEqual([])
  expect((await server.exited).signal).toBe('SIGKILL')
}, 90_000)
