import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { answersOf, firstMissing, readTour, scriptOf } from './support/readme-tour.ts'

const checkout = fileURLToPath(new URL('../', import.meta.url))
const tourPort = 'localhost:3000'

const sections = [
  'Five minutes with curl',
  'Tags and related links',
  "An editor's hour",
  "An editor's day",
  "An ad manager's campaign",
  'Who may sell',
  'Find articles',
  'Tokens',
]

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Runs a script in bash with a process group of its own, which ends with the script. */
async function runInBash(script: string, cwd: string, env: Record<string, string>) {
  const bash = spawn('bash', ['-c', script], { cwd, detached: true, env: { ...process.env, ...env } })
  const { pid } = bash
  if (pid === undefined) throw new Error('bash did not start')
  function stop(): void {
    try {
      process.kill(-Number(pid), 'SIGTERM')
    } catch {
      // All of the group is over.
    }
  }
  onTestFinished(stop)
  let stdout = ''
  let stderr = ''
  bash.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  bash.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  await new Promise((resolve) => bash.once('exit', resolve))
  stop()
  await new Promise((resolve) => bash.once('close', resolve))
  return { stdout, stderr }
}

it('answers every command of the README as the README shows', { timeout: 120_000 }, async () => {
  const steps = readTour(await readFile(join(checkout, 'README.md'), 'utf8'), sections)
  expect(new Set(steps.map(({ section }) => section))).toEqual(new Set(sections))
  const folder = await mkdtemp(join(tmpdir(), 'copydesk-tour-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const port = String(await freePort())

  const { stdout, stderr } = await runInBash(
    scriptOf(steps).replaceAll(tourPort, `localhost:${port}`),
    folder,
    { CHECKOUT: checkout, PORT: port, DATABASE_URL: `file:${folder}/tour.db` },
  )

  const answers = answersOf(stdout, stderr)
  expect(answers.length, stderr).toBe(steps.length)
  const faults = steps.slice(1).flatMap((step, index) => {
    const answer = answers[index + 1]
    if (!answer) return []
    const missing = firstMissing(step, answer)
    const unexpected = answer.statuses.filter(
      (status) => status >= 300 && !step.shownStatuses.includes(status),
    )
    const unseen = step.shownStatuses.filter((status) => status >= 300 && !answer.statuses.includes(status))
    return missing || unexpected.length > 0 || unseen.length > 0
      ? [{ commands: step.commands, missing, unexpected, unseen, printed: answer.printed }]
      : []
  })
  expect(faults).toEqual([])
})
