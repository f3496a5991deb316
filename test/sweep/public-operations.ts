import type { RouteOptions } from 'fastify'
import type { OpenAPIV3_1 } from 'openapi-types'
import { listRoutes } from '../support/routes.ts'

/** A parameter of a path or a query. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly schema: OpenAPIV3_1.SchemaObject
  /** What the description gives as examples, or names in its words. */
  readonly examples: readonly string[]
  /** The members of the answer: it may be asked for some of them. */
  readonly members: readonly string[]
}

/** What anybody may ask, without a token. */
export interface Operation {
  readonly method: string
  /** As in OpenAPI: `/v1/articles/{idOrSlug}`. */
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** Of a JSON body. */
  readonly body: OpenAPIV3_1.SchemaObject | undefined
  readonly mediaTypes: readonly string[]
}

/** Every route outside the management API, as the description has it; `/metrics` is about the server itself. */
export function publicOperations(
  routes: readonly RouteOptions[],
  description: OpenAPIV3_1.Document,
): Operation[] {
  return listRoutes(routes)
    .filter(({ method, url, isAboutPath }) => {
      return method !== 'HEAD' && !isAboutPath && !url.startsWith('/manage/') && url !== '/metrics'
    })
    .map(({ method, url }) => {
      const path = url.replace(/:(\w+)/g, '{$1}')
      const described = description.paths?.[path]?.[method.toLowerCase() as 'get']
      return described ? operationOf(description, method, path, described) : bareOperation(method, path)
    })
}

/** What is not described, such as the files of `/docs`. */
function bareOperation(method: string, url: string): Operation {
  const path = url.replace('*', '{rest}')
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    return { name, in: 'path' as const, schema: { type: 'string' as const }, examples: [], members: [] }
  })
  return { method, path, parameters, body: undefined, mediaTypes: [] }
}

function operationOf(
  description: OpenAPIV3_1.Document,
  method: string,
  path: string,
  { parameters = [], requestBody, responses = {} }: OpenAPIV3_1.OperationObject,
): Operation {
  const body = requestBody && resolve<OpenAPIV3_1.RequestBodyObject>(description, requestBody)
  const schema = body?.content['application/json']?.schema
  const answers = Object.values(responses).map((one) => resolve<OpenAPIV3_1.ResponseObject>(description, one))
  const shown = Object.values(answers[0]?.content ?? {}).map((media) => media.schema ?? {})
  const members = [...new Set(shown.flatMap((one) => membersOf(description, one)))]
  return {
    method,
    path,
    parameters: parameters.flatMap((one) => {
      const parameter = resolve<OpenAPIV3_1.ParameterObject>(description, one)
      if (parameter.in !== 'path' && parameter.in !== 'query') return []
      const schema = resolve<OpenAPIV3_1.SchemaObject>(description, parameter.schema ?? {})
      const named = [...(parameter.description ?? '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)
      const examples = parameter.example === undefined ? named : [String(parameter.example), ...named]
      return { name: parameter.name, in: parameter.in, schema, examples, members }
    }),
    body: schema && resolve<OpenAPIV3_1.SchemaObject>(description, schema),
    mediaTypes: [...new Set(answers.flatMap((answer) => Object.keys(answer.content ?? {})))],
  }
}

/** The names of all members of what has this schema. */
function membersOf(description: OpenAPIV3_1.Document, schema: object, depth = 3): string[] {
  const { properties = {}, ...form } = resolve<OpenAPIV3_1.SchemaObject>(description, schema)
  const inside = [
    ...Object.values(properties),
    ...('items' in form ? [form.items] : []),
    ...(form.anyOf ?? []),
  ]
  if (depth === 0) return Object.keys(properties)
  return [...Object.keys(properties), ...inside.flatMap((one) => membersOf(description, one, depth - 1))]
}

/** What a reference names, or the thing itself. */
export function resolve<T extends object>(description: OpenAPIV3_1.Document, value: object): T {
  if (!('$ref' in value)) return value as T
  const names = String(value.$ref).slice(2).split('/')
  const found = names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], description)
  return found as T
}
