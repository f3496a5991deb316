import { expect, it } from 'vitest'
import { startServer } from '../support/server.ts'
import { auditDesk } from './audit.ts'

it('tells of what the public notices by the slug that it knows, whatever slug waits to be published', async () => {
  const desk = auditDesk(await startServer())
  const { id } = await desk.post('/articles', { title: 'Bridge', slug: 'bridge-opens' })
  const path = `/articles/${id}`
  await desk.post(`${path}/publish`)
  await desk.patch(path, { slug: 'bridge-closes' })
  await desk.post(`${path}/publish`)
  await desk.patch(path, { slug: 'bridge-falls' })
  await desk.post(`${path}/corrections`, { text: 'It was Monday.' })
  await desk.post(`${path}/unpublish`)
  await desk.post(`${path}/kill`, { reason: 'Wrong.' })
  await desk.post(`${path}/revive`)

  const { data } = await desk.page(`subject=${id}&limit=4`)
  expect(data.map(({ type, subject }) => [type, subject.slug])).toEqual([
    ['article.revived', 'bridge-falls'],
    ['article.killed', 'bridge-closes'],
    ['article.unpublished', 'bridge-closes'],
    ['article.corrected', 'bridge-closes'],
  ])
})
