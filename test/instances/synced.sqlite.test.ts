import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/database.ts'
import { startServing } from '../support/process.ts'
import { adminToken, bearer } from '../support/server.ts'

/** Watches the system calls of a process; undefined where that cannot be done. Answers how to end it. */
async function watchCalls(pid: number, log: string): Promise<(() => Promise<void>) | undefined> {
  const calls = 'trace=fsync,fdatasync,write,writev,pwrite64,sendto,sendmsg'
  const strace = spawn('strace', ['-f', '-y', '-s', '64', '-e', calls, '-o', log, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void strace.kill('SIGKILL'))
  const attached = await new Promise<boolean>((resolve) => {
    strace.on('error', () => resolve(false))
    strace.on('exit', () => resolve(false))
    strace.stderr.on('data', (text: Buffer) => {
      if (text.includes('attached')) resolve(true)
    })
  })
  if (!attached) return undefined
  return async () => {
    const ended = once(strace, 'exit')
    strace.kill('SIGINT')
    await ended
  }
}

it('the log of the database is synced before the answer to a write leaves', async (context) => {
  const folder = temporaryFolder()
  const { url, child } = await startServing({
    DATABASE_URL: `file:${join(folder, 'copydesk.db')}`,
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'info',
  })
  const post = (title: string) =>
    fetch(`${url}/manage/v1/articles`, {
      method: 'POST',
      headers: { ...bearer(), 'content-type': 'application/json' },
      body: JSON.stringify({ title }),
    })
  expect((await post('First')).status).toBe(201)
  const log = join(folder, 'calls')
  const stop = await watchCalls(child.pid ?? 0, log)
  if (stop === undefined) return context.skip('strace is not installed, or may not watch other processes')
  expect((await post('Second')).status).toBe(201)
  await stop()
  const calls = readFileSync(log, 'utf8').split('\n')
  const last = (pattern: RegExp) => calls.findLastIndex((call) => pattern.test(call))
  const answered = last(/HTTP\/1\.1 201/)
  const written = last(/pwrite64\(.*copydesk\.db-wal/)
  const synced = last(/(fsync|fdatasync)\(.*copydesk\.db-wal/)
  expect(answered).toBeGreaterThan(-1)
  expect([written > -1, synced > written, answered > synced], calls.join('\n')).toEqual([true, true, true])
}, 60_000)
