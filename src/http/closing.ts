import type { FastifyInstance } from 'fastify'
import { Problem } from '../contract/errors.ts'
import { operationOf } from './operations.ts'

interface ClosingOptions {
  /** Who is gone for good refuses what comes late; who is one of several answers what was still given to it. */
  readonly isAlone: boolean
}

/**
 * Answers 503 from the moment that `app.close()` is called, on connections that are still open: all requests where this
 * process serves alone, else those alone whose answers have no end. Requests that were under way by then are completed,
 * batches with all their operations.
 */
export function installClosing(app: FastifyInstance, { isAlone }: ClosingOptions): void {
  let isClosing = false
  app.addHook('preClose', (done) => {
    isClosing = true
    done()
  })
  app.addHook('onRequest', (request, _reply, done) => {
    const { isEndless = false } = request.routeOptions.config
    if (isClosing && (isAlone || isEndless) && !operationOf(request))
      done(new Problem('unavailable', 'The server is shutting down.'))
    else done()
  })
  // Else a kept-alive connection whose request was under way would hold the server open until its time-out.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) reply.header('connection', 'close')
    done(null, payload)
  })
}
