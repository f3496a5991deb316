import { describe, expect, it } from 'vitest'
import { commitProxy } from '../support/commit-proxy.ts'
import { temporaryDatabase } from '../support/database.ts'
import { bearer, startServer } from '../support/server.ts'

const articles = '/manage/v1/articles'
const batch = '/manage/v1/batch'
const fates = [
  ['arrives', true],
  ['is lost', false],
  ['arrives late', true],
] as const

/** A server that reaches its database through a proxy; `post` sends a request whose key is `key`. */
async function serverBehindProxy() {
  const { url, cutNextCommit } = await commitProxy(await temporaryDatabase())
  const { http, engine } = await startServer({ databaseUrl: url })
  return {
    cutNextCommit,
    post: (path: string, key: string, input: object) =>
      http
        .post(path)
        .set({ ...bearer(), 'idempotency-key': key })
        .send(input),
    async titles() {
      const rows = await engine.snapshot(async ({ sql, tables }) =>
        sql.select({ title: tables.articles.title }).from(tables.articles),
      )
      return rows.map(({ title }) => title).sort()
    },
  }
}

describe('when nobody can tell whether a commit arrived', () => {
  it.each(fates)(
    '(it %s) the answer is 503, and repeating the request with its key writes once',
    async (fate, isWritten) => {
      const { cutNextCommit, post, titles } = await serverBehindProxy()
      const operation = (title: string) => ({ method: 'POST', path: '/articles', body: { title } })
      const both = { atomic: true, operations: [operation('Batch one'), operation('Batch two')] }
      for (const [path, input, marker, status] of [
        [articles, { title: 'Alone' }, 'Alone', 201],
        [batch, both, 'Batch two', 200],
      ] as const) {
        const cut = cutNextCommit(marker, fate)
        const first = await post(path, path, input).expect(503)
        expect(first.body.code).toBe('unavailable')
        expect(first.headers['retry-after']).toBeDefined()
        await cut
        const second = await post(path, path, input).expect(status)
        expect(second.headers['idempotency-replayed']).toBe(isWritten ? 'true' : undefined)
        const third = await post(path, path, input).expect(status)
        expect([third.headers['idempotency-replayed'], third.text]).toEqual(['true', second.text])
      }
      expect(await titles()).toEqual(['Alone', 'Batch one', 'Batch two'])
    },
    60_000,
  )

  it.each(fates)(
    '(it %s) that holds for all who wrote in the same transaction',
    // Which writes share a transaction is a matter of moments; now and then each has its own.
    { timeout: 60_000, retry: 2 },
    async (fate, isWritten) => {
      const { cutNextCommit, post, titles } = await serverBehindProxy()
      const names = Array.from({ length: 10 }, (_, index) => `Article ${index}`)
      const warm = ['Warm-1', 'Warm-2', 'Warm-3']
      const sendAll = () =>
        Promise.all(names.map((title, index) => post(articles, `key-${index}`, { title })))
      // With every statement prepared, the writes of one moment are done within the time of one group.
      for (const title of warm) await post(articles, title, { title }).expect(201)
      const cut = cutNextCommit('Article 5', fate)
      const first = await sendAll()
      await cut
      const failed = names.filter((_, index) => first[index]?.status === 503)
      expect(failed.length, 'several shared it').toBeGreaterThan(1)
      expect(failed).toContain('Article 5')
      const second = await sendAll()
      for (const [index, { status, headers }] of second.entries()) {
        expect([status, names[index]]).toEqual([201, names[index]])
        const wasKept = isWritten || !failed.includes(names[index] ?? '')
        expect(headers['idempotency-replayed']).toBe(wasKept ? 'true' : undefined)
      }
      expect(await titles()).toEqual([...names, ...warm])
    },
  )
})
