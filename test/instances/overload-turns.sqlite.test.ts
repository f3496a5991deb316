import autocannon from 'autocannon'
import { describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken } from '../support/server.ts'

describe('a server that more is asked of than it can do', () => {
  it('refuses some of what comes, answers the rest, and refuses nothing once that is over', {
    timeout: 90_000,
  }, async () => {
    const { url } = await startServing(
      {
        DATABASE_URL: await temporaryDatabase(),
        ADMIN_TOKEN: adminToken,
        OVERLOAD_TURN_MS: '100',
        RESPONSE_CACHE_MIB: '0',
      },
      { args: ['serve', '--seed'] },
    )
    let asked = 0
    /** An address of its own for each, so that none is computed for another. */
    const path = () => {
      asked += 1
      return `/v1/articles?include=body,related,ads&publishedAfter=${new Date(asked).toISOString()}`
    }
    const load = autocannon({
      url,
      connections: 300,
      duration: 3,
      requests: [{ setupRequest: (request) => ({ ...request, path: path() }) }],
    })
    let isOver = false
    const health: number[] = []
    const asking = (async () => {
      while (!isOver) health.push((await fetch(`${url}/healthz`)).status)
    })()
    const { statusCodeStats = {} } = await load
    isOver = true
    await asking
    expect(Object.keys(statusCodeStats).sort()).toEqual(['200', '503'])
    expect(new Set(health)).toEqual(new Set([200]))
    await expect
      .poll(
        async () => {
          const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(url + path())))
          return new Set(answers.map(({ status }) => status))
        },
        { timeout: 5_000, interval: 250 },
      )
      .toEqual(new Set([200]))
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /^http_requests_refused_total\{reason="turn"\} [1-9]/m,
    )
  })
})
