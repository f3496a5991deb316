import type { FastifyInstance, RouteOptions } from 'fastify'
import supertest from 'supertest'
import { v7 as newId } from 'uuid'
import { onTestFinished } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { hashTokenSecret, newTokenSecret } from '../../src/auth/tokens.ts'
import { seed } from '../../src/cli/seed.ts'
import { readConfig } from '../../src/config.ts'
import type { Permission, Role } from '../../src/contract/permissions.ts'
import type { Engine } from '../../src/db/engine.ts'
import { openDatabase } from '../../src/db/open.ts'
import { createDb, type Db } from '../../src/store/index.ts'
import { temporaryDatabase } from './database.ts'

export const adminToken = 'test-admin-token-of-at-least-32-characters'

export interface TestServer {
  readonly app: FastifyInstance
  readonly db: Db
  readonly engine: Engine
  /** Requests without a token. */
  readonly http: ReturnType<typeof supertest>
  /** Sets the clock of the server, in milliseconds since 1970. */
  setClock(ms: number): void
  /** Makes a token of this role, or with this grant, and answers its secret. */
  token(grant: Role | TestGrant): Promise<string>
  /** Every route, in the order of declaration. */
  readonly routes: readonly RouteOptions[]
  log(): string
  /** The same, line by line. */
  readonly logLines: readonly string[]
  /** Every statement that the server has run, but for those that begin and end transactions. */
  readonly statements: readonly string[]
}

/** What a token of a test is given; neither role nor permissions is a token that may do nothing. */
export interface TestGrant {
  readonly role?: Role
  readonly permissions?: readonly Permission[]
  readonly expiresAt?: string
  readonly revokedAt?: string
}

interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly seeded?: boolean
  /** A database of its own when absent. */
  readonly databaseUrl?: string
  /** Where the clock stands at first, in milliseconds since 1970; it goes by itself when absent. */
  readonly clock?: number
}

/** A server over a real database in a file of its own; closed when the test is over. */
export async function startServer({
  env = {},
  seeded = false,
  databaseUrl,
  clock: startsAt,
}: TestServerOptions = {}): Promise<TestServer> {
  const url = databaseUrl ?? (await temporaryDatabase())
  const config = readConfig({
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'info',
    DATABASE_URL: url,
    // Clients share the event loop with the server here, and many at once keep it busy by themselves.
    OVERLOAD_TURN_MS: '0',
    ...env,
  })
  let now = startsAt
  const clock = () => now ?? Date.now()
  const statements: string[] = []
  const engine = await openDatabase({ ...config, onStatement: (sql) => statements.push(sql) })
  if (databaseUrl !== undefined) await engine.migrate()
  const db = createDb(engine, clock)
  if (seeded) await seed(db, config.siteLanguage)
  const lines: string[] = []
  const adTokenSecret = await db.write((tx) => tx.secrets.getOrMake('ad-token'))
  const previewTokenSecret = await db.write((tx) => tx.secrets.getOrMake('preview-token'))
  const logStream = { write: (line: string) => void lines.push(line) }
  const routes: RouteOptions[] = []
  const onRoute = (route: RouteOptions) => void routes.push(route)
  const app = await buildApp({ config, db, adTokenSecret, previewTokenSecret, clock, logStream, onRoute })
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await app.close()
    await engine.close()
  })
  return {
    app,
    db,
    engine,
    http: supertest(app.server),
    setClock: (ms) => {
      now = ms
    },
    token: (grant) => makeToken(db, typeof grant === 'string' ? { role: grant } : grant),
    routes,
    log: () => lines.join(''),
    logLines: lines,
    statements,
  }
}

async function makeToken(
  db: Db,
  { role, permissions = [], expiresAt, revokedAt }: TestGrant,
): Promise<string> {
  const secret = newTokenSecret()
  const id = newId()
  await db.write((tx) =>
    tx.tokens.insert({
      id,
      name: `test ${role ?? permissions.join()}`,
      role: role ?? null,
      permissions: [...permissions],
      secretHash: hashTokenSecret(secret),
      expiresAt: expiresAt ?? null,
      revokedAt: revokedAt ?? null,
      version: 1,
      createdAt: tx.now,
      updatedAt: tx.now,
    }),
  )
  return secret
}

/** The header that carries a token. */
export function bearer(token = adminToken): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}
