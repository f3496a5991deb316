import { chownSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { mountSmall, startFilling, type Written } from './small-disk.ts'

/**
 * The disk of the tables is full, and that of the write-ahead log is not: without room for that, PostgreSQL itself ends
 * and starts again when there is some.
 */
it('answers writes 503 while the disk of the tables is full, reads on, and writes again when there is room', async (context) => {
  const folder = mountSmall(64)
  if (folder === undefined) return context.skip('only root may mount a small file system')
  const databaseUrl = await temporaryDatabase()
  const name = new URL(databaseUrl).pathname.slice(1)
  const client = new pg.Client({ connectionString: databaseUrl.replace(`/${name}`, '/postgres') })
  await client.connect()
  onTestFinished(() => client.end())
  const { rows } = await client.query<{ data_directory: string }>('show data_directory')
  const owner = statSync(rows[0]?.data_directory ?? '', { throwIfNoEntry: false })
  if (owner === undefined) return context.skip('the server is on another machine')
  chownSync(folder, owner.uid, owner.gid)
  await client.query(`create tablespace ${name} location '${folder}'`)
  onTestFinished(async () => {
    await client.query(`drop database if exists ${name} with (force)`)
    await client.query(`drop tablespace ${name}`)
  })
  await client.query(`alter database ${name} set tablespace ${name}`)

  const ballast = join(folder, 'ballast')
  writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024))
  const server = await startFilling(databaseUrl)
  const first = await server.write()
  expect((await server.publish(first.body.id)).status).toBe(200)
  const kept = [first.body.id]
  let refused: Written | undefined
  for (let tries = 0; refused === undefined && tries < 3_000; tries += 1) {
    const answer = await server.write()
    if (answer.status === 201) kept.push(answer.body.id)
    else refused = answer
  }
  expect([refused?.status, refused?.body.code]).toEqual([503, 'unavailable'])
  expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/)
  expect([await server.read(`/v1/articles/${first.body.id}`), await server.read('/v1/articles')]).toEqual([
    200, 200,
  ])

  rmSync(ballast)
  // What PostgreSQL does by itself may take some of the room at the same moment.
  const again = await vi.waitFor(
    async () => {
      const answer = await server.write()
      expect([answer.status, answer.body]).toEqual([201, expect.anything()])
      return answer
    },
    { timeout: 10_000, interval: 200 },
  )
  for (const id of [...kept.slice(-20), again.body.id]) expect(await server.has(id), id).toBe(true)
}, 120_000)
