import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { mountSmall, startFilling, type Written } from './small-disk.ts'

async function startOn(folder: string) {
  const path = join(folder, 'copydesk.db')
  return { path, ...(await startFilling(`file:${path}`)) }
}

describe('a disk on which nothing can be written', () => {
  it('answers writes 503 while it is full, goes on reading, and writes again when there is room', async (context) => {
    const folder = mountSmall(24)
    if (folder === undefined) return context.skip('only root may mount a small file system')
    const ballast = join(folder, 'ballast')
    writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024))
    const server = await startOn(folder)
    const first = await server.write()
    expect((await server.publish(first.body.id)).status).toBe(200)
    const kept = [first.body.id]
    let refused: Written | undefined
    for (let tries = 0; refused === undefined && tries < 500; tries += 1) {
      const answer = await server.write()
      if (answer.status === 201) kept.push(answer.body.id)
      else refused = answer
    }
    expect(refused?.status).toBe(503)
    expect(refused?.body).toMatchObject({ code: 'unavailable' })
    expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await server.write()).status).toBe(503)
    expect([await server.read(`/v1/articles/${first.body.id}`), await server.read('/v1/articles')]).toEqual([
      200, 200,
    ])

    rmSync(ballast)
    const again = await server.write()
    expect(again.status).toBe(201)
    for (const id of [...kept, again.body.id]) expect(await server.has(id), id).toBe(true)
    const file = new Database(server.path, { readonly: true })
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(file.pragma('foreign_key_check')).toEqual([])
    file.close()
  }, 60_000)

  it('answers writes 503 while its files may not be written, goes on reading, and writes again when they may', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'copydesk-read-only-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const server = await startOn(folder)
    const { body } = await server.write()
    expect((await server.publish(body.id)).status).toBe(200)
    const files = [server.path, `${server.path}-wal`]
    const release = () => execFileSync('chattr', ['-i', ...files], { stdio: 'pipe' })
    try {
      execFileSync('chattr', ['+i', ...files], { stdio: 'pipe' })
    } catch {
      return context.skip('only root may make a file immutable, and not on every file system')
    }
    try {
      const refused = await server.write()
      expect([refused.status, refused.body.code]).toEqual([503, 'unavailable'])
      expect(await server.read(`/v1/articles/${body.id}`)).toBe(200)
    } finally {
      release()
    }
    const again = await server.write()
    expect(again.status).toBe(201)
    expect(await server.has(again.body.id)).toBe(true)
  }, 60_000)
})
