import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isProblem, Problem } from '../contract/errors.ts'
import { toProblem } from './framework-errors.ts'
import { describeRequest } from './logging.ts'
import { problemBody, problemContentType } from './problem-body.ts'
import { securityHeaders } from './security-headers.ts'
import { collectInputFaults, isInputError } from './validation.ts'

/** Headers that a handler may have set for the answer that did not come about. */
const headersOfSuccess = [
  'cache-tag',
  'content-encoding',
  'etag',
  'last-modified',
  'link',
  'location',
  'surrogate-key',
]

/** Of every 503 that has no reason for another time. */
export const retryAfterSeconds = '2'

interface ErrorHandlingOptions {
  /** Makes a problem of errors that only another room knows, such as a full disk. */
  readonly translate?: (error: unknown) => Problem | undefined
}

/** Answers every error as a problem document (RFC 9457), the framework's own and unknown paths included. */
export function installErrorHandling(app: FastifyInstance, { translate }: ErrorHandlingOptions = {}): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request, translate)
    logProblem(request, problem)
    return answerProblem(request, reply, problem)
  })
  app.setNotFoundHandler((request, reply) =>
    answerProblem(request, reply, new Problem('not-found', 'There is nothing at this path.')),
  )
}

function problemOf(
  error: unknown,
  request: FastifyRequest,
  translate: ErrorHandlingOptions['translate'],
): Problem {
  if (isInputError(error)) return collectInputFaults(error, request)
  if (isProblem(error)) return error
  return translate?.(error) ?? toProblem(error, request.routeOptions.bodyLimit)
}

function logProblem(request: FastifyRequest, problem: Problem): void {
  if (problem.status < 500) return
  const entry = { err: problem.cause ?? problem, code: problem.code }
  if (problem.code === 'internal-error') request.log.error(entry, 'request failed')
  else request.log.warn(entry, 'request could not be served')
}

/** Answers a problem. Headers for success are taken back, those of the problem are set. */
export function answerProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  for (const name of headersOfSuccess) reply.removeHeader(name)
  reply.header('cache-control', 'no-store')
  if (problem.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  if (problem.status === 503) reply.header('retry-after', retryAfterSeconds)
  reply.headers(problem.headers)
  const body = problemBody(problem, { url: request.url, requestId: request.id })
  // Bytes, because Fastify would add a charset, which the media type does not have.
  return reply
    .code(problem.status)
    .type(problemContentType)
    .send(Buffer.from(JSON.stringify(body)))
}

/** Answers URLs that the router cannot read: no hook runs for those, so all headers are set here. */
export function answerFrameworkError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error)
  reply.headers(securityHeaders).header('x-request-id', request.id)
  request.log.info({ ...describeRequest(request), status: problem.status }, 'request completed')
  answerProblem(request, reply, problem)
}
