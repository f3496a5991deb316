import { sql as raw } from 'drizzle-orm'
import { describe, expect, it, onTestFinished } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import type { Engine, Query } from '../../src/db/engine.ts'
import { openDatabase } from '../../src/db/open.ts'
import { createDb } from '../../src/store/index.ts'
import { engineName, temporaryDatabase } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { adminToken, bearer } from '../support/server.ts'

const base = '/manage/v1'

/** What becomes of a statement: it fails by itself, or the database gives up the whole transaction. */
type Fault = 'fails' | 'ends its transaction'

/** Runs text on the connection of a transaction, before whatever is sent on it afterwards. */
function runOn({ sql }: Query, text: string): void {
  const { run, execute } = sql as unknown as Record<'run' | 'execute', (text: unknown) => Promise<unknown>>
  if (engineName === 'sqlite') run.call(sql, raw.raw(text))
  else execute.call(sql, raw.raw(text)).catch(() => {})
}

/** Makes the fault happen to the statement that is about to run. */
function makeFault(query: Query, fault: Fault): void {
  if (engineName === 'postgres') {
    // The statement meets what is left of the transaction, or of the connection.
    runOn(query, fault === 'fails' ? 'select 1/0' : 'select pg_terminate_backend(pg_backend_pid())')
    return
  }
  // As the driver does on a full disk.
  if (fault === 'ends its transaction') runOn(query, 'ROLLBACK')
  const code = fault === 'fails' ? 'SQLITE_ERROR' : 'SQLITE_FULL'
  throw Object.assign(new Error('the statement failed'), { code })
}

/** A server of which one statement may be made to fail: the n-th that runs in write transactions from now on. */
async function faultyServer() {
  let open: Query | undefined
  let count = 0
  let failing: { readonly at: number; readonly fault: Fault } | undefined
  const config = readConfig({
    ...{ ADMIN_TOKEN: adminToken, LOG_LEVEL: 'silent' },
    DATABASE_URL: await temporaryDatabase(),
  })
  const onStatement = () => {
    if (!open) return
    count += 1
    if (count === failing?.at) makeFault(open, failing.fault)
  }
  const engine = await openDatabase({ ...config, onStatement })
  await engine.migrate()
  const watched: Engine = {
    ...engine,
    write: (work) =>
      engine.write(async (query, renew) => {
        open = query
        try {
          return await work(query, renew)
        } finally {
          open = undefined
        }
      }),
  }
  const secrets = { adTokenSecret: new Uint8Array(32), previewTokenSecret: new Uint8Array(32) }
  const app = await buildApp({ config, db: createDb(watched), ...secrets })
  onTestFinished(async () => {
    await app.close()
    await engine.close()
  })
  return {
    engine,
    async post(path: string, payload: object, headers: object = {}) {
      const url = `${base}${path}`
      return app.inject({ method: 'POST', url, headers: { ...bearer(), ...headers }, payload })
    },
    async found(words: string): Promise<number> {
      const url = `${base}/articles?count=true&q=${words}`
      return (await app.inject({ url, headers: bearer() })).json().page.total
    },
    failAt(at: number, fault: Fault): void {
      count = 0
      failing = { at, fault }
    },
    count: () => count,
  }
}

describe('an atomic batch of which one statement fails', () => {
  it.each([
    ['fails', 500, 'internal-error'],
    ['ends its transaction', 503, 'unavailable'],
  ] as const)(
    'is written whole or not at all, whichever it is that %s',
    async (fault, status, code) => {
      const { engine, post, found, failAt, count } = await faultyServer()
      const { id } = (await post('/articles', { title: 'Made', body: paragraph('Old') })).json()
      const operations = [
        { method: 'POST', path: '/tags', body: { name: 'One' } },
        { method: 'PATCH', path: `/articles/${id}`, ifMatch: 1, body: { title: 'Renamed' } },
        { method: 'POST', path: `/articles/${id}/publish` },
        { method: 'POST', path: '/articles', body: { title: 'Another', body: paragraph('New') } },
        {
          method: 'POST',
          path: `/articles/${id}/related`,
          body: { title: 'Link', url: 'https://a.example/' },
        },
      ]
      const run = () => post('/batch', { atomic: true, operations }, { 'idempotency-key': 'one' })
      const before = await dump(engine)
      let at = 1
      for (; ; at += 1) {
        failAt(at, fault)
        const answer = await run()
        if (count() < at) {
          expect(answer.statusCode, answer.body).toBe(200)
          break
        }
        const place = `statement ${at}`
        expect([answer.statusCode, answer.json().code], place).toEqual([status, code])
        expect(await dump(engine), place).toBe(before)
        expect([await found('another'), await found('renamed')], place).toEqual([0, 0])
      }
      expect(at).toBeGreaterThan(30)
      expect(await dump(engine)).not.toBe(before)
      expect([await found('another'), await found('renamed')]).toEqual([1, 1])
      failAt(0, fault)
      expect((await run()).headers['idempotency-replayed']).toBe('true')
    },
    120_000,
  )
})

function paragraph(text: string) {
  return [{ _type: 'block', children: [{ _type: 'span', text }] }]
}
