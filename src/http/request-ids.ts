import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

const wellFormed = /^[A-Za-z0-9._-]{1,128}$/

/** The client's `X-Request-Id` when it is well-formed (1 to 128 of `A-Z a-z 0-9 . _ -`), else a new UUID. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const sent = request.headers['x-request-id']
  return typeof sent === 'string' && wellFormed.test(sent) ? sent : newRequestId()
}

/** A random one: Node draws its random bytes for many of them at once. */
export const newRequestId = (): string => randomUUID()

/** Echoes the request id on every answer. */
export function installRequestIds(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
}
