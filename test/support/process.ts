import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { CliContext } from '../../src/cli/context.ts'
import { runProgram as runCommandLine } from '../../src/cli/program.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** How a process ended: `code` is null when a signal ended it. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Program {
  readonly child: ChildProcess
  readonly exited: Promise<Exit>
  stdout(): string
  stderr(): string
  /** Sends the signal and waits for the end. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<Exit>
}

export interface Server extends Program {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** When it said so, in milliseconds as of `performance.now()`. */
  readonly listeningSince: number
}

type Env = Readonly<Record<string, string>>

/** The program itself, or a server that fails when it is told to. */
type Script = 'program' | 'test/support/faulty-server.ts'

/** `TEST_PROGRAM=dist/launch.mjs` tries what `npm run build` made, which starts faster. */
const program = process.env.TEST_PROGRAM ?? 'src/launch.mjs'

interface ProgramOptions {
  readonly script?: Script | undefined
  /** What hangs is ended after so long, in milliseconds, and fails its own test and no other. */
  readonly limitMs?: number | undefined
}

/** Starts `copydesk` with these arguments and nothing but this environment; killed when the test is over. */
export function startProgram(
  args: readonly string[],
  env: Env = {},
  { script = 'program', limitMs = 60_000 }: ProgramOptions = {},
): Program {
  const started = script === 'program' ? [program] : ['--import', './src/modules.mjs', script]
  const child = spawn(process.execPath, [...started, ...args], {
    cwd: root,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      output[name] += text
    })
  }
  const exited = new Promise<Exit>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ...output }))
  })
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  onTestFinished(async () => {
    await stop('SIGKILL')
  })
  return { child, exited, stdout: () => output.stdout, stderr: () => output.stderr, stop }
}

/** Runs `copydesk` to its end. */
export function runProgram(args: readonly string[], env: Env = {}): Promise<Exit> {
  return startProgram(args, env).exited
}

/** Waits until `happened`, looking as often as it can, and no longer than the process lives. */
export async function until(program: Program, happened: () => boolean): Promise<void> {
  let hasEnded = false
  void program.exited.then(() => {
    hasEnded = true
  })
  while (!happened() && !hasEnded) await sleep(1)
}

/**
 * Runs a command line within this process, which takes a tenth of the time: for tests of what a command does
 * to a database, as opposed to what becomes of the process.
 */
export async function callProgram(args: readonly string[], env: Env = {}): Promise<Exit> {
  const stdout = new PassThrough({ encoding: 'utf8' })
  const stderr = new PassThrough({ encoding: 'utf8' })
  let code = 0
  try {
    const streams = { stdout, stderr } as unknown as Pick<CliContext, 'stdout' | 'stderr'>
    await runCommandLine(args, { env, ...streams }, '0.0.0')
  } catch (error) {
    code = 1
    stderr.write(`copydesk: ${error instanceof Error ? error.message : String(error)}\n`)
  }
  return { code, signal: null, stdout: stdout.read() ?? '', stderr: stderr.read() ?? '' }
}

const listeningLine = /listening on (http:\/\/[^\s;"]+)/

/** Starts `copydesk serve` on a free port and waits until it listens. Needs a LOG_LEVEL that says so. */
export async function startServing(
  env: Env,
  { args = ['serve'], ...options }: ProgramOptions & { readonly args?: readonly string[] } = {},
): Promise<Server> {
  const program = startProgram(args, { PORT: '0', ...env }, options)
  const url = await new Promise<string>((resolve, reject) => {
    program.child.stdout?.on('data', () => {
      const found = listeningLine.exec(program.stdout())?.[1]
      if (found !== undefined) resolve(found)
    })
    program.exited.then(
      ({ code, stderr }) => reject(new Error(`serve ended with ${code} before it listened: ${stderr}`)),
      reject,
    )
  })
  return { ...program, url, listeningSince: performance.now() }
}
