import type { OpenAPIV3_1 } from 'openapi-types'
import { managementPrefix } from './areas.ts'
import type { NamedOperation } from './openapi-checks.ts'
import type { OperationFacts } from './openapi-errors.ts'

type Schemas = NonNullable<OpenAPIV3_1.ComponentsObject['schemas']>
type Schema = OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject
type Headers = NonNullable<OpenAPIV3_1.ResponseObject['headers']>

const descriptions = {
  'Cache-Control': 'How long the answer may be kept (RFC 9111).',
  'Cache-Tag':
    'What the answer was made of, with commas between, for a CDN to purge by; at most 6,000 bytes, the first ones.',
  ETag: 'The entity tag (RFC 9110 §8.8.3). In the management API it is the version, to be sent as `If-Match`.',
  'Idempotency-Replayed':
    '`true` when this is the answer to an earlier request with the same `Idempotency-Key`; else absent.',
  'Last-Modified': 'When what is shown last changed, to the second; absent when nothing ever did.',
  Link: 'The next page (RFC 8288, `rel="next"`); absent on the last one.',
  Location: 'The address of what was made, or the new address of what has moved.',
  RateLimit:
    'What is left of the policies that the request came under (draft-ietf-httpapi-ratelimit-headers-11): of `"writes"` there are `r`, and more in `t` seconds. Absent where no limit is set.',
  'RateLimit-Policy':
    'The policies that the request came under: of `"writes"`, those of one token, `q` in `w` seconds. Absent where no limit is set.',
  'X-Request-Id': 'The id of the request, which the log has too: the one that was sent, else a new one.',
} as const

type HeaderName = keyof typeof descriptions

const conditions = {
  'If-None-Match': 'The `ETag` of the answer that the client has; 304 when it is still the same.',
  'If-Modified-Since':
    'The `Last-Modified` of the answer that the client has. `If-None-Match` goes before it.',
} as const

const idempotencyKey = `Makes it safe to send the request again: 1 to 255 visible ASCII characters, such as a UUID, in double quotes
(as in draft-ietf-httpapi-idempotency-key-header-07) or without, which is the same. For 24 hours the same token gets the
first answer again for the same key and request, with \`Idempotency-Replayed: true\`, and 422 \`idempotency-key-reused\`
for another request (method, path with query, \`If-Match\` or body; the order of members does not matter). While the
first is running: 409 \`idempotency-in-progress\`. A request that was answered with an error has written nothing and leaves
its key free; one that was lost, because the server was stopped, frees it after 60 seconds. Secrets that an answer shows
are not kept: they are absent when it is given again.`

/** The components that `describeHeaders` refers to. */
export const headerComponents = {
  headers: Object.fromEntries(
    Object.entries(descriptions).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } } satisfies OpenAPIV3_1.HeaderObject,
    ]),
  ),
  parameters: Object.fromEntries(
    Object.entries({ ...conditions, 'Idempotency-Key': idempotencyKey }).map(([name, description]) => [
      name,
      { name, in: 'header', description, schema: { type: 'string' } } satisfies OpenAPIV3_1.ParameterObject,
    ]),
  ),
  responses: {
    'not-modified': {
      description: 'Not modified: the client has the answer already.',
      headers: references(['ETag', 'Last-Modified', 'Cache-Control', 'Cache-Tag', 'X-Request-Id']),
    },
  },
}

/**
 * Adds the headers of every success, to public content the conditional request with its 304, and what belongs to
 * an `Idempotency-Key`.
 */
export function describeHeaders(
  described: NamedOperation,
  facts: OperationFacts & { readonly answersVersion: boolean },
  schemas: Schemas,
): void {
  const { operation } = described
  const { answersVersion } = facts
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    if ('$ref' in response) continue
    const names = headersOf(described, { status, answersVersion, members: membersOf(response, schemas) })
    if (facts.honoursIdempotencyKey) names.push('Idempotency-Replayed')
    response.headers = { ...references(names), ...response.headers }
  }
  if (facts.honoursIdempotencyKey) {
    // In place of the form that each route has of it, to say it once.
    const others = (operation.parameters ?? []).filter(
      (parameter) => !('name' in parameter && parameter.name === 'Idempotency-Key'),
    )
    operation.parameters = [...others, { $ref: '#/components/parameters/Idempotency-Key' }]
  }
  if (!isCacheable(described)) return
  operation.responses = { ...operation.responses, 304: { $ref: '#/components/responses/not-modified' } }
  operation.parameters = [
    ...(operation.parameters ?? []),
    ...Object.keys(conditions).map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ]
}

interface Success {
  readonly status: string
  readonly answersVersion: boolean
  /** The names of the members of its JSON body. */
  readonly members: readonly string[]
}

function headersOf(described: NamedOperation, { status, answersVersion, members }: Success): HeaderName[] {
  const names: HeaderName[] = ['X-Request-Id']
  if (isLimited(described)) names.push('RateLimit', 'RateLimit-Policy')
  if (['201', '302', '308'].includes(status)) names.push('Location')
  if (isCacheable(described)) {
    names.push('Cache-Control')
    if (status === '200') names.push('ETag', 'Last-Modified')
    if (status === '200' && isMadeOfContent(described)) names.push('Cache-Tag')
  } else if (answersVersion || (isVersioned(described) && isEditable(members))) names.push('ETag')
  if (members.includes('page')) names.push('Link')
  return names
}

const uncached = [
  managementPrefix,
  '/metrics',
  '/healthz',
  '/readyz',
  '/v1/changes/stream',
  '/v1/ads/{placementId}/click',
]

function isCacheable({ method, path }: NamedOperation): boolean {
  return method === 'get' && !uncached.some((prefix) => path.startsWith(prefix))
}

const madeOfContent = ['/v1/', '/feeds/', '/sitemaps/']

function isMadeOfContent({ path }: NamedOperation): boolean {
  return madeOfContent.some((prefix) => path.startsWith(prefix))
}

/** Writes of editors are counted. */
function isLimited({ method, path }: NamedOperation): boolean {
  return method !== 'get' && path.startsWith(managementPrefix)
}

function isVersioned({ method, path }: NamedOperation): boolean {
  if (!path.startsWith(managementPrefix)) return false
  return method === 'get' ? path.endsWith('/{id}') : ['post', 'put', 'patch'].includes(method)
}

/** A kept version of an article (it names the article) and an event (it names who) have a number, and are not edited. */
function isEditable(members: readonly string[]): boolean {
  return members.includes('version') && !members.includes('articleId') && !members.includes('actor')
}

function membersOf(response: OpenAPIV3_1.ResponseObject, schemas: Schemas): string[] {
  const schema: Schema | undefined = response.content?.['application/json']?.schema
  const resolved = schema && '$ref' in schema ? schemas[schema.$ref.split('/').at(-1) ?? ''] : schema
  return Object.keys((resolved && 'properties' in resolved && resolved.properties) || {})
}

function references(names: readonly HeaderName[]): Headers {
  return Object.fromEntries(names.toSorted().map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}
