import type { FastifyInstance } from 'fastify'
import { sendRaw } from '../http/app.ts'
import type { Answer } from './client.ts'

/** What no client library lets one send: `{path}` stands for the path. */
export const rawHeads: readonly string[] = [
  'GET {path}\0 HTTP/1.1\r\nHost: a',
  'GET {path}\t HTTP/1.1\r\nHost: a',
  'GET {path} x HTTP/1.1\r\nHost: a',
  'GET {path}\u00e9 HTTP/1.1\r\nHost: a',
  'GET {path} HTTP/1.1\r\nHost: a\r\nX: a\r\n b',
  'GET {path} HTTP/1.1\r\nHost: a\r\nX\0: a',
  'GET {path} HTTP/1.1\r\nHost: a\r\nX: \0',
  'GET {path} HTTP/1.1\r\nHost: a\r\nHost: b',
  'GET {path} HTTP/1.1\r\nX: a',
  'GET {path} HTTP/1.1\r\nHost: a\r\n__proto__: a',
  'GET {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2',
  'GET {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked',
  'GET {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked',
  'GET {path} HTTP/1.1\r\nHost: a\r\nExpect: nothing',
  'GET {path} HTTP/9.9\r\nHost: a',
  'get {path} HTTP/1.1\r\nHost: a',
  'MADEUP {path} HTTP/1.1\r\nHost: a',
  `GET {path}?${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a`,
]

/** Sends a head with a path in it over a connection of its own. */
export async function sendHead(app: FastifyInstance, head: string, path: string): Promise<Answer> {
  const bytes = `${head.replace('{path}', () => path)}\r\nConnection: close\r\n\r\n`
  const received = await sendRaw(app, bytes)
  const [answerHead = '', ...body] = received.split('\r\n\r\n')
  const [first = '', ...lines] = answerHead.split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.split(':', 1)[0]?.toLowerCase() ?? '',
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  )
  const [method = '', target = ''] = bytes.split(' ')
  return {
    sent: { method: method.toUpperCase(), target, headers: [['head', bytes.slice(0, 200)]] },
    as: 'nobody',
    requestId: headers['x-request-id'] ?? '',
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]),
    headers,
    text: body.join('\r\n\r\n'),
  }
}
