import type { Server } from 'node:http'
import type { FastifyHttpOptions, FastifyInstance } from 'fastify'
import { handleClientError, refuseExpectation } from './client-errors.ts'
import { answerFrameworkError } from './errors.ts'
import { type LogStream, loggerOptions, RequestLog } from './logging.ts'
import { requestIdOf } from './request-ids.ts'

/** Every limit of the server in one place. Times are milliseconds, sizes bytes. */
export const limits = {
  bodyBytes: 1_048_576,
  headerBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  /** Without any traffic in either direction for so long, a connection is cut: slow readers too. */
  idleTimeoutMs: 30_000,
  keepAliveTimeoutMs: 25_000,
  /** Below the idle timeout, so that a slow handler is answered with 503 and not with a cut. */
  handlerTimeoutMs: 25_000,
  /** How often Node looks for requests that are over their time. */
  timeoutCheckMs: 1_000,
  requestsPerConnection: 10_000,
  connections: 10_000,
  /** Slugs of 100 characters in other scripts are up to 1,200 bytes once percent-encoded. */
  pathParameterCharacters: 2_048,
} as const

export interface ServerSettings {
  readonly logLevel: string
  /** Which peers may set `X-Forwarded-*`: all, none, or addresses and CIDR ranges. */
  readonly trustProxy: boolean | string | string[]
  /** Standard output when absent. */
  readonly logStream?: LogStream
  /** Makes the HTTP server; see `shortcut.ts`. */
  readonly serverFactory?: FastifyHttpOptions<Server>['serverFactory']
}

/** Fastify would load compilers that are never used, and a tenth of all files of the program with them. */
function noneOfItsOwn(): never {
  throw new Error('the compilers of schemas must be set, as by installValidation')
}

/** The options of the Fastify instance. Call `limitServer` on the instance too. */
export function serverOptions({
  logLevel,
  trustProxy,
  logStream,
  serverFactory,
}: ServerSettings): FastifyHttpOptions<Server> {
  return {
    bodyLimit: limits.bodyBytes,
    ...(serverFactory === undefined ? {} : { serverFactory }),
    connectionTimeout: limits.idleTimeoutMs,
    handlerTimeout: limits.handlerTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxRequestsPerSocket: limits.requestsPerConnection,
    requestTimeout: limits.requestTimeoutMs,
    http: {
      connectionsCheckingInterval: limits.timeoutCheckMs,
      headersTimeout: limits.headersTimeoutMs,
      maxHeaderSize: limits.headerBytes,
      requestTimeout: limits.requestTimeoutMs,
      // Checked in `request-checks.ts`, which answers a problem document where Node answers nothing.
      requireHostHeader: false,
    },
    schemaController: { compilersFactory: { buildValidator: noneOfItsOwn, buildSerializer: noneOfItsOwn } },
    routerOptions: { maxParamLength: limits.pathParameterCharacters },
    forceCloseConnections: 'idle',
    // `closing.ts` answers 503 as a problem document; Fastify's own answer bypasses every hook.
    return503OnClosing: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    trustProxy,
    genReqId: requestIdOf,
    logger: loggerOptions({ level: logLevel, ...(logStream === undefined ? {} : { stream: logStream }) }),
    logController: new RequestLog(),
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: handleClientError,
  }
}

/** Sets the limits that Fastify has no option for on the HTTP server itself. */
export function limitServer(app: FastifyInstance): void {
  app.server.maxConnections = limits.connections
  // Node would drop headers over the count silently; the limit in bytes bounds them and answers 431.
  app.server.maxHeadersCount = 0
  app.server.on('checkExpectation', refuseExpectation)
}
