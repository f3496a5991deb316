import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { makeRichNewsroom } from '../support/rich-newsroom.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'

interface Line {
  readonly type: string
  readonly [member: string]: unknown
}

/** Sends lines of an archive, and answers the import when it has ended. */
async function importing({ http }: TestServer, lines: readonly Line[], token?: string) {
  const { body: job } = await http
    .post('/manage/v1/import')
    .set({ ...bearer(token), 'content-type': 'application/x-ndjson' })
    .send(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    .expect(202)
  for (;;) {
    const { body } = await http.get(`/manage/v1/imports/${job.id}`).set(bearer()).expect(200)
    if (body.finishedAt !== null) return body
    await sleep(50)
  }
}

async function exporting({ http }: TestServer): Promise<Line[]> {
  const { text } = await http.get('/manage/v1/export').set(bearer()).buffer(true).expect(200)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

it('an export sent back over HTTP is restored exactly, by those who may write all that is in it', async () => {
  const source = await startServer()
  await makeRichNewsroom(source)
  const lines = await exporting(source)

  const target = await startServer()
  const permissions = ['content.import', 'taxonomy.write', 'articles.edit', 'articles.publish']
  const { body: granted } = await target.http
    .post('/manage/v1/tokens')
    .set(bearer())
    .send({ name: 'Import', permissions })
    .expect(201)
  const refused = await importing(target, lines, granted.token)
  const terms = lines.filter(({ type }) => ['section', 'tag', 'author'].includes(type)).length
  expect(refused).toMatchObject({ created: terms, failed: lines.length - 2 - terms })
  const reasons = new Set(refused.problems.map(({ reason }: { reason: string }) => reason))
  for (const permission of ['articles.revive', 'ads.write'])
    expect(reasons).toContain(`To restore it takes the permission ${permission} too.`)

  expect(await importing(target, lines)).toMatchObject({ created: lines.length - 2 - terms, failed: 0 })
  expect(await exporting(target)).toEqual(lines)

  // To publish takes what publishing takes.
  const { body: reader } = await target.http
    .post('/manage/v1/tokens')
    .set(bearer())
    .send({ name: 'Import', permissions: ['content.import'] })
    .expect(201)
  const publishing = () =>
    target.http.post('/manage/v1/import?publish=true').set({
      ...bearer(reader.token),
      'content-type': 'text/markdown',
    })
  await publishing().send('# Title\n\nText.').expect(403)
}, 60_000)

it('lines that could not have been exported are refused, and leave a database that is in order', async () => {
  const source = await startServer()
  const post = async (path: string, body: object = {}) =>
    (await source.http.post(`/manage/v1/articles${path}`).set(bearer()).send(body)).body
  const { id } = await post('', { title: 'Bridge' })
  await post(`/${id}/publish`)
  await post('', { title: 'Draft' })
  const lines = await exporting(source)
  const [shown, draft] = lines.filter(({ type }) => type === 'article') as [Line, Line]
  let number = 0
  /** Another article like it. */
  const like = (line: Line, changes: object): Line => {
    number += 1
    const other = {
      ...line,
      id: `018ced2a-4000-7000-8000-0000000000${10 + number}`,
      slug: `other-${number}`,
      slugs: [],
    }
    return { ...other, ...changes }
  }
  const at = '2030-01-01T00:00:00.000Z'
  const mixed = 'must have `public` and `publishedVersion` if, and only if, its status is `published`'
  const cases: [Line, string][] = [
    [like(shown, { public: null }), mixed],
    [like(shown, { status: 'killed' }), mixed],
    [like(draft, { public: { updatedAt: at } }), mixed],
    [like(shown, { publishedVersion: 9 }), 'must not have published a version that is not there yet'],
    [
      like(shown, { publishedAt: null }),
      'must have `publishedAt` and `firstPublishedAt` where it is published',
    ],
    [like(draft, { status: 'scheduled' }), 'must have `scheduledAt` where it is scheduled'],
    [like(draft, { scheduledAt: at }), 'must have `scheduledAt` only where it is scheduled or published'],
    [like(shown, { trashedAt: at }), 'must not be in the trash where it is published'],
    [like(draft, { version: 2 ** 31 }), 'version Too big: expected number to be <=2000000000'],
    [like(draft, { tagIds: [id, id] }), 'tagIds must not name a tag twice'],
    [like(draft, { tagIds: [id] }), 'The article refers to what is not here: /tagIds/0.'],
    [like(draft, { slug: shown.slug }), 'Another article has or had the slug bridge.'],
  ]

  const databaseUrl = await temporaryDatabase()
  const target = await startServer({ databaseUrl })
  const sent = [shown, ...cases.map(([line]) => line), shown]
  const job = await importing(target, sent)
  expect(job).toMatchObject({ created: 1, unchanged: 1, failed: cases.length })
  expect(job.problems.map(({ reason }: { reason: string }) => reason)).toEqual(
    cases.map(([, reason]) => reason),
  )
  const stored = (await exporting(target)).filter(({ type }) => type === 'article')
  expect(stored).toEqual([shown])
  const newer = await importing(target, [{ type: 'copydesk', version: 2 }, draft])
  expect(newer).toMatchObject({ created: 0, failed: 1 })
  expect(newer.problems[0].reason).toContain('is not of version 1 of the format')
  await target.app.close()
  expect(await callProgram(['doctor'], { DATABASE_URL: databaseUrl })).toMatchObject({ code: 0 })
}, 60_000)
