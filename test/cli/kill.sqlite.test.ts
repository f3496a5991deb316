import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/database.ts'
import { callProgram, startProgram, until } from '../support/process.ts'
import { expectWhole } from './whole.ts'

const pages = 300
const sideBySide = pLimit(3)

it('serve, killed at any moment of its first start, leaves the article whole or absent', async () => {
  const folder = temporaryFolder()
  const found = await Promise.all(
    Array.from({ length: 5 }, (_, round) =>
      sideBySide(async () => {
        const path = join(folder, `${round}.db`)
        const env = { DATABASE_URL: `file:${path}`, PORT: '0' }
        const program = startProgram(['serve', '--seed'], env)
        await until(program, () => existsSync(path))
        const delayMs = Math.random() * 120
        await sleep(delayMs)
        expect((await program.stop('SIGKILL')).signal).toBe('SIGKILL')
        const count = expectWhole(path)
        expect([undefined, 0, 1], `killed ${delayMs} ms after the file was made`).toContain(count)

        expect(await callProgram(['seed'], env)).toMatchObject({ code: 0, stderr: '' })
        expect(expectWhole(path)).toBe(1)
        return count
      }),
    ),
  )
  expect(found).toHaveLength(5)
}, 90_000)

it('import, killed at any moment, leaves every article whole or absent, and goes on when run again', async () => {
  const folder = temporaryFolder()
  const pageFolder = temporaryFolder()
  for (let number = 1; number <= pages; number += 1) {
    const page = [
      `Story number ${number}`,
      ...Array.from({ length: 4 }, (_, index) => `Paragraph ${index} of story ${number}.`),
      'This article is originally published on',
      'Electric Scooter XElectric Scooter X',
      'Related articles',
      ...['One', 'The first...', 'Two', 'The second...'],
    ]
    writeFileSync(join(pageFolder, `${number}.txt`), page.join('\n'))
  }
  await Promise.all(
    Array.from({ length: 3 }, (_, round) =>
      sideBySide(async () => {
        const path = join(folder, `${round}.db`)
        const env = { DATABASE_URL: `file:${path}` }
        const args = ['import', '--publish', pageFolder]
        const program = startProgram(args, env)
        const wanted = Math.floor(Math.random() * pages * 0.7)
        await until(program, () => program.stdout().split('\n').length > wanted && existsSync(path))
        await sleep(Math.random() * 10)
        const { signal, stdout } = await program.stop('SIGKILL')
        expect(signal).toBe('SIGKILL')
        const reported = stdout.match(/^created /gm)?.length ?? 0
        const count = expectWhole(path) ?? 0
        expect(count, 'what was reported was written').toBeGreaterThanOrEqual(reported)

        const again = await callProgram(args, env)
        expect(again).toMatchObject({ code: 0, stderr: '' })
        const left = pages - count
        const parts = [...(left > 0 ? [`${left} created`] : []), ...(count > 0 ? [`${count} unchanged`] : [])]
        expect(again.stdout.trimEnd().split('\n').at(-1)).toBe(parts.join(', '))
        expect(expectWhole(path)).toBe(pages)
      }),
    ),
  )
}, 90_000)
