import { request } from 'node:http'
import { expect } from 'vitest'
import type { Server } from './process.ts'

/** The processes that said that they listen, the first one first, those that have ended since included. */
export function workerPids({ stdout }: Pick<Server, 'stdout'>): number[] {
  const lines = stdout().matchAll(/"pid":(\d+),"msg":"worker listens/g)
  return [...new Set(Array.from(lines, ([, pid]) => Number(pid)))]
}

/** Waits until so many have said that they listen, and answers them. */
export async function workersOf(server: Pick<Server, 'stdout'>, count: number): Promise<number[]> {
  await expect.poll(() => workerPids(server).length, { timeout: 30_000 }).toBe(count)
  return workerPids(server)
}

/** True while there is a process of this number. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
}

export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

/** One request on a connection of its own, which any worker may be given. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Received> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const type = text === undefined ? {} : { 'content-type': 'application/json' }
    const sending = request(url, { method, agent: false, headers: { ...type, ...headers } }, (answer) => {
      let received = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        received += part
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: received }),
      )
      answer.on('error', reject)
    })
    sending.on('error', reject)
    sending.end(text)
  })
}
