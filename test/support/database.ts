import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { openSqlite } from '../../src/db/open.sqlite.ts'
import { createPostgresDatabase } from './postgres-server.ts'
import { temporaryRoot } from './temporary-root.ts'

/** Which database the tests of this run use. */
export const engineName: 'sqlite' | 'postgres' = inject('postgresUrl') === undefined ? 'sqlite' : 'postgres'

/** A folder of its own, removed when the test that asked for it is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(temporaryRoot, 'copydesk-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * The URL of a database of its own, removed when the test is over: with its tables, or, where it is to be `empty`, a
 * file that is not there yet or a database of PostgreSQL without tables.
 */
export async function temporaryDatabase({ empty = false }: { empty?: boolean } = {}): Promise<string> {
  const server = inject('postgresUrl')
  if (server !== undefined) {
    const { url, drop } = await createPostgresDatabase(server, { empty })
    onTestFinished(drop)
    return url
  }
  const path = join(temporaryFolder(), 'copydesk.db')
  if (!empty) copyFileSync(await sqliteTemplate(), path)
  return `file:${path}`
}

let template: Promise<string> | undefined

/** A file with all tables and nothing in them, made once by each process that tests. */
function sqliteTemplate(): Promise<string> {
  template ??= makeSqliteTemplate()
  return template
}

async function makeSqliteTemplate(): Promise<string> {
  const folder = mkdtempSync(join(temporaryRoot, 'copydesk-test-template-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'copydesk.db')
  const engine = openSqlite(`file:${path}`)
  await engine.migrate()
  await engine.close()
  return path
}

/** The URL of a copy of a database that nobody uses now, removed when the test is over. */
export async function copyOfDatabase(url: string): Promise<string> {
  const server = inject('postgresUrl')
  if (server === undefined) {
    const copy = await temporaryDatabase({ empty: true })
    copyFileSync(new URL(url).pathname, new URL(copy).pathname)
    return copy
  }
  const copied = await createPostgresDatabase(server, { copyOf: new URL(url).pathname.slice(1) })
  onTestFinished(copied.drop)
  return copied.url
}
