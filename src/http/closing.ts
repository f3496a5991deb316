import type { FastifyInstance } from 'fastify'
import { Problem } from '../contract/errors.ts'
import { operationOf } from './operations.ts'

/**
 * Answers 503 from the moment that `app.close()` is called, on connections that are still open. Requests that
 * were under way by then are completed, batches with all their operations.
 */
export function installClosing(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('preClose', (done) => {
    isClosing = true
    done()
  })
  app.addHook('onRequest', (request, _reply, done) => {
    if (isClosing && !operationOf(request)) done(new Problem('unavailable', 'The server is shutting down.'))
    else done()
  })
  // Else a kept-alive connection whose request was under way would hold the server open until its time-out.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) reply.header('connection', 'close')
    done(null, payload)
  })
}
