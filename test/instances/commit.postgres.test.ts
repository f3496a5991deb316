import { describe, expect, it } from 'vitest'
import { commitProxy } from '../support/commit-proxy.ts'
import { temporaryDatabase } from '../support/database.ts'
import { bearer, startServer } from '../support/server.ts'

const headers = { ...bearer(), 'idempotency-key': 'one' }

describe('when nobody can tell whether a commit arrived', () => {
  it.each([
    ['arrives', true],
    ['is lost', false],
    ['arrives late', true],
  ] as const)(
    '(it %s) repeating the request with its key writes once',
    async (fate, isWritten) => {
      const { url, cutNextCommit } = await commitProxy(await temporaryDatabase())
      const { http, engine } = await startServer({ databaseUrl: url })
      const batch = {
        atomic: true,
        operations: ['One', 'Two'].map((title) => ({ method: 'POST', path: '/articles', body: { title } })),
      }
      for (const [path, input, marker] of [
        ['/manage/v1/articles', { title: 'Alone' }, 'insert into "articles"'],
        ['/manage/v1/batch', batch, 'insert into "articles"'],
      ] as const) {
        const key = { ...headers, 'idempotency-key': path }
        const cut = cutNextCommit(marker, fate)
        const first = await http.post(path).set(key).send(input).expect(503)
        expect(first.headers['retry-after']).toBeDefined()
        await cut
        const second = await http.post(path).set(key).send(input)
        expect(second.status).toBe(path.endsWith('batch') ? 200 : 201)
        expect(second.headers['idempotency-replayed']).toBe(isWritten ? 'true' : undefined)
      }
      const titles = await engine.snapshot(async ({ sql, tables }) =>
        sql.select({ title: tables.articles.title }).from(tables.articles),
      )
      expect(titles.map(({ title }) => title).sort()).toEqual(['Alone', 'One', 'Two'])
    },
    60_000,
  )
})
