import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError } from 'fastify'
import { type ErrorCode, errorDefinitions } from '../contract/errors.ts'
import { problemBody, problemContentType } from './problem-body.ts'
import { newRequestId, requestIdOf } from './request-ids.ts'
import { securityHeaders } from './security-headers.ts'

/** How long the peer may take to read the last answer on a connection that is given up. */
const lingerMs = 1_000

const details: Partial<Record<ErrorCode, string>> = {
  'headers-too-large': 'The request line and the headers are longer than 16 KiB.',
  'request-timeout': 'The request did not arrive completely within the time limit.',
  'malformed-request': 'The request could not be read as HTTP/1.1.',
}

function codeOf(error: ConnectionError): ErrorCode {
  if (error.code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large'
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout'
  return 'malformed-request'
}

const givenUp = new WeakSet<Socket>()
const unhurried = new WeakSet<Socket>()

/**
 * Lets a request take as long as it needs to arrive, where the other limit, that a connection may not be silent, is
 * enough: for large uploads of those who may send them. Answers what ends that.
 */
export function takeTime({ socket }: IncomingMessage): () => void {
  unhurried.add(socket)
  return () => unhurried.delete(socket)
}

/**
 * Answers what Node could not read as a request (there is no request object then): a problem document on the
 * raw socket, which is closed afterwards.
 */
export function handleClientError(error: ConnectionError, socket: Socket): void {
  if (givenUp.has(socket)) return
  // Node says so once for a request, and leaves it to this handler what follows.
  if (codeOf(error) === 'request-timeout' && unhurried.has(socket)) return
  givenUp.add(socket)
  if (error.code === 'ECONNRESET' || !socket.writable || hasAnswerUnderWay(socket)) {
    socket.destroy()
    return
  }
  socket.end(rawAnswer(codeOf(error), isHead(error)))
  // Not destroyed at once: unread input would make the kernel reset the connection and lose the answer.
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

/** True when part of an answer was written already: another status line would be read as its body. */
function hasAnswerUnderWay(socket: Socket & { _httpMessage?: ServerResponse | null }): boolean {
  return socket._httpMessage?.headersSent === true
}

/** True when what could not be read began as a `HEAD` request, whose answer has no body. */
function isHead({ rawPacket }: { rawPacket?: unknown }): boolean {
  return Buffer.isBuffer(rawPacket) && rawPacket.subarray(0, 5).toString('latin1') === 'HEAD '
}

function rawAnswer(code: ErrorCode, withoutBody: boolean): string {
  const requestId = newRequestId()
  const body = JSON.stringify(problemBody({ code, detail: details[code] ?? '' }, { requestId }))
  const { status } = errorDefinitions[code]
  const headers = { ...answerHeaders(requestId, body), date: new Date().toUTCString() }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', withoutBody ? '' : body].join('\r\n')
}

function answerHeaders(requestId: string, body: string) {
  return {
    ...securityHeaders,
    'cache-control': 'no-store',
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
    'content-type': problemContentType,
    'x-request-id': requestId,
  }
}

/** Answers an `Expect` header that is not `100-continue`, which Node would answer with an empty 417. */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const requestId = requestIdOf(request)
  const code = 'expectation-failed'
  const detail = 'The `Expect` header asks for something other than `100-continue`.'
  const body = JSON.stringify(problemBody({ code, detail }, { requestId, url: request.url ?? '/' }))
  response.writeHead(errorDefinitions[code].status, answerHeaders(requestId, body)).end(body)
}
