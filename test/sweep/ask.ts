import { Agent, type IncomingMessage, request as open } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface Request {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/** An answer as it came over the socket. */
export interface Answer {
  readonly status: number
  /** In their order, but for `Date`. */
  readonly headers: string
  readonly fields: IncomingMessage['headers']
  readonly body: Buffer
}

const agent = new Agent({ keepAlive: true })

/** A stream of events never ends: what comes within this time counts. */
const streamMs = 200

export function ask(app: FastifyInstance, { method, url, headers, body }: Request): Promise<Answer> {
  const { port } = app.server.address() as AddressInfo
  return new Promise((done, fail) => {
    const sent = open({ agent, host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      const chunks: Buffer[] = []
      const finish = () =>
        done({
          status: answer.statusCode ?? 0,
          headers: headersOf(answer.rawHeaders),
          fields: answer.headers,
          body: Buffer.concat(chunks),
        })
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', finish)
      answer.on('error', fail)
      if (answer.headers['content-type']?.startsWith('text/event-stream'))
        setTimeout(() => {
          answer.removeListener('error', fail).on('error', () => {})
          finish()
          answer.destroy()
        }, streamMs)
    })
    sent.on('error', fail)
    sent.end(body)
  })
}

function headersOf(raw: readonly string[]): string {
  const lines = Array.from(
    { length: raw.length / 2 },
    (_, index) => `${raw[2 * index]}: ${raw[2 * index + 1]}`,
  )
  return lines.filter((line) => !/^date:/i.test(line)).join('\n')
}
