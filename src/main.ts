import { readFileSync } from 'node:fs'
import process from 'node:process'
import { runProgram, UsageError } from './cli/program.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

try {
  await runProgram(
    process.argv.slice(2),
    { env: process.env, stdout: process.stdout, stderr: process.stderr },
    version,
  )
} catch (error) {
  if (error instanceof UsageError) process.exitCode = error.exitCode
  else {
    process.stderr.write(`copydesk: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
