import type { OpenAPIV3_1 } from 'openapi-types'
import { managementPrefix } from './areas.ts'
import type { NamedOperation } from './openapi-checks.ts'

type Schemas = NonNullable<OpenAPIV3_1.ComponentsObject['schemas']>
type Schema = OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject
type Headers = NonNullable<OpenAPIV3_1.ResponseObject['headers']>

const descriptions = {
  'Cache-Control': 'How long the answer may be kept (RFC 9111).',
  'Cache-Tag': 'What the answer was made of, with commas between, for a CDN to purge by.',
  ETag: 'The entity tag (RFC 9110 §8.8.3). In the management API it is the version, to be sent as `If-Match`.',
  'Last-Modified': 'When what is shown last changed, to the second; absent when nothing ever did.',
  Link: 'The next page (RFC 8288, `rel="next"`); absent on the last one.',
  Location: 'The address of what was made, or the new address of what has moved.',
  'X-Request-Id': 'The id of the request, which the log has too: the one that was sent, else a new one.',
} as const

type HeaderName = keyof typeof descriptions

const conditions = {
  'If-None-Match': 'The `ETag` of the answer that the client has; 304 when it is still the same.',
  'If-Modified-Since':
    'The `Last-Modified` of the answer that the client has. `If-None-Match` goes before it.',
} as const

/** The components that `describeHeaders` refers to. */
export const headerComponents = {
  headers: Object.fromEntries(
    Object.entries(descriptions).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } } satisfies OpenAPIV3_1.HeaderObject,
    ]),
  ),
  parameters: Object.fromEntries(
    Object.entries(conditions).map(([name, description]) => [
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

/** Adds the headers of every success, and to public content the conditional request with its 304. */
export function describeHeaders(described: NamedOperation, schemas: Schemas): void {
  const { operation } = described
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    if ('$ref' in response) continue
    const names = headersOf(described, { status, members: membersOf(response, schemas) })
    response.headers = { ...references(names), ...response.headers }
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
  /** The names of the members of its JSON body. */
  readonly members: readonly string[]
}

function headersOf(described: NamedOperation, { status, members }: Success): HeaderName[] {
  const names: HeaderName[] = ['X-Request-Id']
  if (status === '201' || status === '308') names.push('Location')
  if (isCacheable(described)) {
    names.push('Cache-Control')
    if (status === '200') names.push('ETag', 'Last-Modified')
    if (status === '200' && described.path.startsWith('/v1/')) names.push('Cache-Tag')
  } else if (isVersioned(described) && isEditable(members)) names.push('ETag')
  if (members.includes('page')) names.push('Link')
  return names
}

const uncached = [managementPrefix, '/metrics', '/healthz', '/readyz']

function isCacheable({ method, path }: NamedOperation): boolean {
  return method === 'get' && !uncached.some((prefix) => path.startsWith(prefix))
}

function isVersioned({ method, path }: NamedOperation): boolean {
  if (!path.startsWith(managementPrefix)) return false
  return method === 'get' ? path.endsWith('/{id}') : ['post', 'put', 'patch'].includes(method)
}

/** A kept version of an article (it names the article) has a number, but is not edited by it. */
function isEditable(members: readonly string[]): boolean {
  return members.includes('version') && !members.includes('articleId')
}

function membersOf(response: OpenAPIV3_1.ResponseObject, schemas: Schemas): string[] {
  const schema: Schema | undefined = response.content?.['application/json']?.schema
  const resolved = schema && '$ref' in schema ? schemas[schema.$ref.split('/').at(-1) ?? ''] : schema
  return Object.keys((resolved && 'properties' in resolved && resolved.properties) || {})
}

function references(names: readonly HeaderName[]): Headers {
  return Object.fromEntries(names.toSorted().map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}
