import { Agent, type IncomingMessage, type ServerResponse, request as startRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyInstance, InjectOptions } from 'fastify'
import pLimit from 'p-limit'
import { onTestFinished } from 'vitest'
import { description } from '../support/contract.ts'

/** A request exactly as it is to be sent: nothing of its target is put in order first. */
export interface Sent {
  readonly method: string
  readonly target: string
  /** Names and values; a name may come twice. */
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
}

export interface Answer {
  readonly sent: Sent
  /** Which principal it was sent for. */
  readonly as: string
  /** The `X-Request-Id` that was sent, by which the log is found. */
  readonly requestId: string
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export interface Principal {
  readonly name: string
  readonly headers: readonly (readonly [string, string])[]
}

export type Client = ReturnType<typeof createClient>

/** How many requests are under way at once. */
const lanes = 4

/** Paths whose answers do not end by themselves: what comes first is the answer, then the client leaves. */
const endless = Object.entries(description.paths ?? {}).flatMap(([path, item]) =>
  JSON.stringify(item?.get?.responses ?? {}).includes('"text/event-stream"') ? [path] : [],
)

/**
 * Sends requests to a server that listens: over connections that are kept, or straight to its handler, which takes
 * half the time and is enough where the request is an ordinary one.
 */
export function createClient(app: FastifyInstance) {
  const { port } = app.server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: lanes })
  const limit = pLimit(lanes)
  onTestFinished(() => agent.destroy())
  let count = 0
  /** What waits until the server is done with a request, by the id of the request: only then it is in the log. */
  const leaving = new Map<unknown, () => void>()
  app.server.on('request', ({ headers }: IncomingMessage, response: ServerResponse) => {
    response.once('close', () => leaving.get(headers['x-request-id'])?.())
  })

  function headersOf(principal: Principal, sent: Sent, requestId: string): (readonly [string, string])[] {
    const own = [
      ['host', `127.0.0.1:${port}`],
      ['x-request-id', requestId],
      ['origin', 'https://elsewhere.example'],
    ] as const
    return [...own, ...principal.headers, ...(sent.headers ?? [])]
  }

  async function inject(principal: Principal, sent: Sent): Promise<Answer> {
    if (endless.some((path) => sent.target.startsWith(path))) return send(principal, sent)
    count += 1
    const requestId = `sweep-${count}`
    // Injected requests that need no database follow each other without a turn of the event loop: others would starve.
    await nextTurn()
    const { method, target: url, body } = sent
    const {
      statusCode: status,
      headers,
      body: text,
    } = await app.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url,
      headers: Object.fromEntries(headersOf(principal, sent, requestId)),
      ...(body === undefined ? {} : { payload: body }),
    })
    return { sent, as: principal.name, requestId, status, headers: headers as Answer['headers'], text }
  }

  function send(principal: Principal, sent: Sent): Promise<Answer> {
    count += 1
    const requestId = `sweep-${count}`
    const headers = headersOf(principal, sent, requestId).flat()
    const body = sent.body === undefined ? undefined : Buffer.from(sent.body)
    if (body) headers.push('content-length', String(body.length))
    return new Promise((resolve, reject) => {
      const request = startRequest(
        { agent, port, method: sent.method, path: sent.target, headers },
        (response) => {
          const chunks: Buffer[] = []
          const { statusCode: status = 0, headers } = response
          const finish = () => {
            const text = Buffer.concat(chunks).toString()
            resolve({ sent, as: principal.name, requestId, status, headers, text })
          }
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', finish)
          response.on('error', reject)
          if (status !== 200 || !headers['content-type']?.startsWith('text/event-stream')) return
          response.once('data', () => {
            response.off('error', reject).on('error', () => {})
            leaving.set(requestId, () => setImmediate(finish))
            request.destroy()
          })
        },
      )
      request.on('error', (error) =>
        reject(new Error(`${principal.name}: ${sent.method} ${sent.target}`, { cause: error })),
      )
      request.end(body)
    })
  }

  /** Sends many, some at once, and gives their answers in order. */
  const sendingAll =
    (one: typeof send) =>
    (requests: readonly (readonly [Principal, Sent])[]): Promise<Answer[]> =>
      Promise.all(requests.map(([principal, sent]) => limit(() => one(principal, sent))))

  return {
    sendAll: sendingAll(send),
    injectAll: sendingAll(inject),
    /** How many requests were sent. */
    count: () => count,
  }
}
