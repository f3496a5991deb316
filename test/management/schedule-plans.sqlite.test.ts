import { expect, it } from 'vitest'
import { openSqlite } from '../../src/db/open.sqlite.ts'
import { scheduleReader } from '../../src/store/schedule.ts'
import { plansOf } from '../search/plans.ts'
import { temporaryDatabase } from '../support/database.ts'

/** Without statistics, as databases are, the plan does not depend on how many articles there are. */
it('what is planned is found every second by the indexes of its instants alone', async () => {
  const engine = openSqlite(await temporaryDatabase())
  const now = '2026-01-01T00:00:00.000Z'
  const plans = await plansOf({ engine }, async (query) => {
    const schedule = scheduleReader(query)
    await schedule.due(now, 10)
    await schedule.nextDue()
    await schedule.countOverdue(now)
  })
  await engine.close()
  expect(plans).toHaveLength(9)
  const found = /USING (COVERING )?INDEX (articles_scheduled|articles_unpublish|ad_placements_edge)/
  for (const plan of plans) expect(plan).toEqual([expect.stringMatching(found)])
})
