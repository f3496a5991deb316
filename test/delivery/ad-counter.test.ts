import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { adTokenKeyOf, signAdToken } from '../../src/ads/token.ts'
import { createAdCounter } from '../../src/counting/counter.ts'
import type { Db } from '../../src/store/index.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { adOnArticle, browser, expectTotal, totalOf } from './ad-readers.ts'

const most = 100_000
const from = (reader: number) => ({
  ...{ address: `192.0.2.1 ${reader}`, userAgent: browser },
  excludedAs: undefined,
})

/** A counter beside that of a server, whose writes a test may spoil. */
async function counterOver(server: TestServer, write: Db['write']) {
  const { placement, article } = await adOnArticle(server)
  const adTokenKey = adTokenKeyOf(new Uint8Array(32))
  const registry = new Registry()
  const lost: number[] = []
  const counter = createAdCounter({
    ...{ db: { ...server.db, write }, adTokenKey, registry, clock: Date.now, repeatMs: 60_000 },
    ...{ onFailure: () => {}, onLoss: (events: number) => void lost.push(events) },
  })
  const token = signAdToken(adTokenKey, { placementId: placement.id, articleId: article.id }, Date.now())
  return { counter, token, registry, lost }
}

describe('the counter', () => {
  it('counts once what was written by a write of which nobody knows', async () => {
    const server = await startServer()
    let writes = 0
    const { counter, token } = await counterOver(server, async (work) => {
      const result = await server.db.write(work)
      writes += 1
      if (writes <= 2) throw new Error('the connection was lost after the commit')
      return result
    })
    for (let reader = 0; reader < 700; reader += 1)
      expect(counter.count([{ token, type: 'impression' }], from(reader)).accepted).toBe(1)
    await expect.poll(() => writes, { timeout: 15_000 }).toBe(4)
    await counter.stop()
    await expectTotal(server, { impressions: 700 })
  })

  it('keeps what came while the database is away, up to a bound, and says what was dropped and lost', async () => {
    const server = await startServer()
    const { counter, token, registry, lost } = await counterOver(server, () =>
      Promise.reject(new Error('the database is away')),
    )
    for (let reader = 0; reader < most; reader += 1)
      counter.count([{ token, type: 'impression' }], from(reader))
    expect(counter.count([{ token, type: 'click' }], from(0))).toMatchObject({
      accepted: 0,
      ignored: { overload: 1 },
    })
    expect(await registry.metrics()).toContain(`copydesk_ad_events_waiting ${most}`)
    expect(await registry.metrics()).toContain('{type="click",outcome="overload"} 1')
    await counter.stop()
    expect(lost).toEqual([most])
    expect(await totalOf(server)).toMatchObject({ impressions: 0 })
  })
})
