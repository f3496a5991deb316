import type { OpenAPIV3_1 } from 'openapi-types'
import { expect, it, onTestFinished, vi } from 'vitest'
import { engineName } from '../support/database.ts'
import { createComparison } from './comparison.ts'
import { startTwins } from './desk.ts'
import { createDice } from './dice.ts'
import { nextId } from './ids.ts'
import { createPool } from './pool.ts'
import { publicChanges } from './public-changes.ts'
import { publicOperations } from './public-operations.ts'
import { publicSteps } from './public-steps.ts'
import { secretSteps } from './secret-steps.ts'
import { beginStory } from './story.ts'
import { createRequests } from './strangers.ts'

vi.mock(import('uuid'), async (original) => {
  const uuid = await original()
  return { ...uuid, v7: (() => nextId(uuid.v7)) as typeof uuid.v7 }
})

/**
 * Two servers that differ only in what is hidden: the twin has, before, between and after what is public, whatever
 * editors do that readers are not to see. Strangers ask both the same, and are answered the same to the byte.
 */

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Not on a whole second, so that what is asked in the second of a change is asked too. */
const clockStart = Date.parse('2024-01-09T08:00:00.250Z')
/** All steps together take less than an hour: nothing that is planned comes due. */
const stepMs = 7_300
const rounds = 60
/**
 * What some of the answers must be: the run is worth something only when the requests met all that there is. Not 308:
 * chance may leave no public article that has an old slug.
 */
const wanted = [304, 400, 404, 405, 410] as const

type Worlds = Awaited<ReturnType<typeof startWorlds>>

async function startWorlds() {
  vi.useFakeTimers({ toFake: ['Date'], now: clockStart })
  onTestFinished(() => void vi.useRealTimers())
  const pool = createPool()
  const desks = await startTwins(pool)
  const tick = () => void vi.setSystemTime(Date.now() + stepMs)
  const story = beginStory({ ...desks, dice: createDice(seed), tick })
  const description = desks.plain.server.app.swagger() as OpenAPIV3_1.Document
  const operations = publicOperations(desks.plain.server.routes, description)
  const dice = createDice(seed + 1)
  const requests = createRequests({ operations, description, dice, pool })
  const comparison = createComparison({ ...desks, requests, pool, dice })
  return { ...desks, story, operations, tick, comparison }
}

const shownSteps = [publicSteps.publish, ...Object.values(publicSteps)]

/**
 * Some hidden steps, then one that all may see, and after each of the two what strangers ask. Each of the steps that
 * all may see comes twice before chance chooses among them.
 */
async function round({ story, comparison }: Worlds, number: number): Promise<void> {
  const { dice } = story
  const chosen = number < 2 * shownSteps.length ? shownSteps[number % shownSteps.length] : undefined
  for (let left = dice.below(4); left > 0; left -= 1) await dice.pick(Object.values(secretSteps))(story)
  await comparison.someOf(5)
  await (chosen ?? dice.pick(shownSteps))(story)
  await comparison.someOf(5)
}

it('answers strangers alike, whatever editors hide', { timeout: 300_000 }, async () => {
  const worlds = await startWorlds()
  const { plain, twin, story, operations, tick, comparison } = worlds
  await comparison.learn()
  for (let done = 0; done < rounds; done += 1) await round(worlds, done)
  expect(Date.now() - clockStart).toBeLessThan(3_600_000)
  await comparison.learn()
  await comparison.singles()
  tick()
  await comparison.someOf(1_000)
  // What chance has not asked for yet, it may still.
  const missing = () => wanted.filter((status) => comparison.result().statuses[status] === undefined)
  for (let more = 0; more < 5 && missing().length > 0; more += 1) await comparison.someOf(500)
  const { count, differingBytes, differences, statuses } = comparison.result()
  console.log(
    `${engineName}: ${operations.length} public routes, ${story.number()} steps, ${count} requests,`,
    `${differingBytes} differing bytes; SEED=${seed}; by status: ${JSON.stringify(statuses)}`,
  )
  expect(differences, `SEED=${seed}`).toEqual([])
  const told = await publicChanges(plain.server)
  expect(await publicChanges(twin.server), `SEED=${seed}`).toEqual(told)
  expect(count).toBeGreaterThan(2_000)
  expect(statuses[200]).toBeGreaterThan(count / 10)
  expect(missing(), `SEED=${seed}`).toEqual([])
})

it('finds what one of the two shows and the other does not', { timeout: 60_000 }, async () => {
  const worlds = await startWorlds()
  const { story, comparison } = worlds
  for (let done = 0; done < 5; done += 1) await round(worlds, done)
  const draft = await story.inTwin((desk) => desk.write('POST', '/articles', { title: desk.secret() }))
  await comparison.learn()
  expect(comparison.result().differences, `SEED=${seed}`).toEqual([])
  await story.inTwin((desk) => desk.write('POST', `/articles/${draft.id}/publish`))
  await comparison.someOf(200)
  expect(comparison.result().differingBytes, `SEED=${seed}`).toBeGreaterThan(0)
})
