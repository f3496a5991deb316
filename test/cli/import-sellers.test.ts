import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryDatabase } from '../support/database.ts'
import { callProgram } from '../support/process.ts'
import { startServer } from '../support/server.ts'

it('takes a file over, tells of what is wrong with it, and does so again', async () => {
  const databaseUrl = await temporaryDatabase()
  const env = { DATABASE_URL: databaseUrl }
  const folder = await mkdtemp(join(tmpdir(), 'copydesk-sellers-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'news.example.app-ads.txt')
  await writeFile(file, 'a.example, 1, DIRECT\nb.example, 2, PART\u001b[31mNER\nc.example, 3, reseller\n')

  expect(await callProgram(['import-sellers', file, '--dry-run'], env)).toMatchObject({
    code: 0,
    stdout: 'app-ads.txt: 2 created, 1 failed (dry run: nothing was written)\n',
  })
  expect(await callProgram(['import-sellers', file], env)).toEqual(
    expect.objectContaining({
      code: 0,
      stdout: 'app-ads.txt: 2 created, 1 failed\n',
      stderr: expect.stringContaining(
        `failed ${file}:2: has a character that no line may have: b.example, 2, PART [31mNER`,
      ),
    }),
  )
  expect((await callProgram(['import-sellers', file], env)).stdout).toBe(
    'app-ads.txt: 2 unchanged, 1 failed\n',
  )
  const { http } = await startServer({ databaseUrl })
  await http.get('/app-ads.txt').expect(200, 'a.example, 1, DIRECT\nc.example, 3, RESELLER\n')

  await writeFile(file, 'c.example, 3, RESELLER\n')
  expect((await callProgram(['import-sellers', file, '--replace'], env)).stdout).toBe(
    'app-ads.txt: 1 updated, 1 deleted\n',
  )
  await http.get('/app-ads.txt').expect(200, 'c.example, 3, RESELLER\n')

  const other = join(folder, 'list')
  await writeFile(other, '{')
  for (const [args, reason] of [
    [[other], 'does not say by its name which file it is: add --file ads.txt|app-ads.txt|sellers.json'],
    [[other, '--file', 'sellers.json'], `${other}: The file is not valid JSON.`],
    [[join(folder, 'ads.txt')], 'cannot be read: ENOENT'],
    [[folder, '--file', 'ads.txt'], 'cannot be read: EISDIR'],
    [[other, '--file', 'robots.txt'], "argument 'robots.txt' is invalid"],
  ] as const)
    expect(await callProgram(['import-sellers', ...args], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(reason),
    })
})
