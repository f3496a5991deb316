import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { makeRichNewsroom } from '../support/rich-newsroom.ts'
import { startServer } from '../support/server.ts'

const env = { PUBLIC_URL: 'https://news.example' }

it('what is public is written as folders of Markdown, of ninjs and of answers, and read back', async () => {
  const folder = temporaryFolder()
  const url = await temporaryDatabase()
  const { http, engine } = await startServer({ databaseUrl: url, env })
  const { full, moved } = await makeRichNewsroom({ http })
  // A slug that could lead out of the folder, as only a database that somebody wrote into has one.
  await engine.write(({ sql, tables: { publishedArticles: t } }) =>
    sql.update(t).set({ slug: '../../../out' }).where(eq(t.id, moved.id)),
  )
  const exporting = async (format: string) => {
    const out = join(folder, format)
    const exit = await callProgram(['export', '--format', format, '--out', out], {
      DATABASE_URL: url,
      ...env,
    })
    expect(exit).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(': 7 articles, ') })
    return out
  }
  const { body: list } = await http.get('/v1/articles?limit=20').expect(200)
  const names = (list.data as { id: string; slug: string }[])
    .map(({ id, slug }) => (id === moved.id ? id : slug))
    .sort()

  // Markdown comes back as it was, but for what Markdown has no form for.
  {
    const out = await exporting('markdown')
    expect(readdirSync(out).sort()).toEqual(names.map((name) => `${name}.md`))
    const text = readFileSync(join(out, `${full.slug}.md`), 'utf8')
    expect(text).toMatch(/^---\nid: "[-0-9a-f]+"\ntitle: "Élection à Genève"\n/)
    const otherUrl = await temporaryDatabase()
    const read = await callProgram(['import', '--publish', out], { DATABASE_URL: otherUrl })
    expect(read).toMatchObject({ code: 0, stdout: expect.stringContaining('7 created') })
    const other = await startServer({ databaseUrl: otherUrl, env })
    const answer = async (from: typeof http) =>
      (await from.get(`/v1/articles/${full.slug}?body=markdown`).expect(200)).body
    const [before, after] = [await answer(http), await answer(other.http)]
    for (const member of ['title', 'subtitle', 'excerpt', 'language', 'credit', 'source', 'seo', 'body'])
      expect(after[member], member).toEqual(before[member])
    const { body: back } = await other.http.get('/v1/articles/edited-after-it-was-published').expect(200)
    expect(back.related.map((link: { title: string }) => link.title)).toEqual([
      ...['Élection à Genève', 'Quelle', 'Not found yet'],
    ])
  }

  // Ninjs and the static folder are what the API answers.
  {
    const path = `/v1/articles/${full.slug}`
    const ninjs = await exporting('ninjs')
    expect(readdirSync(ninjs).length).toBe(7)
    const item = readFileSync(join(ninjs, `${full.slug}.json`), 'utf8')
    expect(item).toBe((await http.get(`${path}/ninjs`).expect(200)).text)
    const reading = await callProgram(['import', ninjs], { DATABASE_URL: await temporaryDatabase() })
    expect(reading).toMatchObject({ code: 0, stdout: expect.stringContaining('7 created') })
    const site = await exporting('static')
    const file = (name: string) => readFileSync(join(site, name), 'utf8')
    expect(file(`v1/articles/${full.slug}.json`)).toBe((await http.get(path).expect(200)).text)
    expect(file('v1/lists/articles/1.json')).toBe((await http.get('/v1/articles?limit=20')).text)
    expect(file('v1/lists/tags/橋/1.json')).toBe((await http.get('/v1/articles?limit=20&tag=%E6%A9%8B')).text)
    expect(file('v1/collections/front-page.json')).toBe((await http.get('/v1/collections/front-page')).text)
    for (const name of ['feeds/articles.rss', 'ads.txt', 'sellers.json'])
      expect(file(name)).toBe((await http.get(`/${name}`).buffer(true)).text)
    expect(existsSync(join(site, 'v1', 'articles', `${moved.id}.json`))).toBe(true)
    const out = encodeURIComponent('../../../out')
    expect(file('_redirects').split('\n')).toEqual(
      expect.arrayContaining([
        `/first-name /${out} 301`,
        `/v1/articles/first-name.json /v1/articles/${moved.id}.json 301`,
        expect.stringMatching(/^\/2010\/%C3%BC%2525\.html \/\S+ 301$/),
      ]),
    )
  }
  expect(readdirSync(folder).sort()).toEqual(['markdown', 'ninjs', 'static'])

  const again = await callProgram(['export', '--format', 'ninjs', '--out', join(folder, 'ninjs')], {
    DATABASE_URL: url,
  })
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('not an empty folder') })
  const nowhere = await callProgram(['export', '--format', 'static'], { DATABASE_URL: url })
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('--out FOLDER') })
}, 60_000)
