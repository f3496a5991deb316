import { describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { type Server, startServing } from '../support/process.ts'
import { adminToken, bearer } from '../support/server.ts'
import { ask, workerPids, workersOf } from '../support/workers.ts'

const articles = '/manage/v1/articles'

async function create({ url }: Server, title: string, token = adminToken) {
  const answer = await ask(`${url}${articles}`, { method: 'POST', headers: bearer(token), body: { title } })
  expect(answer.status).toBe(201)
  return { ...answer, id: (JSON.parse(answer.text) as { id: string }).id }
}

const publish = ({ url }: Server, id: string, body: object = {}) =>
  ask(`${url}${articles}/${id}/publish`, { method: 'POST', headers: bearer(), body })

/** Resolves when the primary has seen it, and gives the crashed one no connection any more. */
async function crash({ stdout }: Server, pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  const seen = `"workerPid":${pid},"reason":"ended by SIGKILL"`
  await expect.poll(() => stdout().includes(seen), { timeout: 20_000 }).toBe(true)
}

async function metricOf({ url }: Server, name: string): Promise<number> {
  const { text } = await ask(`${url}/metrics`)
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.slice(name.length))
}

describe('several workers', () => {
  it('migrate, seed and make a token once, and are replaced at their address when they crash', async () => {
    const DATABASE_URL = await temporaryDatabase({ empty: true })
    const server = await startServing({ DATABASE_URL, WORKERS: '2' }, { args: ['serve', '--seed'] })
    const [, token = ''] = /^admin token \(shown this once\): (\S{32,})\n$/.exec(server.stderr()) ?? []
    const list = await ask(`${server.url}${articles}`, { headers: bearer(token) })
    expect([list.status, JSON.parse(list.text).data.length]).toEqual([200, 1])

    const first = workerPids(server)
    expect(first).toHaveLength(2)
    for (const [index, victim] of first.entries()) {
      await crash(server, victim)
      for (let round = 0; round < 5; round += 1) await create(server, `After ${index}, ${round}`, token)
      await workersOf(server, 3 + index)
    }
    expect(server.stdout().match(/"listening on .* with 2 workers/g)).toHaveLength(1)
    const exit = await server.stop('SIGTERM')
    expect(exit.code, exit.stdout.slice(-3000)).toBe(0)
    expect(exit.stderr.match(/admin token/g)).toHaveLength(1)
  }, 90_000)

  it('share their limits, add up their metrics and do once what is planned, whoever crashes', async () => {
    const server = await startServing({
      DATABASE_URL: await temporaryDatabase(),
      ADMIN_TOKEN: adminToken,
      WORKERS: '2',
      RATE_LIMIT_FAILED_AUTH_PER_MINUTE: '3',
    })
    const wrong: number[] = []
    for (let index = 0; index < 5; index += 1)
      wrong.push((await ask(`${server.url}${articles}`, { headers: bearer('a-wrong-token') })).status)
    expect(wrong).toEqual([401, 401, 401, 429, 429])

    const counted = 'http_request_duration_seconds_count{method="GET",route="/healthz",status="2xx"}'
    for (let index = 0; index < 9; index += 1) await ask(`${server.url}/healthz`)
    for (let index = 0; index < 4; index += 1) expect(await metricOf(server, counted)).toBe(9)
    await publish(server, (await create(server, 'Counted')).id)
    for (let index = 0; index < 4; index += 1)
      expect(await metricOf(server, 'copydesk_public_change')).toBe(1)

    const published = 'copydesk_schedule_lateness_seconds_count{outcome="published"}'
    /** Answers who published it. */
    const plan = async (title: string): Promise<number> => {
      const { id } = await create(server, title)
      await publish(server, id, { at: new Date(Date.now() + 200).toISOString() })
      const lines = () => server.stdout().match(new RegExp(`.*${id}.*"scheduled change made"`, 'g')) ?? []
      await expect.poll(lines, { timeout: 20_000 }).toHaveLength(1)
      return Number(/"pid":(\d+)/.exec(lines()[0] ?? '')?.[1])
    }
    const onDuty = await plan('One')
    expect(await plan('Two')).toBe(onDuty)
    expect(await metricOf(server, published)).toBe(2)
    await crash(server, onDuty)
    const successor = await plan('Three')
    expect(successor).not.toBe(onDuty)

    await workersOf(server, 3)
    await ask(`${server.url}/healthz`)
    expect(await metricOf(server, counted), 'what the crashed one counted stays').toBe(10)
    expect(await metricOf(server, published)).toBe(3)
  }, 90_000)
})
