import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, it } from 'vitest'
import { describeArchive } from '../../src/exports/schema.ts'
import { streamTimeoutMs } from '../../src/http/streams.ts'
import { engineName, temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { makeRichNewsroom } from '../support/rich-newsroom.ts'
import { adminToken, bearer, startServer, type TestServer } from '../support/server.ts'

/** Empty databases that an archive goes through, one after the other: where there are two engines, both. */
async function emptyDatabases(): Promise<string[]> {
  const other = engineName === 'postgres' ? [`file:${join(temporaryFolder(), 'other.db')}`] : []
  return [...other, await temporaryDatabase({ empty: true })]
}

/** What readers are answered, but for what is signed with the database's own key. */
async function readAll(http: TestServer['http']): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {}
  const read = async (path: string) => {
    const { status, body, text } = await http.get(path)
    const shown = JSON.stringify(Object.keys(body).length === 0 ? text : body, (name, value) =>
      name === 'token' || name === 'requestId' ? undefined : value,
    )
    answers[path] = [status, shown]
    return body
  }
  const include = 'include=body,related,ads'
  for (const sort of ['-publishedAt', 'publishedAt', '-updatedAt', 'title'])
    await read(`/v1/articles?sort=${sort}&count=true&${include}`)
  const { data } = await read('/v1/articles?limit=100')
  for (const { id, slug } of data as { id: string; slug: string }[]) {
    await read(`/v1/articles/${encodeURIComponent(slug)}?body=html`)
    for (const part of ['related', 'jsonld', 'ninjs', 'ads?explain=true'])
      await read(`/v1/articles/${id}/${part}`)
  }
  for (const slug of ['first-name', 'second-name', 'unpublished', 'killed', 'purged', 'trashed', 'revived'])
    await read(`/v1/articles/${slug}`)
  for (const path of ['/2010/%C3%BC%2525.html', '/2010/a%3Fb', '/%2Fodd', '/purged', '/killed'])
    await read(`/v1/resolve?path=${encodeURIComponent(path)}`)
  for (const kind of ['sections', 'tags', 'authors']) await read(`/v1/${kind}`)
  for (const path of ['collections/front-page', 'ad-slots/unten/placements', 'articles?q=ganz&sort=title'])
    await read(`/v1/${path}`)
  await read('/v1/articles?section=stadte-hafen&tag=%E6%A9%8B')
  for (const path of ['/ads.txt', '/app-ads.txt', '/sellers.json', '/feeds/articles.json']) await read(path)
  return answers
}

const env = { PUBLIC_URL: 'https://news.example' }

it('an archive makes an equal newsroom of an empty database, on either engine, and once', async () => {
  const folder = temporaryFolder()
  const url = await temporaryDatabase()
  const server = await startServer({ databaseUrl: url, env })
  await makeRichNewsroom(server)
  const answers = await readAll(server.http)

  let number = 0
  const exporting = async (databaseUrl: string) => {
    number += 1
    const file = join(folder, `${number}.ndjson`)
    expect(await callProgram(['export', '--out', file], { DATABASE_URL: databaseUrl })).toEqual(
      expect.objectContaining({ code: 0, stderr: '' }),
    )
    return { file, text: readFileSync(file, 'utf8') }
  }
  const archive = await exporting(url)
  const lines = archive.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

  // It is what its schema says, and says how much it is.
  {
    const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: false }))
    const validate = ajv.compile(describeArchive())
    for (const line of lines) expect(validate(line), `${JSON.stringify(line)}`).toBe(true)
    expect(lines[0]).toEqual({ type: 'copydesk', version: 1, hasEnd: true })
    const { counts } = lines.at(-1)
    expect(counts).toMatchObject({ section: 2, article: 18, 'deleted-article': 1, collection: 2, seller: 4 })
    expect(counts.revision).toBeGreaterThan(20)
  }

  // No token and nothing that was counted is in it, and no note of the log.
  for (const secret of ['Canary', adminToken, 'Secret note', 'secretHash', 'impressions":0', 'heldUntil'])
    expect(archive.text).not.toContain(secret)

  // Over HTTP it is the same, for those who may.
  {
    const answer = await server.http.get('/manage/v1/export').set(bearer()).buffer(true).expect(200)
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    expect(answer.text).toBe(archive.text)
    await server.http.get('/manage/v1/export').expect(401)
    await server.http.get('/manage/v1/export?limit=1').set(bearer()).expect(400)
    expect((await server.http.head('/manage/v1/export').set(bearer()).expect(200)).text).toBeUndefined()
  }

  let last = archive
  for (const databaseUrl of await emptyDatabases()) {
    const importing = () => callProgram(['import', last.file], { DATABASE_URL: databaseUrl })
    const total = lines.length - 2
    expect(await importing()).toMatchObject({ code: 0, stderr: '', stdout: `${total} created\n` })
    const next = await exporting(databaseUrl)
    expect(next.text).toBe(archive.text)
    expect(await importing()).toMatchObject({ code: 0, stderr: '', stdout: `${total} unchanged\n` })
    expect((await exporting(databaseUrl)).text).toBe(archive.text)
    const other = await startServer({ databaseUrl, env })
    expect(await readAll(other.http)).toEqual(answers)
    last = next
  }
}, 120_000)

it('what stands against a line is told of that line, and what is cut off is noticed', async () => {
  const folder = temporaryFolder()
  const url = await temporaryDatabase()
  const server = await startServer({ databaseUrl: url })
  const post = async (path: string, body: object) =>
    (await server.http.post(`/manage/v1${path}`).set(bearer()).send(body).expect(201)).body
  const article = await post('/articles', { title: 'Bridge' })
  await post('/collections', { key: 'front', name: 'Front', items: [{ articleId: article.id }] })
  await post('/ad-slots', { key: 'top', name: 'Top', place: 'top' })
  await post('/sellers', { kind: 'variable', variable: 'OWNERDOMAIN', value: 'news.example' })
  const file = join(folder, 'one.ndjson')
  await callProgram(['export', '--out', file], { DATABASE_URL: url })
  const text = readFileSync(file, 'utf8')

  const otherUrl = await temporaryDatabase()
  const other = await startServer({ databaseUrl: otherUrl })
  const make = (path: string, body: object) =>
    other.http.post(`/manage/v1${path}`).set(bearer()).send(body).expect(201)
  await make('/articles', { title: 'Bridge' })
  await make('/collections', { key: 'front', name: 'Other' })
  await make('/ad-slots', { key: 'top', name: 'Other', place: 'top' })
  await make('/sellers', { kind: 'variable', variable: 'OWNERDOMAIN', value: 'other.example' })
  const importing = async (content: string) => {
    writeFileSync(join(folder, 'in.ndjson'), content)
    return callProgram(['import', join(folder, 'in.ndjson')], { DATABASE_URL: otherUrl })
  }
  const exit = await importing(text)
  expect(exit).toMatchObject({ code: 1, stdout: '4 failed\n' })
  for (const reason of [
    /line 2: Another slot has the key top/,
    /line 3: Another article has or had the slug bridge/,
    /line 4: The items of the collection are not valid/,
    /line 5: The seller .+ is the same already in ads.txt/,
  ])
    expect(exit.stderr).toMatch(reason)

  const whole = text.trimEnd().split('\n')
  expect((await importing(whole.slice(0, -1).join('\n'))).stderr).toContain('the archive is cut off')
  expect((await importing(whole.toSpliced(2, 1).join('\n'))).stderr).toContain('0 of 1 lines of article')

  const existing = await callProgram(['export', '--out', file], { DATABASE_URL: url })
  expect(existing).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') })
  const absent = await callProgram(['export'], { DATABASE_URL: `file:${join(folder, 'no.db')}` })
  expect(absent).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no database') })
}, 60_000)

it('whoever goes away frees the place of others, and nobody sees what came later', async () => {
  const { http, app, db, routes } = await startServer()
  const text = 'x'.repeat(100_000)
  const paragraphs = Array.from({ length: 40 }, () => ({
    _type: 'block',
    children: [{ _type: 'span', text }],
  }))
  for (const title of ['One', 'Two', 'Three'])
    await http.post('/manage/v1/articles').set(bearer()).send({ title, body: paragraphs }).expect(201)
  const { port } = app.server.address() as AddressInfo
  const stalled = await Promise.all(
    [1, 2].map(async () => {
      const call = request({ port, path: '/manage/v1/export', headers: bearer() }).end()
      const [answer] = (await once(call, 'response')) as [IncomingMessage]
      expect(answer.statusCode).toBe(200)
      return call
    }),
  )
  const refused = await http.get('/manage/v1/export').set(bearer()).expect(503)
  expect(refused.headers['retry-after']).toBeDefined()
  const snapshot = await db.openSnapshot()
  const counted = () => snapshot.reader.exports.countArticles()
  expect(await counted()).toBe(3)
  // Nobody waits for those who read slowly.
  await http.post('/manage/v1/articles').set(bearer()).send({ title: 'Four' }).expect(201)
  for (const call of stalled) call.destroy()
  await expect
    .poll(async () => (await http.get('/manage/v1/export').set(bearer()).buffer(true)).status, {
      timeout: 10_000,
    })
    .toBe(200)
  expect(await db.read((reader) => reader.articles.count())).toBe(4)
  expect(await counted()).toBe(3)
  await snapshot.close()
  // What streams may take longer than other answers.
  for (const path of ['export', 'events'])
    expect(routes.find(({ url }) => url === `/manage/v1/${path}`)?.handlerTimeout).toBe(streamTimeoutMs)
})
