import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { sweepUploads } from '../../src/management/import-upload.ts'
import { openRaw } from '../http/app.ts'
import { adminToken, startServer } from '../support/server.ts'

const ownUploads = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`copydesk-import-${hostname()}-${process.pid}-`))

it('an upload may be slow, but not silent; other bodies may be neither', async () => {
  const { app } = await startServer()
  // The real limits are 30 seconds each; the mechanism is the same.
  Object.assign(app.server, { headersTimeout: 500, requestTimeout: 1_000 })
  app.server.setTimeout(2_500)
  const text = '# A title\n\nA text that arrives in pieces.'
  const head = (path: string, token = adminToken) =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: text/markdown\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n`
  const slow = openRaw(app, 20_000)
  const silent = openRaw(app, 20_000)
  const other = openRaw(app, 20_000)
  slow.send(head('/manage/v1/import?dryRun=true'))
  silent.send(`${head('/manage/v1/import?dryRun=true')}# A`)
  other.send(`${head('/manage/v1/articles').replace('text/markdown', 'application/json')}{`)
  const size = Math.ceil(text.length / 8)
  for (let at = 0; at < text.length; at += size) {
    await sleep(500)
    slow.send(text.slice(at, at + size))
  }
  expect(await slow.received).toMatch(/^HTTP\/1.1 202 /)
  expect(await other.received).toMatch(/^HTTP\/1.1 408 /)
  expect(await silent.received).toBe('')
  await expect.poll(ownUploads, { timeout: 10_000 }).toEqual([])
}, 30_000)

it('what a killed process left behind is removed, and nothing that a living one holds', async () => {
  const { pid: dead } = spawnSync(process.execPath, ['--version'])
  const folders = {
    dead: `copydesk-import-${hostname()}-${dead}-abcdef`,
    // As in a container, where the process before had the same number.
    before: `copydesk-import-${hostname()}-${process.pid}-abcdef`,
    living: `copydesk-import-${hostname()}-${process.ppid}-abcdef`,
    elsewhere: `copydesk-import-elsewhere-${dead}-abcdef`,
  }
  const pathOf = (name: string) => join(tmpdir(), name)
  for (const name of Object.values(folders)) {
    mkdirSync(pathOf(name), { recursive: true })
    writeFileSync(join(pathOf(name), 'upload'), 'x')
  }
  try {
    expect(await sweepUploads()).toEqual([])
    expect(Object.entries(folders).filter(([, name]) => existsSync(pathOf(name)))).toEqual([
      ['living', folders.living],
      ['elsewhere', folders.elsewhere],
    ])
  } finally {
    for (const name of Object.values(folders)) rmSync(pathOf(name), { recursive: true, force: true })
  }
})
