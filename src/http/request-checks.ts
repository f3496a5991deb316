import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../contract/errors.ts'

/** How often a header was sent. Node keeps only the first of some, such as `Host` and `Content-Type`. */
export function countHeader(request: Pick<IncomingMessage, 'rawHeaders'>, name: string): number {
  const { rawHeaders } = request
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] ?? ''
    // Most names differ in length: no copy in small letters is made of those.
    if (raw.length === name.length && raw.toLowerCase() === name) count += 1
  }
  return count
}

/**
 * Refuses requests that two programs in a row could read differently: none or several `Host` headers, and a
 * body where the method has no use for one.
 */
export function installRequestChecks(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const detail = faultOf(request.raw)
    if (detail === undefined) return done()
    // What follows on this connection cannot be trusted to be a request.
    reply.header('connection', 'close')
    done(new Problem('malformed-request', detail))
  })
}

function faultOf(request: IncomingMessage): string | undefined {
  const hosts = countHeader(request, 'host')
  const mayLackHost = request.httpVersion === '1.0'
  if (hosts > 1 || (hosts === 0 && !mayLackHost)) return 'The request needs exactly one `Host` header.'
  if ((request.method === 'GET' || request.method === 'HEAD') && hasBody(request)) {
    return `A ${request.method} request must not have a body.`
  }
  return undefined
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
