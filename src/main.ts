import { setPriority } from 'node:os'
import process from 'node:process'
import { runProgram, UsageError } from './cli/program.ts'
import { isProblem } from './contract/errors.ts'
import { version } from './package.ts'

// A reader that has seen enough, such as `head`, closes its end: nothing is wrong then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

// An import has time, and servers on the same machine have readers who wait.
if (process.argv[2] === 'import') yieldToOthers()

// What it is told may hold a password, and lists of processes show it.
if (process.argv[2] === 'move') process.title = 'copydesk move'

try {
  await runProgram(
    process.argv.slice(2),
    { env: process.env, stdout: process.stdout, stderr: process.stderr },
    version,
  )
} catch (error) {
  if (error instanceof UsageError) process.exitCode = error.exitCode
  else {
    process.stderr.write(`copydesk: ${messageOf(error)}\n`)
    process.exitCode = 1
  }
}

/** Lets other processes have the processor first, where the system allows that to be asked for. */
function yieldToOthers(): void {
  try {
    setPriority(10)
  } catch {
    // It runs as fast as others do, then.
  }
}

/** One line for the operator. */
function messageOf(error: unknown): string {
  if (isProblem(error)) return error.detail
  return error instanceof Error ? error.message : String(error)
}
