import { spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Starts the example as its README does, over the API at this origin; answers where it listens. */
export async function startSite(api: string): Promise<string> {
  const child = spawn(process.execPath, ['examples/article-page/main.ts'], {
    cwd: root,
    env: { COPYDESK_URL: api, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill())
  let output = ''
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        output += text
        const origin = /^(http:\S+) shows/m.exec(output)?.[1]
        if (origin !== undefined) resolve(origin)
      })
    }
    child.on('exit', (code) => reject(new Error(`the example ended with ${code}: ${output}`)))
  })
}
