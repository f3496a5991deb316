import fastify from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { sendStream } from '../../src/http/streams.ts'

it('a stream leaves other requests a turn between its parts, however fast they come and are read', async () => {
  const app = fastify()
  onTestFinished(() => app.close())
  const parts = 100
  let turns = 0
  let isRead = false
  async function* made() {
    for (let part = 1; part <= parts; part += 1) yield `${part}\n`
  }
  app.get('/parts', (request, reply) =>
    sendStream(request, reply, { contentType: 'text/plain', filename: 'parts.txt', parts: made() }),
  )
  await app.ready()
  const count = () => {
    turns += 1
    if (!isRead) setImmediate(count)
  }
  setImmediate(count)
  const { payload } = await app.inject('/parts')
  isRead = true
  expect(payload.split('\n').length).toBe(parts + 1)
  expect(turns).toBeGreaterThanOrEqual(parts)
})
