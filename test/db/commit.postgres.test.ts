import { expect, it } from 'vitest'
import { startServer } from '../support/server.ts'

it('a transaction is never acknowledged when one of its statements failed and nobody told', async () => {
  const { engine } = await startServer()
  const silent = engine.write(async ({ sql, tables }) => {
    await sql.insert(tables.secrets).values({ name: 'a', value: Buffer.from('a') })
    await sql
      .insert(tables.articleBodies)
      .values({ articleId: 'nobody', body: [] })
      .catch(() => {})
  })
  await expect(silent).rejects.toMatchObject({
    code: 'unavailable',
    cause: { message: expect.stringContaining('rolled back') },
  })
  const names = await engine.snapshot(async ({ sql, tables }) =>
    sql.select({ name: tables.secrets.name }).from(tables.secrets),
  )
  expect(names).not.toContainEqual({ name: 'a' })
})
