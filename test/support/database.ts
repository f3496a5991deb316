import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { createPostgresDatabase } from './postgres-server.ts'

/** Which database the tests of this run use. */
export const engineName: 'sqlite' | 'postgres' = inject('postgresUrl') === undefined ? 'sqlite' : 'postgres'

/** A folder of its own, removed when the test that asked for it is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'copydesk-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * The URL of a database of its own, removed when the test is over: a file that is not there yet, or a database
 * on the PostgreSQL of the run, with its tables unless it is to be `empty`.
 */
export async function temporaryDatabase({ empty = false }: { empty?: boolean } = {}): Promise<string> {
  const server = inject('postgresUrl')
  if (server === undefined) return `file:${join(temporaryFolder(), 'copydesk.db')}`
  const { url, drop } = await createPostgresDatabase(server, { empty })
  onTestFinished(drop)
  return url
}

/** The URL of a copy of a database that nobody uses now, removed when the test is over. */
export async function copyOfDatabase(url: string): Promise<string> {
  const server = inject('postgresUrl')
  if (server === undefined) {
    const copy = await temporaryDatabase()
    copyFileSync(new URL(url).pathname, new URL(copy).pathname)
    return copy
  }
  const copied = await createPostgresDatabase(server, { copyOf: new URL(url).pathname.slice(1) })
  onTestFinished(copied.drop)
  return copied.url
}
