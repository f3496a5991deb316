import fc from 'fast-check'
import { expect, it } from 'vitest'
import { engineName } from '../support/database.ts'
import { startServer } from '../support/server.ts'
import { checkLists } from './list-check.ts'
import { queriesOf } from './list-model.ts'
import { names, publishWorld } from './list-world.ts'

const articles = 2_600
const queries = engineName === 'sqlite' ? 300 : 150

it(`gives, of ${articles} articles, what a plain list in memory gives, for ${queries} queries`, {
  timeout: 7_200_000,
}, async () => {
  const server = await startServer({ env: { LOG_LEVEL: 'warn' } })
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  const world = await publishWorld(server, articles, seed)
  const sample = fc.sample(queriesOf(world, names), { numRuns: queries, seed })
  const { found } = await checkLists(server, world, sample, seed)
  // The run is worth something only when most lists have something.
  expect(found / queries).toBeGreaterThan(0.5)
})
