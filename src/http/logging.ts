import { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
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

const deepestCause = 5

/** What is logged of an error. Its other members stay out: they may hold what the client sent. */
function describeError(error: unknown, depth = 0): ErrorEntry {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' }
  return {
    type: error.name,
    message: error.message,
    stack: error.stack ?? '',
    ...('code' in error ? { code: error.code } : {}),
    ...(error.cause === undefined || depth >= deepestCause
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  }
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

/** Options for the logger: one JSON object a line, levels by name, times in RFC 3339. */
export function loggerOptions({ level, stream }: { level: string; stream?: LogStream }) {
  return {
    level,
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: strikeSecretsInLogLine },
    serializers: {
      req: describeRequest,
      res: (reply: { statusCode?: number }) => ({ statusCode: reply.statusCode ?? 0 }),
      err: (error: unknown) => describeError(error),
    },
    ...(stream === undefined ? {} : { stream }),
  }
}

/** One line for each request, when it is done, in place of Fastify's two. */
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
    const entry = {
      ...describeRequest(request),
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
    }
    if (error) request.log.warn({ ...entry, err: error }, 'request broken off')
    else request.log.info(entry, 'request completed')
  }
}
