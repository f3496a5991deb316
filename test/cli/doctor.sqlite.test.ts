import { closeSync, existsSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { temporaryDatabase, temporaryFolder } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { bearer, startServer } from '../support/server.ts'

async function newspaper() {
  const url = await temporaryDatabase()
  const { http, app } = await startServer({ databaseUrl: url })
  for (const title of ['Harbour', 'Bridge', 'Ferry'])
    await http.post('/manage/v1/articles').set(bearer()).send({ title }).expect(201)
  await app.close()
  const path = new URL(url).pathname
  const change = (statement: string) => {
    const connection = new Database(path)
    connection.unsafeMode(true)
    connection.exec(statement)
    connection.pragma('wal_checkpoint(TRUNCATE)')
    connection.close()
  }
  const doctor = (...args: string[]) => callProgram(['doctor', ...args], { DATABASE_URL: url })
  return { path, change, doctor }
}

it('an index of words whose own structure is damaged is made anew', async () => {
  const { change, doctor } = await newspaper()
  change('update article_search_words_data set block = zeroblob(40) where id > 100')
  const told = await doctor()
  expect(told, told.stdout).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('the index of words article_search_words is damaged'),
  })
  const mended = await doctor('--repair')
  expect(mended, mended.stdout).toMatchObject({ code: 0, stdout: expect.stringContaining('indexed it') })
  expect(await doctor()).toMatchObject({ code: 0 })
})

it('a file whose pages are damaged is told to be, and not touched', async () => {
  const { path, change, doctor } = await newspaper()
  change('pragma user_version = 1')
  const connection = new Database(path, { readonly: true })
  const root = connection.prepare("select rootpage from sqlite_master where name = 'articles'").pluck().get()
  const size = connection.pragma('page_size', { simple: true }) as number
  connection.close()
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(200, 0xa5), 0, 200, ((root as number) - 1) * size)
  closeSync(file)
  for (const args of [[], ['--repair']]) {
    const exit = await doctor(...args)
    expect(exit.code).toBe(1)
    expect(exit.stdout).toMatch(/the file is damaged: .+; restore a backup|could not be looked through/)
    expect(exit.stderr).toMatch(/wrong/)
    expect(exit.stdout + exit.stderr).not.toContain('    at ')
  }
})

it('where there is no database, none is made', async () => {
  const path = join(temporaryFolder(), 'none.db')
  const exit = await callProgram(['doctor'], { DATABASE_URL: `file:${path}` })
  expect(exit).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no database') })
  expect(existsSync(path)).toBe(false)
})
