import { describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { faultyServers, insist, post, somePlaces, storedTitles } from './kills.ts'

const path = '/manage/v1/batch'
const titles = ['First', 'Second', 'Third']
const operations = titles.map((title) => ({ method: 'POST', path: '/articles', body: { title } }))
const titlesIn = (text: string): string[] =>
  JSON.parse(text).results.map(({ body }: { body: { title: string } }) => body.title)

/** Runs the batch on a server that is killed there, then on another until it is answered. */
async function killAndRepeat(killAt: string, input: object) {
  const databaseUrl = await temporaryDatabase()
  const start = faultyServers(databaseUrl)
  const request = { path, key: 'one', input }
  const doomed = await start(killAt)
  expect(await post(doomed.url, request), 'no answer').toBeUndefined()
  expect((await doomed.exited).signal).toBe('SIGKILL')
  const left = await storedTitles(databaseUrl)
  const next = await start()
  const answer = await insist(() => next.url, request)
  expect(answer.status).toBe(200)
  expect(titlesIn(answer.text)).toEqual(titles)
  expect(await insist(() => next.url, request)).toEqual({ ...answer, isReplayed: true })
  return { left, answer, stored: await storedTitles(databaseUrl) }
}

describe('a batch on a server that is killed', () => {
  /** The first write claims the key, the second is the batch, the others are its operations, which join it. */
  it.each(
    somePlaces([
      ['inside:3', false],
      ['before:5', false],
      ['inside:2', false],
      ['after:2', true],
    ] as const),
  )(
    'is written whole or not at all when it is atomic: %s',
    async (killAt, isWritten) => {
      const { left, answer, stored } = await killAndRepeat(killAt, { atomic: true, operations })
      expect(left).toEqual(isWritten ? titles : [])
      expect(answer.isReplayed).toBe(isWritten)
      expect(stored).toEqual(titles)
    },
    60_000,
  )

  /** Each operation claims a key of its own and then writes; the eighth write keeps the answer of the batch. */
  it.each(
    somePlaces([
      ['inside:5', 1],
      ['after:5', 2],
      ['before:8', 3],
      ['after:8', 3],
    ] as const),
  )(
    'goes on where it stopped when it is not: %s',
    async (killAt, written) => {
      const { left, answer, stored } = await killAndRepeat(killAt, { atomic: false, operations })
      expect(left).toEqual(titles.slice(0, written))
      expect(answer.isReplayed).toBe(killAt === 'after:8')
      expect(stored).toEqual(titles)
    },
    60_000,
  )
})
