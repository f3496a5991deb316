import { type ErrorCode, Problem } from '../contract/errors.ts'

const bodyTooLarge = 'The body is larger than this operation takes.'

/** Fastify's own errors, by their code: ours, and what the caller is told. */
const byFrameworkCode: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_BAD_URL: ['malformed-request', 'The URL is not correctly percent-encoded.'],
  FST_ERR_INVALID_URL: ['malformed-request', 'The URL could not be read.'],
  FST_ERR_MAX_PARAM_LENGTH: ['uri-too-long', 'A part of the path is too long.'],
  FST_ERR_NOT_FOUND: ['not-found', 'There is nothing at this path.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload-too-large', bodyTooLarge],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed-json', 'The body is empty.'],
  FST_ERR_CTP_INVALID_JSON_BODY: [
    'malformed-json',
    'The body could not be parsed as JSON, in which no member may be named `__proto__`, nor `prototype` in a `constructor`.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'malformed-request',
    'The length of the body differs from `Content-Length`.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'The body needs a `Content-Type` that this operation takes.',
  ],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: ['unsupported-media-type', 'The request needs a `Content-Type`.'],
  FST_ERR_HANDLER_TIMEOUT: ['unavailable', 'The answer took too long to make.'],
}

/** Errors of plugins, which carry only an HTTP status. */
const byStatus: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  400: ['malformed-request', 'The request could not be understood.'],
  403: ['not-found', 'There is nothing at this path.'],
  404: ['not-found', 'There is nothing at this path.'],
  406: ['not-acceptable', 'None of the accepted media types can be given.'],
  408: ['request-timeout', 'The request did not arrive completely within the time limit.'],
  413: ['payload-too-large', bodyTooLarge],
  414: ['uri-too-long', 'The URL is too long.'],
  415: ['unsupported-media-type', 'The body has a media type that this operation does not take.'],
}

/**
 * Any error as a problem that may be shown: what is not known to be harmless becomes an `internal-error`. `bodyLimit`
 * is how many bytes the operation takes, where one was found.
 */
export function toProblem(error: unknown, bodyLimit?: number): Problem {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' && bodyLimit !== undefined)
    return new Problem(
      'payload-too-large',
      `The body has more than ${bodyLimit.toLocaleString('en')} bytes, the most that this operation takes.`,
      { cause: error },
    )
  const known =
    (typeof code === 'string' && Object.hasOwn(byFrameworkCode, code) ? byFrameworkCode[code] : undefined) ??
    (typeof statusCode === 'number' ? byStatus[statusCode] : undefined)
  if (known === undefined) {
    return new Problem('internal-error', 'The request could not be completed.', { cause: error })
  }
  return new Problem(known[0], known[1], { cause: error })
}
