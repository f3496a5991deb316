import type { OpenAPIV3_1 } from 'openapi-types'
import { expect, it, onTestFinished, vi } from 'vitest'
import { engineName } from '../support/database.ts'
import { createComparison } from './comparison.ts'
import { startTwins } from './desk.ts'
import { createDice } from './dice.ts'
import { nextId } from './ids.ts'
import { createPool } from './pool.ts'
import { publicOperations } from './public-operations.ts'
import { publicSteps } from './public-steps.ts'
import { createRequests } from './requests.ts'
import { secretSteps } from './secret-steps.ts'
import { beginStory } from './story.ts'

vi.mock(import('uuid'), async (original) => {
  const uuid = await original()
  return { ...uuid, v7: (() => nextId(uuid.v7)) as typeof uuid.v7 }
})

/**
 * Two servers that differ only in what is hidden: one has, before, between and after what is public, whatever editors
 * do that readers are not to see. Strangers ask both the same, and are answered the same to the byte.
 */

const clockStart = Date.parse('2024-01-09T08:00:00.250Z')
/** All steps together take less than an hour: nothing that is planned comes due. */
const stepMs = 7_300

async function startWorlds(seed: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: clockStart })
  onTestFinished(() => void vi.useRealTimers())
  const pool = createPool()
  const desks = await startTwins(pool)
  const tick = () => vi.setSystemTime(Date.now() + stepMs)
  const story = beginStory({ ...desks, dice: createDice(seed), tick })
  const description = desks.plain.server.app.swagger() as OpenAPIV3_1.Document
  const operations = publicOperations(desks.plain.server.routes, description)
  const dice = createDice(seed + 1)
  const requests = createRequests({ operations, description, dice, pool })
  return { story, operations, tick, comparison: createComparison({ ...desks, requests, pool, dice }) }
}

it('answers strangers alike, whatever editors hide', { timeout: 180_000 }, async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  const { story, operations, comparison, tick } = await startWorlds(seed)
  console.log('SEED', seed)
  let t = performance.now()
  for (let round = 0; round < 60; round += 1) {
    for (let n = story.dice.below(4); n > 0; n -= 1)
      await secretSteps[story.dice.pick(Object.keys(secretSteps))]?.(story)
    await publicSteps[story.dice.pick(Object.keys(publicSteps))]?.(story)
    await comparison.someOf(8)
  }
  console.log('story', performance.now() - t, comparison.result().count, story.number(), new Date())
  t = performance.now()
  await comparison.learn()
  console.log('learn', performance.now() - t, comparison.result().count)
  t = performance.now()
  await comparison.singles(20)
  console.log('singles', performance.now() - t, comparison.result().count)
  t = performance.now()
  await comparison.someOf(800)
  tick()
  console.log('some', performance.now() - t, comparison.result().count)
  const { count, differingBytes, differences, statuses } = comparison.result()
  console.log(engineName, operations.length, count, differingBytes, [...statuses])
  console.log(differences.slice(0, 3))
  expect(differences.slice(0, 20), `SEED=${seed}`).toEqual([])
})
