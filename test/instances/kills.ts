import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { engineName } from '../support/database.ts'
import { type Server, startServing } from '../support/process.ts'
import { adminToken, bearer } from '../support/server.ts'

/** So much faster than the real clock runs that of the servers: what is abandoned after a minute is after 0.6 s. */
const clockSpeed = 100

/** Where a server is killed does not depend on the database: on PostgreSQL, where it takes longer, every other place. */
export const somePlaces = <Place>(places: readonly Place[]): Place[] =>
  places.filter((_, index) => engineName === 'sqlite' || index % 2 === 1)

/** Starts servers over one database whose clocks run fast; with `killAt`, one that kills itself there. */
export function faultyServers(databaseUrl: string) {
  const clockStart = Date.now()
  return (killAt = ''): Promise<Server> =>
    startServing(
      {
        DATABASE_URL: databaseUrl,
        ADMIN_TOKEN: adminToken,
        LOG_LEVEL: 'info',
        CLOCK_START: String(clockStart),
        CLOCK_SPEED: String(clockSpeed),
        KILL_AT: killAt,
        NODE_COMPILE_CACHE: join(tmpdir(), 'copydesk-test-compiled'),
      },
      { script: 'test/support/faulty-server.ts', args: [] },
    )
}

export interface Answered {
  readonly status: number
  readonly text: string
  readonly isReplayed: boolean
}

/** A `POST` with a key; undefined when the connection broke before there was an answer. */
export async function post(
  url: string,
  { path, key, input }: { path: string; key: string; input: object },
): Promise<Answered | undefined> {
  try {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { ...bearer(), 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(input),
    })
    const isReplayed = answer.headers.get('idempotency-replayed') === 'true'
    return { status: answer.status, text: await answer.text(), isReplayed }
  } catch {
    return undefined
  }
}

/** Sends the request until there is an answer that does not ask to send it again. */
export async function insist(
  urlNow: () => string,
  request: { path: string; key: string; input: object },
): Promise<Answered> {
  for (;;) {
    const answer = await post(urlNow(), request)
    if (answer && answer.status !== 409 && answer.status !== 503) return answer
    await sleep(20 + Math.random() * 60)
  }
}

/** Titles of the articles in a database, in the order in which they were made. */
export async function storedTitles(databaseUrl: string): Promise<string[]> {
  const engine = await openDatabase(readConfig({ DATABASE_URL: databaseUrl }))
  try {
    return await engine.snapshot(async ({ sql, tables }) => {
      const rows = await sql
        .select({ title: tables.articles.title })
        .from(tables.articles)
        .orderBy(tables.articles.createdAt, tables.articles.id)
      return rows.map((row) => row.title)
    })
  } finally {
    await engine.close()
  }
}
