/**
 * Every error that the API answers, once: its code, HTTP status, title and the text of its page at
 * `/problems/<code>`. The error handler, the OpenAPI description and the problem pages are made from it.
 *
 * Standard: RFC 9457 (problem details).
 */

interface ErrorDefinition {
  readonly status: number
  readonly title: string
  /** Shown at `/problems/<code>`: what it means, and what the caller can do. */
  readonly help: string
}

export const errorDefinitions = {
  'malformed-json': {
    status: 400,
    title: 'The body is not valid JSON',
    help: 'The request body could not be parsed as JSON (RFC 8259). Check quotes, commas and the encoding, which must be UTF-8.',
  },
  'invalid-parameter': {
    status: 400,
    title: 'A parameter is not valid',
    help: 'A path or query parameter or a header is unknown, repeated or out of its range. `errors` names each one.',
  },
  'invalid-cursor': {
    status: 400,
    title: 'The cursor does not fit this request',
    help: 'A cursor continues the list that gave it, with the same filters and sort. Start again without one.',
  },
  'malformed-request': {
    status: 400,
    title: 'The request is not valid HTTP',
    help: 'The request line, a header or the URL could not be read.',
  },
  unauthenticated: {
    status: 401,
    title: 'A valid token is required',
    help: 'Send `Authorization: Bearer <token>` with a token that exists, has not expired and was not revoked.',
  },
  forbidden: {
    status: 403,
    title: 'The token does not allow this',
    help: 'The token is valid but lacks the permission that this operation needs, or what it would hand out to another token (`missingPermissions`). Ask an admin for another role.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    help: 'Nothing is here, or nothing that you may see.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    help: 'The path exists, but not for this method. The `Allow` header lists the methods that it has.',
  },
  'not-acceptable': {
    status: 406,
    title: 'None of the accepted media types can be given',
    help: 'Change the `Accept` header, or leave it out.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    help: 'The whole request must arrive within the time limit. Send it again.',
  },
  'slug-taken': {
    status: 409,
    title: 'The slug is taken',
    help: 'Another article has this slug now, or had it once: its old links must go on working. `suggestion` is a free one.',
  },
  'invalid-transition': {
    status: 409,
    title: 'The state does not allow this action',
    help: 'The article is in a state from which this action is not possible. `currentStatus` names the state, `trashedAt` is set when it is in the trash, `allowedActions` names what you may do.',
  },
  embargoed: {
    status: 409,
    title: 'The article is under embargo',
    help: 'Nothing is published before `embargoUntil`. Publish after it, or change the embargo first.',
  },
  'in-use': {
    status: 409,
    title: 'It is in use',
    help: 'What others refer to is not deleted. `usages` lists some of them and `usageCount` counts them all; change those first.',
  },
  conflict: {
    status: 409,
    title: 'The write conflicts with what is stored',
    help: 'Another record already has a value that must be unique. `errors` names the member.',
  },
  'key-taken': {
    status: 409,
    title: 'The key is taken',
    help: 'Another record of this kind has this key. Choose another one.',
  },
  'idempotency-in-progress': {
    status: 409,
    title: 'A request with this Idempotency-Key is under way',
    help: 'The first request with this key has not been answered yet. Wait a moment and send it again: you get its answer.',
  },
  'article-gone': {
    status: 410,
    title: 'The article is no longer public',
    help: 'It was public once and was taken back. `reason` says how, `publicReason` why, `at` when.',
  },
  'change-unknown': {
    status: 410,
    title: 'The change is not known here',
    help: 'The number is beyond the newest change (`newest`): it comes from another database, or this one was set back. What you hold may differ from what is public: drop it, read the lists again, and go on from the number that was the newest when you began.',
  },
  'version-mismatch': {
    status: 412,
    title: 'The version is not the current one',
    help: 'Somebody else changed the resource since you read it. Read it again (`currentVersion`), merge, and send the new `If-Match`.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is too large',
    help: 'The request body is over the limit of this operation.',
  },
  'uri-too-long': {
    status: 414,
    title: 'The URL is too long',
    help: 'Shorten the path or the query string.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type is not supported',
    help: 'Send `Content-Type: application/json` (for PATCH also `application/merge-patch+json`), without a content encoding.',
  },
  'expectation-failed': {
    status: 417,
    title: 'The expectation cannot be met',
    help: 'Only `Expect: 100-continue` is understood.',
  },
  'invalid-body': {
    status: 422,
    title: 'The body is not valid',
    help: 'The body is JSON but not of the form that this operation takes. `errors` points at each member.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    help: 'This token sent another request with the same key in the last 24 hours. Use a new key for each new request.',
  },
  'batch-failed': {
    status: 422,
    title: 'An operation of the batch failed',
    help: 'The batch is atomic, so nothing of it was written. `operation` is the index of the operation that failed and `problem` its answer.',
  },
  'precondition-required': {
    status: 428,
    title: 'If-Match is required',
    help: 'Send the `ETag` that you read as `If-Match`, so that you do not overwrite what somebody else changed, or `If-Match: *` to accept that.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    help: 'The token has used up its writes, or the address its failed attempts. Wait `Retry-After` seconds; the `RateLimit` header says what is left.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The request headers are too large',
    help: 'Send fewer or shorter headers.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side',
    help: 'The error was logged with the `requestId`. Trying again may help; telling the operator the request id surely does.',
  },
  'public-url-unset': {
    status: 503,
    title: 'The address of the site is not set',
    help: 'Feeds and sitemaps have absolute links, and the operator has not said where the site is. Set the environment variable `PUBLIC_URL`, such as `PUBLIC_URL=https://news.example`, and start the server again.',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot answer now',
    help: 'It is overloaded, shutting down, or its database cannot be reached or written. Try again after `Retry-After` seconds.',
  },
} as const satisfies Record<string, ErrorDefinition>

export type ErrorCode = keyof typeof errorDefinitions

/** One fault of an input. Exactly one of `pointer` (RFC 6901, into the body), `parameter` and `header` is set. */
export interface Fault {
  readonly pointer?: string
  readonly parameter?: string
  readonly header?: string
  readonly code: string
  readonly detail: string
}

interface ProblemOptions {
  readonly errors?: readonly Fault[]
  /** Members beyond those of RFC 9457, such as `currentVersion`. */
  readonly extensions?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** The one error that the program throws on purpose; the error handler answers it as problem+json. `detail` is public. */
export class Problem extends Error {
  readonly code: ErrorCode
  readonly detail: string
  readonly errors: readonly Fault[] | undefined
  readonly extensions: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, detail: string, options: ProblemOptions = {}) {
    super(`${code}: ${detail}`, { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.detail = detail
    this.errors = options.errors
    this.extensions = options.extensions ?? {}
    this.headers = options.headers ?? {}
  }

  get status(): number {
    return errorDefinitions[this.code].status
  }
}

/** True for errors that are answered as they are, false for surprises. */
export function isProblem(error: unknown): error is Problem {
  return error instanceof Problem
}

/** True for what says that the database does not answer now; it says nothing of what was asked for. */
export function isUnavailable(error: unknown): boolean {
  return isProblem(error) && error.code === 'unavailable'
}

/** What a writer is told whose version is not the current one. */
export function versionMismatch(currentVersion: number | undefined): Problem {
  return new Problem(
    'version-mismatch',
    `The current version is ${currentVersion}; read the resource again.`,
    {
      extensions: { currentVersion },
    },
  )
}
