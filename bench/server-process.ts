import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** As `npm start` and the Dockerfile have them, for all sides alike. */
const nodeFlags = ['--max-semi-space-size=32']
const startLimitMs = 20_000
const pollMs = 10

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

/** A server in a process of its own, so that it shares no event loop with the load. */
export interface ServerProcess {
  readonly origin: string
  /** From the spawn to the first 200, in milliseconds. */
  readonly startMs: number
  /** Resident memory in MiB; undefined where the system has no /proc. */
  residentMib(): number | undefined
  stop(): Promise<void>
}

interface Start {
  /** A script of this checkout, such as `src/launch.mjs`. */
  readonly script: string
  readonly args: (port: number) => readonly string[]
  readonly env?: (port: number) => Readonly<Record<string, string>>
  /** The path that must answer 200. */
  readonly firstPath: string
}

/** Starts a server on a free port of the loopback address and waits for its first 200. */
export async function startServer({
  script,
  args,
  env = () => ({}),
  firstPath,
}: Start): Promise<ServerProcess> {
  const port = await freePort()
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url))
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...nodeFlags, path, ...args(port)], {
    env: { ...process.env, ...env(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  const origin = `http://127.0.0.1:${port}`
  while (!(await answers(`${origin}${firstPath}`))) {
    if (child.exitCode !== null) throw new Error(`${script} ended with exit code ${child.exitCode}`)
    if (performance.now() - startedAt > startLimitMs) throw new Error(`${script} did not answer in time`)
    await sleep(pollMs)
  }
  return {
    origin,
    startMs: performance.now() - startedAt,
    residentMib: () => residentMib(child.pid),
    stop: () => stop(child),
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url)
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}

function residentMib(pid: number | undefined): number | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib === undefined ? undefined : Number(kib) / 1024
  } catch {
    return undefined
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const killer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(killer)
}
