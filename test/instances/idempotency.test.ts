import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import type { Server } from '../support/process.ts'
import { faultyServers, insist, post, somePlaces, storedTitles } from './kills.ts'

const path = '/manage/v1/articles'
const rounds = 2

describe('one Idempotency-Key, many requests and servers that are killed', () => {
  it('make one article for each key, and all forty get the same answer', async () => {
    const databaseUrl = await temporaryDatabase()
    const start = faultyServers(databaseUrl)
    const servers: [Server, Server] = await Promise.all([start(), start()])
    let replays = 0
    for (let round = 0; round < rounds; round += 1) {
      const request = { path, key: `round-${round}`, input: { title: `Round ${round}` } }
      const victim = round % 2
      const clients = Array.from({ length: 40 }, (_, index) => {
        let tries = index
        const urlNow = () => {
          tries += 1
          return (servers[tries % 2] as Server).url
        }
        return insist(urlNow, request)
      })
      const killing = (async () => {
        await sleep(Math.random() * 60)
        expect((await (servers[victim] as Server).stop('SIGKILL')).signal).toBe('SIGKILL')
        servers[victim] = await start()
      })()
      const answers = await Promise.all(clients)
      await killing
      expect(new Set(answers.map((answer) => answer.status)), `round ${round}`).toEqual(new Set([201]))
      expect(new Set(answers.map((answer) => answer.text)).size, `round ${round}`).toBe(1)
      replays += answers.filter((answer) => answer.isReplayed).length
    }
    expect(await storedTitles(databaseUrl)).toEqual(
      Array.from({ length: rounds }, (_, round) => `Round ${round}`),
    )
    expect(replays, 'one of forty ran, where its client got to hear of it').toBeGreaterThanOrEqual(
      rounds * 39,
    )
  }, 120_000)

  /** The first write claims the key, the second is the work. */
  it.each(
    somePlaces([
      ['inside:1', 0],
      ['before:2', 0],
      ['inside:2', 0],
      ['after:2', 1],
    ] as const),
  )(
    'make one article when the only one is killed %s',
    async (killAt, stored) => {
      const databaseUrl = await temporaryDatabase()
      const start = faultyServers(databaseUrl)
      const request = { path, key: 'one', input: { title: 'Once' } }
      const doomed = await start(killAt)
      expect(await post(doomed.url, request), 'no answer').toBeUndefined()
      expect((await doomed.exited).signal).toBe('SIGKILL')
      expect(await storedTitles(databaseUrl)).toHaveLength(stored)

      const next = await start()
      const answer = await insist(() => next.url, request)
      expect(answer).toMatchObject({ status: 201, isReplayed: stored === 1 })
      expect(await insist(() => next.url, request)).toEqual({ ...answer, isReplayed: true })
      expect(await storedTitles(databaseUrl)).toEqual(['Once'])
    },
    60_000,
  )
})
