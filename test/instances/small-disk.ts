import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken, bearer } from '../support/server.ts'

/** A file system of its own of so many MiB; undefined where none may be mounted, as by all but root. */
export function mountSmall(sizeMib: number): string | undefined {
  const folder = temporaryFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', folder], { stdio: 'pipe' })
  } catch {
    return undefined
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder])
  })
  return folder
}

export interface Written {
  readonly status: number
  readonly body: { readonly id: string; readonly code?: string }
  readonly headers: Headers
}

/** A server, and writes of articles that fill its disk. */
export async function startFilling(databaseUrl: string) {
  const { url } = await startServing({
    DATABASE_URL: databaseUrl,
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'info',
  })
  // Words that no database can compress.
  const newText = () => randomBytes(20_000).toString('hex').replace(/.{8}/g, '$& ')
  let count = 0
  async function post(path: string, input: object): Promise<Written> {
    const answer = await fetch(`${url}/manage/v1${path}`, {
      method: 'POST',
      headers: { ...bearer(), 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    return { status: answer.status, body: (await answer.json()) as Written['body'], headers: answer.headers }
  }
  return {
    write: () => {
      count += 1
      return post('/articles', { title: `Story ${count}`, body: { format: 'text', content: newText() } })
    },
    publish: (id: string) => post(`/articles/${id}/publish`, {}),
    read: async (path: string) => (await fetch(`${url}${path}`)).status,
    has: async (id: string) =>
      (await fetch(`${url}/manage/v1/articles/${id}`, { headers: bearer() })).status === 200,
  }
}
