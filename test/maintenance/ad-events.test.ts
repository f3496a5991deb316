import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { adOnArticle, expectTotal, tell, totalOf } from '../delivery/ad-readers.ts'
import { startServer } from '../support/server.ts'

const noon = Date.UTC(2026, 0, 5, 12)
const minuteMs = 60_000

it('which events of ads were counted is forgotten some time after they may be counted again, and no count is', async () => {
  const server = await startServer({ clock: noon, env: { AD_REPEAT_MINUTES: '30' } })
  const { token } = await adOnArticle(server)
  const kept = () =>
    server.engine.snapshot(async ({ sql, tables }) => (await sql.select().from(tables.adEventsSeen)).length)
  await tell(server, [
    { token, type: 'impression' },
    { token, type: 'click' },
  ])
  await expectTotal(server, { impressions: 1, clicks: 1 })
  // What happens every hour happens now, and this may still come again.
  server.setClock(noon + 90 * minuteMs)
  await sleep(1_500)
  expect(await kept()).toBe(2)
  server.setClock(noon + 151 * minuteMs)
  await expect.poll(kept, { timeout: 10_000 }).toBe(0)
  expect(await totalOf(server)).toMatchObject({ impressions: 1, clicks: 1 })
})
