import { createHash } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { seed } from '../../src/cli/seed.ts'
import { readConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { createDb } from '../../src/store/index.ts'
import { copyOfDatabase, temporaryDatabase } from '../support/database.ts'
import { bearer, startServer, type TestServer } from '../support/server.ts'
import type { Pool } from './pool.ts'

/** What the management API answers of an article, a term, a collection or a token. */
export interface Thing {
  readonly id: string
  readonly slug: string
  readonly version: number
  readonly status: string
  readonly allowedActions: readonly string[]
  readonly trashedAt: string | null
  readonly token: string
}

/** One of the two worlds, and the editors who write in it. */
export interface Desk {
  readonly server: TestServer
  /** A word that this world alone has, a new one each time. */
  secret(): string
  /** In the twin the things themselves, in the plain world none: what the public must not be shown. */
  only<T>(things: readonly T[]): readonly T[]
  /** Sends a write of the management API. Throws when it is refused. */
  write(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Thing>
}

/** Two servers whose databases are copies of one, so that they have the same secrets and the same first article. */
export async function startTwins(pool: Pool): Promise<{ plain: Desk; twin: Desk }> {
  const url = await temporaryDatabase()
  const config = readConfig({ DATABASE_URL: url })
  const engine = await openDatabase(config)
  await engine.migrate()
  const db = createDb(engine)
  await seed(db, config.siteLanguage)
  // Not at random, so that a seed makes the same run again.
  const names = ['ad-token', 'preview-token']
  const secrets = names.map((name) => ({ name, value: createHash('sha256').update(name).digest() }))
  await engine.write(({ sql, tables }) => sql.insert(tables.secrets).values(secrets))
  await engine.close()
  const copy = await copyOfDatabase(url)
  return { plain: await openDesk('plain', url, pool), twin: await openDesk('twin', copy, pool) }
}

async function openDesk(world: string, databaseUrl: string, pool: Pool): Promise<Desk> {
  const env = { PUBLIC_URL: 'https://news.example', LOG_LEVEL: 'error' }
  const server = await startServer({ databaseUrl, env })
  let secrets = 0
  return {
    server,

    secret() {
      secrets += 1
      const digits = createHash('sha256').update(`${world} ${secrets}`).digest('hex')
      return digits.slice(0, 20).replace(/\d/g, (digit) => 'klmnopqrst'[Number(digit)] ?? '')
    },

    only: (things) => (world === 'twin' ? things : []),

    async write(method, path, body) {
      const request: InjectOptions = { method, url: `/manage/v1${path}`, headers: bearer() }
      if (method !== 'POST') request.headers = { ...bearer(), 'if-match': '*' }
      if (body) request.payload = body
      const { statusCode, body: text } = await server.app.inject(request)
      if (statusCode >= 300)
        throw new Error(`${world}: ${method} ${path} ${JSON.stringify(body)}: ${statusCode} ${text}`)
      const answer = text === '' ? {} : JSON.parse(text)
      if (path.endsWith('/preview-tokens')) pool.addPreviewToken(answer.token, path.split('/')[2] ?? '')
      pool.gather([body, answer])
      // Nearly all that the plain world has is or was public.
      if (world === 'plain') pool.gatherShown(answer)
      return answer
    },
  }
}
