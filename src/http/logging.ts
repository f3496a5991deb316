import fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { operationOf } from './operations.ts'
import { strikeSecretsInLogLine, strikeTokens } from './secrets.ts'

/** Where log lines go; each `write` gets one line of JSON with its line feed. */
export interface LogStream {
  write(line: string): void
}

// A type and not an interface: Fastify asks for an index signature, which only a type has by itself.
type ErrorEntry = {
  type: string
  message: string
  stack: string
  code?: unknown
  cause?: ErrorEntry
}

const deepestCause = 20

/**
 * What is logged of an error. Its other members stay out: they may hold what the client sent. So do the message of
 * a failed query, which repeats the statement with its parameters, and the first lines of a stack, which repeat
 * the message.
 */
function describeError(error: unknown, depth = 0): ErrorEntry {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' }
  const isQuery = isQueryError(error)
  return {
    type: isQuery ? error.constructor.name : error.name,
    message: isQuery ? 'a query failed' : error.message,
    stack: framesOf(error),
    ...('code' in error ? { code: error.code } : {}),
    ...(error.cause === undefined || depth >= deepestCause
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  }
}

/** By its form, because this room does not know the database library. */
function isQueryError(error: Error): boolean {
  return error.constructor.name === 'DrizzleQueryError' || ('query' in error && 'params' in error)
}

/** The stack without the message, whose own lines may look like frames. */
function framesOf(error: Error): string {
  const { stack = '', message } = error
  const start = stack.indexOf(message)
  // Only a message that was changed afterwards is not there; the first one of a query is not to be told apart.
  if (start < 0 && isQueryError(error)) return ''
  const lines = stack.slice(start < 0 ? 0 : start + message.length).split('\n')
  return lines
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .join('\n')
}

/** Gives a line about an error and without words of its own those that are safe, before pino takes the message. */
function chooseWords(args: unknown[]): unknown[] {
  const [first, words] = args
  const error = first instanceof Error ? first : (first as { err?: unknown } | null | undefined)?.err
  if (words !== undefined || !(error instanceof Error)) return args
  return [first instanceof Error ? { err: error } : first, describeError(error).message]
}

/** What is logged of a request: never its headers, its body or a token. */
export function describeRequest(request: FastifyRequest) {
  return {
    method: request.method,
    path: strikeTokens(request.url),
    route: request.routeOptions.url,
    address: request.ip,
  }
}

interface AnsweredRequest {
  readonly method: string
  readonly url: string
  readonly route: string | undefined
  readonly address: string
}

/** What is logged of a request that was answered. */
export function describeAnswer(
  { method, url, route, address }: AnsweredRequest,
  status: number,
  elapsedMs: number,
) {
  const durationMs = Math.round(elapsedMs * 10) / 10
  return { method, path: strikeTokens(url), route, address, status, durationMs }
}

/** Options for the logger: one JSON object a line, levels by name, times in RFC 3339. */
export function loggerOptions({ level, stream }: { level: string; stream?: LogStream }) {
  return {
    level,
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: {
      streamWrite: strikeSecretsInLogLine,
      logMethod(this: unknown, args: unknown[], method: (...args: never[]) => void) {
        Reflect.apply(method, this, chooseWords(args))
      },
    },
    serializers: {
      req: describeRequest,
      res: (reply: { statusCode?: number }) => ({ statusCode: reply.statusCode ?? 0 }),
      err: (error: unknown) => describeError(error),
    },
    ...(stream === undefined ? {} : { stream }),
  }
}

/** The logger of a process that serves nothing. */
export function createLogger(level: string): FastifyBaseLogger {
  return fastify({ logger: loggerOptions({ level }) }).log
}

/**
 * One line for each request, when it is done, in place of Fastify's two; for each operation of a batch one with
 * other words, so that counting the requests counts them once.
 */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' })
  }

  override incomingRequest(): void {}

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const { method, url, ip: address } = request
    const answered = { method, url, route: request.routeOptions.url, address }
    const entry = describeAnswer(answered, reply.statusCode, reply.elapsedTime)
    if (error) request.log.warn({ ...entry, err: error }, 'request broken off')
    else request.log.info(entry, operationOf(request) ? 'operation completed' : 'request completed')
  }
}
