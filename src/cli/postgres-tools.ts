import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { serverVersion } from '../db/integrity.ts'
import type { Trouble } from '../doctor/check.ts'

const run = promisify(execFile)

/** Whether PostgreSQL can be backed up and restored from here: by programs that are no older than the server. */
export async function* findToolFaults(databaseUrl: string): AsyncGenerator<Trouble> {
  const server = await serverVersion(databaseUrl)
  if (server === undefined) return
  for (const tool of ['pg_dump', 'pg_restore']) {
    const version = await versionOf(tool)
    if (version === undefined) yield { what: `${tool} is not at hand here; backups need it`, isAdvice: true }
    else if (version < server)
      yield {
        what: `${tool} is of version ${version} and the server of ${server}; backups need a newer one`,
        isAdvice: true,
      }
  }
}

/** Its major version; undefined where it cannot be started. */
async function versionOf(tool: string): Promise<number | undefined> {
  try {
    const { stdout } = await run(tool, ['--version'], { timeout: 10_000 })
    return Number(/\s(\d+)/.exec(stdout)?.[1] ?? 0)
  } catch {
    return undefined
  }
}
