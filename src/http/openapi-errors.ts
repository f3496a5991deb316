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

/** What any request can meet, whatever it asks for. Each has a status of its own. */
const everywhere: readonly ErrorCode[] = [
  'method-not-allowed',
  'request-timeout',
  'uri-too-long',
  'headers-too-large',
  'internal-error',
  'unavailable',
]

/** Every error of an operation: its own, and those that any operation of its kind can answer. */
export function errorsOf(facts: OperationFacts): ErrorCode[] {
  const codes: ErrorCode[] = ['invalid-parameter', ...facts.ownErrors]
  if (facts.isManagement) codes.push('unauthenticated', 'forbidden')
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
    const isShared = group.length === 1 && only !== undefined && everywhere.includes(only)
    const response = isShared ? { $ref: `#/components/responses/${only}` } : errorResponse(group)
    return [String(status), response]
  })
  return Object.fromEntries(responses)
}

/** The responses among those for `codes` that all operations have in common, by code. */
export function sharedResponses(codes: readonly ErrorCode[]): Record<string, OpenAPIV3_1.ResponseObject> {
  const sharedCodes = codes.filter((code) => everywhere.includes(code))
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

const retryAfter = ['Retry-After', 'Seconds to wait before the next attempt.'] as const

const headersByCode: Partial<Record<ErrorCode, readonly [name: string, description: string]>> = {
  unauthenticated: ['WWW-Authenticate', 'Always `Bearer`.'],
  'method-not-allowed': ['Allow', 'The methods that the path has.'],
  'idempotency-in-progress': [retryAfter[0], `${retryAfter[1]} With \`idempotency-in-progress\` alone.`],
  'rate-limited': retryAfter,
  unavailable: retryAfter,
}

function headersFor(codes: readonly ErrorCode[]): NonNullable<OpenAPIV3_1.ResponseObject['headers']> {
  return Object.fromEntries(
    codes.flatMap((code) => {
      const header = headersByCode[code]
      return header === undefined ? [] : [[header[0], { description: header[1], schema: { type: 'string' } }]]
    }),
  )
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
