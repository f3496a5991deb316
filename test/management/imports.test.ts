import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { bearer, startServer, type TestServer } from '../support/server.ts'

const post = (id: number, more = '') =>
  `<item><title>Post ${id}</title><content:encoded><![CDATA[Text <script>x</script>]]></content:encoded><wp:post_id>${id}</wp:post_id><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>${more}</item>`
const archive = (...items: readonly string[]) =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:base_site_url>https://a.example</wp:base_site_url>${items.join('')}</channel></rss>`

/** Sends a file and waits for the end of its import. */
async function importing(
  { http }: TestServer,
  body: string,
  { query = {}, type = 'application/xml' }: { query?: Record<string, string>; type?: string } = {},
) {
  const { headers, body: job } = await http
    .post('/manage/v1/import')
    .query(query)
    .set(bearer())
    .set('content-type', type)
    .send(body)
    .expect(202)
  expect(headers.location).toBe(`/manage/v1/imports/${job.id}`)
  expect(job).toMatchObject({ status: 'waiting', processed: 0 })
  for (;;) {
    const { body: polled } = await http
      .get(headers.location ?? '')
      .set(bearer())
      .expect(200)
    if (polled.finishedAt !== null) return polled
    await sleep(50)
  }
}

const foldersOfUploads = () => readdirSync(tmpdir()).filter((name) => name.startsWith('copydesk-import-'))

it('imports what is sent as a job to poll, tells of every problem, and makes nothing twice', async () => {
  const server = await startServer()
  const before = foldersOfUploads()
  const items = [
    post(1),
    post(2, '<wp:post_password>x</wp:post_password>'),
    '<item><title>Broken</wrong></item>',
  ]
  const first = await importing(server, archive(...items), { query: { publish: 'true' } })
  expect(first).toMatchObject({
    status: 'completed',
    processed: 3,
    created: 2,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    failed: 1,
    problemCount: 5,
    format: null,
    publish: true,
    reason: null,
  })
  expect(
    first.problems.map(({ kind, place }: { kind: string; place: string }) => `${kind} ${place}`),
  ).toEqual([
    'loss item 1 (post 1)',
    'loss item 2 (post 2)',
    'loss item 2 (post 2)',
    'withheld item 2 (post 2)',
    'failed item 3',
  ])
  await server.http.get('/v1/articles/post-1').expect(200)
  await server.http.get('/v1/articles/post-2').expect(404)
  expect(await importing(server, archive(...items), { query: { publish: 'true' } })).toMatchObject({
    created: 0,
    unchanged: 2,
    failed: 1,
  })
  const { body } = await server.http.get('/manage/v1/events?type=article.published').set(bearer()).expect(200)
  expect(body.data[0].actor.name).not.toBe('system')
  const dry = await importing(server, '# A title\n\nA text.', {
    type: 'text/markdown',
    query: { dryRun: 'true', name: 'a.md' },
  })
  expect(dry).toMatchObject({ status: 'completed', created: 1, dryRun: true })
  const markdown = await importing(server, '[b](b.html)', {
    type: 'text/plain',
    query: { format: 'markdown', name: '2024-01-09-story.md', baseUrl: 'https://a.example/x/' },
  })
  expect(markdown).toMatchObject({ created: 1, format: 'markdown' })
  // Others send files meanwhile, too, which are gone soon after.
  await expect
    .poll(() => foldersOfUploads().filter((name) => !before.includes(name)), { timeout: 10_000 })
    .toEqual([])
}, 60_000)

it('refuses what it cannot take', async () => {
  const { http, token } = await startServer()
  const send = (query = '') => http.post(`/manage/v1/import${query}`).set(bearer())
  const { body: empty } = await send().set('content-type', 'application/xml').expect(422)
  expect(empty).toMatchObject({ code: 'invalid-body', errors: [{ pointer: '' }] })
  await send().expect(422)
  const { body: unknown } = await send().send({}).expect(422)
  expect(unknown).toMatchObject({ code: 'invalid-body', errors: [{ code: 'unknown-format' }] })
  await send().set('content-type', 'multipart/form-data; boundary=x').send('x').expect(415)
  await send('?format=docx').set('content-type', 'text/plain').send('x').expect(400)
  await send('?nope=1').set('content-type', 'text/plain').send('x').expect(400)
  const editor = await token('editor')
  await http
    .post('/manage/v1/import')
    .set('authorization', `Bearer ${editor}`)
    .set('content-type', 'text/plain')
    .send('x')
    .expect(403)
  await http.get('/manage/v1/imports/018ced2a-4000-7000-8000-00000000f001').set(bearer()).expect(404)
})

it('answers delivery while a hostile archive is read, and ends jobs whose process has died', async () => {
  const server = await startServer({ seeded: true })
  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
  const deep = `<html><body>${'<b>'.repeat(1_900)}${'<i><u>x'.repeat(20_000)}`
  const jobs = [
    importing(server, archive(post(1)).replace('<rss', `${bomb}<rss`)),
    importing(server, deep, { type: 'text/html' }),
    importing(server, `{"type":"article","title":"${'x'.repeat(900_000)}"}`, {
      type: 'application/x-ndjson',
    }),
  ]
  let slowest = 0
  const done = Promise.all(jobs)
  let isOver = false
  void done.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const start = performance.now()
    await server.http.get('/v1/articles').expect(200)
    slowest = Math.max(slowest, performance.now() - start)
    await sleep(5)
  }
  for (const job of await done) expect(job).toMatchObject({ status: 'completed', created: 0, failed: 1 })
  expect(slowest).toBeLessThan(1_000)

  const [job] = await done
  await server.db.write((tx) =>
    tx.imports.update(job.id, {
      ...{ status: 'running', counts: { created: 1, updated: 0, unchanged: 0, skipped: 0, failed: 0 } },
      ...{
        problems: [],
        problemCount: 0,
        reason: null,
        finishedAt: null,
        updatedAt: '2024-01-01T00:00:00.000Z',
      },
    }),
  )
  const { body } = await server.http.get(`/manage/v1/imports/${job.id}`).set(bearer()).expect(200)
  expect(body).toMatchObject({
    status: 'failed',
    created: 1,
    reason: expect.stringContaining('send it again'),
  })
  // Maintenance writes that down, and forgets it after 30 days.
  const hour = 3_600_000
  server.setClock(Date.now() + hour + 60_000)
  const stored = async () => (await server.db.read((reader) => reader.imports.find(job.id)))?.status
  await expect.poll(stored, { timeout: 10_000 }).toBe('failed')
  server.setClock(Date.now() + 31 * 24 * hour)
  await expect.poll(stored, { timeout: 10_000 }).toBeUndefined()
}, 60_000)
