import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { expect, it } from 'vitest'
import { engineName } from '../support/database.ts'
import { bearer, startServer } from '../support/server.ts'
import { countStatements, untilQuiet } from '../support/statements.ts'

/**
 * How many statements each of these requests runs, begin and commit aside: almost the same on both databases, whose
 * full text differs, and written down, so that more of them are a decision. `UPDATE=1` writes the file anew.
 */
const file = new URL(`statement-counts.${engineName}.json`, import.meta.url)

const base = '/manage/v1/articles'
const body = [{ _type: 'block', children: [{ _type: 'span', text: 'One paragraph of text.' }] }]

it('runs as many statements as are written down', async () => {
  const server = await startServer()
  await untilQuiet(server)
  const { http } = server
  const counts: Record<string, number> = {}
  const count = async <T>(name: string, request: () => PromiseLike<T>): Promise<T> => {
    let answer: T | undefined
    counts[name] = await countStatements(server, async () => {
      answer = await request()
    })
    return answer as T
  }
  const make = async (path: string, input: object): Promise<string> =>
    (await http.post(`/manage/v1${path}`).set(bearer()).send(input).expect(201)).body.id
  const tagIds = [await make('/tags', { name: 'One' }), await make('/tags', { name: 'Two' })]
  const sectionId = await make('/sections', { name: 'City' })
  const authors = [{ authorId: await make('/authors', { name: 'Jane Roe' }) }]

  await count('create', () => http.post(base).set(bearer()).send({ title: 'Plain', body }).expect(201))
  const full = { title: 'Full', body, sectionId, tagIds, authors }
  const created = await count('create with section, tags and an author', () =>
    http.post(base).set(bearer()).send(full).expect(201),
  )
  const address = `${base}/${created.body.id}`
  await count('read', () => http.get(address).set(bearer()).expect(200))
  await count('list of 20', () => http.get(base).set(bearer()).expect(200))
  const patch = (change: object) => http.patch(address).set(bearer()).set('if-match', '*').send(change)
  await count('patch of the title', () => patch({ title: 'Fuller' }).expect(200))
  await count('patch of the body', () => patch({ body: [...body, ...body] }).expect(200))
  const links = [{ title: 'One' }, { title: 'Two' }, { title: 'Three', url: 'https://news.example/three' }]
  await count('replace related links', () =>
    http.put(`${address}/related`).set(bearer()).set('if-match', '*').send({ links }).expect(200),
  )
  await count('publish', () => http.post(`${address}/publish`).set(bearer()).expect(200))
  await count('unpublish', () => http.post(`${address}/unpublish`).set(bearer()).expect(200))

  if (process.env.UPDATE === '1') writeFileSync(file, `${JSON.stringify(counts, null, 2)}\n`)
  expect(counts).toEqual(JSON.parse(readFileSync(file, 'utf8')))
})
