import { expect, it } from 'vitest'
import { adOnArticle, expectTotal, tell } from '../delivery/ad-readers.ts'
import { temporaryDatabase } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { startServer } from '../support/server.ts'

it('draws how often ads were shown and clicked', async () => {
  const databaseUrl = await temporaryDatabase()
  const env = { DATABASE_URL: databaseUrl }
  expect(await callProgram(['stats', 'ads'], env)).toMatchObject({
    code: 0,
    stdout: 'nothing was counted\n',
  })
  const server = await startServer({
    databaseUrl,
    clock: Date.UTC(2026, 0, 5, 12),
    env: { TRUST_PROXY: 'loopback' },
  })
  const { token, slot, creative, placement, desk } = await adOnArticle(server)
  await desk.patch(`/creatives/${creative.id}`, { title: 'Scooter \u001b[31mX' })
  for (let reader = 1; reader <= 4; reader += 1)
    await tell(server, [{ token, type: 'impression' }], {
      headers: { 'x-forwarded-for': `192.0.2.${reader}` },
    })
  await tell(server, [{ token, type: 'click' }])
  await expectTotal(server, { impressions: 4, clicks: 1 })
  const { stdout } = await callProgram(['stats', 'ads'], env)
  const [head, line] = stdout.split('\n')
  expect(head).toMatch(/^ +impressions {2}viewable {2}clicks +ctr$/)
  expect(line).toMatch(new RegExp(`^Scooter  \\[31mX \\(${placement.id}\\) +4 +0 +1 {2}25\\.00 % {2}█{30}$`))
  const byDay = await callProgram(['stats', 'ads', '--by', 'day', 'slot', '--from', '2026-01-05'], env)
  expect(byDay.stdout).toMatch(new RegExp(`^2026-01-05 {2}${String(slot.key)} +4 `, 'm'))
  expect((await callProgram(['stats', 'ads', '--to', '2026-01-04'], env)).stdout).toBe(
    'nothing was counted\n',
  )
  expect(await callProgram(['stats', 'ads', '--from', 'monday'], env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--from must be a day'),
  })
})
