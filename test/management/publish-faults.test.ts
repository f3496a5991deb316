import { describe, expect, it } from 'vitest'
import { statementFaults } from '../support/statement-faults.ts'

/** Everything of an article that is written apart when it is published. */
async function makeWhole({ post }: Awaited<ReturnType<typeof statementFaults>>): Promise<string> {
  const make = async (path: string, body: object): Promise<string> => (await post(path, body)).json().id
  const [tag, author, target] = [
    await make('/tags', { name: 'Tag' }),
    await make('/authors', { name: 'Author' }),
    await make('/articles', { title: 'Target' }),
  ]
  const id = await make('/articles', {
    title: 'Whole',
    body: { format: 'text', content: 'Harbour' },
    tagIds: [tag],
    authors: [{ authorId: author }],
  })
  await post(`/articles/${id}/related`, { articleId: target })
  return id
}

describe('a publication of which one statement fails', () => {
  it.each([
    ['fails', [500]],
    ['ends its transaction', [503]],
  ] as const)(
    'is written whole or not at all, and those that share its transaction as they are told, whichever it is that %s',
    async (fault, statuses) => {
      const server = await statementFaults()
      const { engine, post, failAt, count } = server
      const id = await makeWhole(server)
      const contents = async () =>
        engine.snapshot(async ({ sql, tables: t }) => ({
          tags: (await sql.select({ name: t.tags.name }).from(t.tags)).map(({ name }) => name),
          isPublic: (await sql.select({ id: t.publishedArticles.id }).from(t.publishedArticles)).length > 0,
        }))
      let at = 1
      let shared = 0
      for (; ; at += 1) {
        failAt(at, fault)
        const names = [`Before ${at}`, `After ${at}`]
        const [before, published, after] = await Promise.all([
          post('/tags', { name: names[0] }),
          post(`/articles/${id}/publish`, {}),
          post('/tags', { name: names[1] }),
        ])
        const { tags, isPublic } = await contents()
        const place = `statement ${at}`
        const told = [before, published, after].map((answer) => answer?.statusCode)
        expect(
          told.map((status) => status !== undefined && status < 300),
          place,
        ).toEqual([tags.includes(names[0] ?? ''), isPublic, tags.includes(names[1] ?? '')])
        const failed = told.filter((status) => status !== undefined && status >= 300)
        for (const status of failed) expect(statuses, place).toContain(status)
        if (fault === 'fails') expect(failed.length, place).toBeLessThanOrEqual(1)
        if (failed.length > 1) shared += 1
        if (isPublic) {
          // The fault met a neighbour, or nobody; the publication is over.
          if (count() < at) break
          await post(`/articles/${id}/unpublish`, {})
        }
      }
      expect(at).toBeGreaterThan(20)
      if (fault === 'ends its transaction') expect(shared).toBeGreaterThan(0)
    },
    120_000,
  )
})

it('is tried again within seconds when it was planned and the database, not the article, was to blame', async () => {
  const { engine, listen, post, failAt } = await statementFaults()
  await listen()
  const ids: string[] = []
  for (const title of ['One', 'Two', 'Three']) ids.push((await post('/articles', { title })).json().id)
  const due = Date.now() + 1_500
  const at = new Date(due).toISOString()
  await Promise.all(ids.map((id) => post(`/articles/${id}/publish`, { at })))
  failAt(2, 'ends its transaction')
  const published = () =>
    engine.snapshot(async ({ sql, tables: t }) =>
      (await sql.select({ id: t.publishedArticles.id }).from(t.publishedArticles)).map(({ id }) => id).sort(),
    )
  await expect.poll(published, { timeout: 8_000, interval: 50 }).toEqual(ids)
  expect(Date.now() - due).toBeLessThan(5_000)
})
