import type { OpenAPIV3_1 } from 'openapi-types'
import { type ErrorCode, errorDefinitions, type Fault } from '../contract/errors.ts'
import { problemBody, problemContentType } from './problem-body.ts'

/** What decides which general errors an operation can answer. */
export interface OperationFacts {
  readonly ownErrors: readonly ErrorCode[]
  readonly hasPathParameters: boolean
  readonly takesBody: boolean
  readonly isManagement: boolean
  readonly honoursIdempotencyKey: boolean
}

/** What any request can meet, whatever it asks for. */
const everywhere: readonly ErrorCode[] = [
  'method-not-allowed',
  'request-timeout',
  'uri-too-long',
  'headers-too-large',
  'internal-error',
  'unavailable',
]

/** What many operations answer alike: described once. Each has a status of its own. */
const shared: readonly ErrorCode[] = [...everywhere, 'rate-limited']

/** Every error of an operation: its own, and those that any operation of its kind can answer. */
export function errorsOf(facts: OperationFacts): ErrorCode[] {
  const codes: ErrorCode[] = ['invalid-parameter', ...facts.ownErrors]
  if (facts.isManagement) codes.push('unauthenticated', 'forbidden', 'rate-limited')
  if (facts.honoursIdempotencyKey) codes.push('idempotency-in-progress', 'idempotency-key-reused')
  if (facts.hasPathParameters) codes.push('not-found')
  if (facts.takesBody) {
    codes.push('malformed-json', 'payload-too-large', 'unsupported-media-type', 'invalid-body')
  }
  codes.push(...everywhere)
  return [...new Set(codes)]
}

/**
 * The responses for some errors, grouped by status, with an example for each code. Those of `sharedResponses` are
 * referred to.
 */
export function errorResponses(
  codes: readonly ErrorCode[],
): Record<string, OpenAPIV3_1.ResponseObject | OpenAPIV3_1.ReferenceObject> {
  const byStatus = Map.groupBy(codes, (code) => errorDefinitions[code].status)
  const responses = [...byStatus].map(([status, group]) => {
    const [only] = group
    const isShared = group.length === 1 && only !== undefined && shared.includes(only)
    const response = isShared ? { $ref: `#/components/responses/${only}` } : errorResponse(group)
    return [String(status), response]
  })
  return Object.fromEntries(responses)
}

/** The responses among those for `codes` that many operations have in common, by code. */
export function sharedResponses(codes: readonly ErrorCode[]): Record<string, OpenAPIV3_1.ResponseObject> {
  const sharedCodes = codes.filter((code) => shared.includes(code))
  return Object.fromEntries(sharedCodes.map((code) => [code, errorResponse([code])]))
}

function errorResponse(codes: readonly ErrorCode[]): OpenAPIV3_1.ResponseObject {
  return {
    description: codes.map((code) => `${errorDefinitions[code].title} (\`${code}\`).`).join(' '),
    headers: { ...headersFor(codes), 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } },
    content: {
      [problemContentType]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  }
}

type Headers = NonNullable<OpenAPIV3_1.ResponseObject['headers']>

const stringHeader = (description: string): OpenAPIV3_1.HeaderObject => ({
  description,
  schema: { type: 'string' },
})
const retryAfter = 'Seconds to wait before the next attempt.'

const headersByCode: Partial<Record<ErrorCode, Headers>> = {
  unauthenticated: { 'WWW-Authenticate': stringHeader('Always `Bearer`.') },
  'method-not-allowed': { Allow: stringHeader('The methods that the path has.') },
  'idempotency-in-progress': {
    'Retry-After': stringHeader(`${retryAfter} With \`idempotency-in-progress\` alone.`),
  },
  'rate-limited': {
    'Retry-After': stringHeader(retryAfter),
    RateLimit: { $ref: '#/components/headers/RateLimit' },
    'RateLimit-Policy': { $ref: '#/components/headers/RateLimit-Policy' },
  },
  'public-url-unset': { 'Retry-After': stringHeader(retryAfter) },
  unavailable: { 'Retry-After': stringHeader(retryAfter) },
}

function headersFor(codes: readonly ErrorCode[]): Headers {
  return Object.assign({}, ...codes.map((code) => headersByCode[code]))
}

/** An example document for each of the codes. */
export function errorExamples(codes: readonly ErrorCode[]): Record<string, OpenAPIV3_1.ExampleObject> {
  return Object.fromEntries(
    codes.map((code) => {
      const { title } = errorDefinitions[code]
      const errors = exampleFaults[code]
      const content = { code, detail: `${title}.`, errors: errors === undefined ? undefined : [errors] }
      const place = { url: '/v1/articles', requestId: '018ced2a-4000-7000-8000-00000000f001' }
      return [code, { summary: title, value: problemBody(content, place) }]
    }),
  )
}

const exampleFaults: Partial<Record<ErrorCode, Fault>> = {
  'invalid-body': { pointer: '/title', code: 'required', detail: 'The member `title` is required.' },
  'invalid-parameter': {
    parameter: 'limt',
    code: 'unknown-parameter',
    detail: 'The parameter `limt` is not known here; remove it.',
  },
}

/** The schema of every error answer. */
export const problemSchema: OpenAPIV3_1.SchemaObject = {
  type: 'object',
  description:
    'A problem document (RFC 9457). Some errors have members beyond these; the page at `type` names them.',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: {
      type: 'string',
      format: 'uri-reference',
      description: '`/problems/<code>`, a page that explains the error.',
    },
    title: { type: 'string', description: 'The same for every error of this type.' },
    status: { type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' },
    detail: { type: 'string', description: 'What is wrong this time. For people, not for parsing.' },
    instance: {
      type: 'string',
      format: 'uri-reference',
      description: 'The path of the request, without the query.',
    },
    code: { type: 'string', description: 'The stable name of the error, for programs.' },
    requestId: { type: 'string', description: 'The same as in the `X-Request-Id` header.' },
    errors: {
      type: 'array',
      maxItems: 100,
      description: 'Each fault of the input. Exactly one of `pointer`, `parameter` and `header` is set.',
      items: {
        type: 'object',
        required: ['code', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'A JSON Pointer (RFC 6901) into the body.' },
          parameter: { type: 'string', description: 'A path or query parameter.' },
          header: { type: 'string', description: 'A request header.' },
          code: { type: 'string' },
          detail: { type: 'string' },
        },
      },
    },
  },
}
