import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { PublicChange } from '../../src/contract/public-change.ts'
import { engineName, temporaryDatabase } from '../support/database.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createDice, type Dice } from '../sweep/dice.ts'
import { editorOf } from './change-editor.ts'
import { type EventClient, openEvents } from './event-client.ts'
import { editAtRandom } from './random-edits.ts'
import { changesAfter, createCopy, newestChange, readAll, type Site, siteAt } from './sync-client.ts'

/**
 * Two clients keep copies of all that is public while editors do whatever they can: one asks again and again, the other
 * follows the stream, from one of two instances, and is cut off every now and then. `EDITS` sets how many edits.
 */

const edits = Number(process.env.EDITS ?? 300)
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

interface Running {
  /** Ends the client when it has come to this change. */
  until(seq: number): Promise<void>
}

const urlOf = ({ app }: TestServer) => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`

/** Asks for changes again and again. */
function poll(site: Site, copy: ReturnType<typeof createCopy>): Running & { readonly count: () => number } {
  let [goal, rounds] = [Number.POSITIVE_INFINITY, 0]
  const done = run()

  async function run(): Promise<void> {
    while (copy.last() < goal) {
      rounds += 1
      for await (const changes of changesAfter(site, copy.last())) await copy.apply(changes, site)
      await sleep(20)
    }
  }

  return {
    count: () => rounds,
    until(seq) {
      goal = seq
      return done
    },
  }
}

/** Follows the stream, and goes on from the last event at any of the sites when it is cut. */
function follow(urls: readonly string[], copy: ReturnType<typeof createCopy>, dice: Dice) {
  let [goal, cuts, resets] = [Number.POSITIVE_INFINITY, 0, 0]
  const done = run()

  async function run(): Promise<void> {
    while (copy.last() < goal) {
      const url = dice.pick(urls)
      const headers = { 'last-event-id': String(copy.last()) }
      const client = await openEvents(new URL(`${url}/v1/changes/stream`), headers)
      if (client.status !== 200) throw new Error(`the stream answers ${client.status}`)
      const cut = setTimeout(() => client.leave(), dice.below(400))
      await takeIn(client, siteAt(url))
      clearTimeout(cut)
      client.leave()
      cuts += 1
      // Sometimes it is away for so long that it misses much.
      await sleep(dice.chance(10) ? dice.below(1_500) : dice.below(50))
    }
  }

  async function takeIn(client: EventClient, site: Site): Promise<void> {
    let taken = 0
    let isOpen = true
    void client.closed.then(() => {
      isOpen = false
    })
    while (taken < client.events.length || (isOpen && copy.last() < goal)) {
      const some = client.events.slice(taken)
      taken += some.length
      if (some[0]?.type === 'reset') {
        resets += 1
        for await (const changes of changesAfter(site, copy.last())) await copy.apply(changes, site)
        return
      }
      const changes = some.map(({ data }) => JSON.parse(data) as PublicChange)
      if (changes.length > 0) await copy.apply(changes, site)
      else await sleep(5)
    }
  }

  return {
    cuts: () => cuts,
    resets: () => resets,
    until(seq: number) {
      goal = seq
      return done
    },
  }
}

it(`keeps copies right over ${edits} random edits`, { timeout: 600_000 }, async () => {
  const databaseUrl = await temporaryDatabase()
  const env = { RATE_LIMIT_WRITES_PER_SECOND: '0', LOG_LEVEL: 'error' }
  const [one, other] = [await startServer({ databaseUrl, env }), await startServer({ databaseUrl, env })]
  const [dice, cuts] = [createDice(seed), createDice(seed + 1)]
  await editAtRandom(one, dice, 200)
  // More than the stream keeps.
  await editorOf(one).tell(1_000)

  const site = siteAt(urlOf(one))
  const [polled, streamed] = [createCopy(), createCopy()]
  const begun = performance.now()
  const editing = editAtRandom(one, dice, edits)
  polled.begin(await newestChange(site), await readAll(site))
  const started = polled.last()
  // This one has nothing but changes, from the first.
  streamed.begin(0, new Map())
  const polling = poll(site, polled)
  const following = follow([urlOf(one), urlOf(other)], streamed, cuts)
  const accepted = await editing
  const editSeconds = (performance.now() - begun) / 1_000

  const newest = await newestChange(site)
  await Promise.all([polling.until(newest), following.until(newest)])
  const seconds = (performance.now() - begun) / 1_000
  const published = await readAll(site)
  console.log(
    `${engineName}: ${accepted} edits in ${editSeconds.toFixed(1)} s (with the clients ${seconds.toFixed(1)} s),`,
    `${newest} public changes, ${newest - started} of them followed; ${published.size} articles are public;`,
    `${polling.count()} polls; ${following.cuts()} cuts, ${following.resets()} resets; SEED=${seed}`,
  )
  expect(accepted).toBeGreaterThanOrEqual(edits)
  expect(published.size).toBeGreaterThan(10)
  expect(following.cuts()).toBeGreaterThan(2)
  expect(following.resets()).toBeGreaterThan(0)
  expect(polled.copies, `SEED=${seed}`).toEqual(published)
  expect(streamed.copies, `SEED=${seed}`).toEqual(published)
})
