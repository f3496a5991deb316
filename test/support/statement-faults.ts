import { sql as raw } from 'drizzle-orm'
import { onTestFinished } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import type { Engine, Query } from '../../src/db/engine.ts'
import { openDatabase } from '../../src/db/open.ts'
import { createDb } from '../../src/store/index.ts'
import { engineName, temporaryDatabase } from './database.ts'
import { adminToken, bearer } from './server.ts'

const base = '/manage/v1'

/** What becomes of a statement: it fails by itself, or the database gives up the whole transaction. */
export type Fault = 'fails' | 'ends its transaction'

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
export async function statementFaults() {
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
    /** What goes by the clock goes from then on. */
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
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
