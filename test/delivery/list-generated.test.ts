import { asc } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { fill } from '../../bench/filling/fill.ts'
import { diceOf } from '../../bench/filling/random.ts'
import { settle } from '../../bench/filling/settle.ts'
import { temporaryDatabase } from '../support/database.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { namesOf, publicOf } from './generated-world.ts'
import { checkLists } from './list-check.ts'
import { combinationsOf } from './list-model.ts'

/**
 * As many as there is time for. `LIST_ARTICLES=100000 LIST_QUERIES=all` asks a query of every combination of filters
 * and sorts, and takes a quarter of an hour; with
 * `LIST_DATABASE` also of a database that is there, filled by
 * `npm run bench:fill -- --articles <as many> --seed <SEED> --until 2026-01-01T00:00:00Z`.
 */
const articles = Number(process.env.LIST_ARTICLES ?? 500)
const yearMs = 365.25 * 86_400_000
const queries = process.env.LIST_QUERIES ?? '100'

async function addressesOf({ engine }: TestServer) {
  // Ids go up in the order in which articles are made.
  return engine.lookUp(({ sql, tables: { articles: table } }) =>
    sql.select({ id: table.id, slug: table.slug }).from(table).orderBy(asc(table.id)),
  )
}

it(`gives, of a newsroom of ${articles} articles, what a plain list in memory gives (${queries} combinations)`, {
  timeout: 7_200_000,
}, async () => {
  const given = process.env.LIST_DATABASE
  const databaseUrl = given ?? (await temporaryDatabase())
  const server = await startServer({ databaseUrl, env: { LOG_LEVEL: 'warn' } })
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  const plan = { articles, seed, until: Date.parse('2026-01-01T00:00:00Z'), span: 8 * yearMs }
  const start = performance.now()
  if (given === undefined) {
    await fill(server.engine, plan)
    await settle(databaseUrl)
  }
  const filled = performance.now()
  const world = publicOf(plan, await addressesOf(server))
  const all = combinationsOf(world, namesOf(plan), seed)
  const dice = diceOf(seed, articles)
  const asked = queries === 'all' ? all : Array.from({ length: Number(queries) }, () => dice.pick(all))
  const { requests, found } = await checkLists(server, world, asked, seed)
  // The run is worth something only when most lists have something.
  expect(found / asked.length).toBeGreaterThan(0.5)
  const seconds = [filled - start, performance.now() - filled].map((ms) => Math.round(ms / 1_000))
  if (process.env.LIST_QUERIES !== undefined)
    console.info(
      `${world.length} public articles filled in ${seconds[0]} s; ${asked.length} combinations, ${requests} requests in ` +
        `${seconds[1]} s; ${found} found something`,
    )
})
