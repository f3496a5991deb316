import type { RouteOptions } from 'fastify'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { Permission } from '../../src/contract/permissions.ts'
import { description } from '../support/contract.ts'
import { listRoutes } from '../support/routes.ts'

/** A method of a path of the running program, with what the OpenAPI description says of it. */
export interface Operation {
  readonly method: string
  /** With its parameters as the description has them, such as `/manage/v1/articles/{id}`. */
  readonly path: string
  /** Undefined where the guard asks for none: in public, and where any token will do. */
  readonly permission: Permission | undefined
  /** True when a token is needed, whatever it may do. */
  readonly isGuarded: boolean
  /** Undefined for what is not described: the pages of the documentation, and answers about a path. */
  readonly described: OpenAPIV3_1.OperationObject | undefined
}

/** Every operation of a route table. `HEAD` is described where `GET` is. */
export function listOperations(routes: readonly RouteOptions[]): Operation[] {
  return listRoutes(routes)
    .filter(({ url, isAboutPath }) => url !== '*' && !isAboutPath)
    .map(({ method, url, permission }) => {
      const path = url.replace(/:(\w+)/g, '{$1}')
      return {
        method,
        path,
        permission: permission === 'any-token' ? undefined : permission,
        isGuarded: permission !== undefined,
        described: describedAt(method, path),
      }
    })
}

/** What the description says of a method of a path. */
export function describedAt(method: string, path: string): OpenAPIV3_1.OperationObject | undefined {
  const described = method === 'HEAD' ? 'get' : method.toLowerCase()
  return description.paths?.[path]?.[described as 'get']
}

/** True for what takes a file as it is, of which no schema says the members. */
export function takesFile({ described }: Pick<Operation, 'described'>): boolean {
  return described?.operationId === 'importArchive'
}

export function isReading({ method }: Pick<Operation, 'method'>): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method)
}

/** The statuses that the description gives an operation. */
export function statusesOf({ described }: Pick<Operation, 'described'>): number[] {
  return Object.keys(described?.responses ?? {}).map(Number)
}

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly schema: OpenAPIV3_1.SchemaObject
  readonly example: unknown
}

/** The parameters of an operation of one kind; those that many operations share are headers and are left out. */
export function parametersOf(
  { described }: Pick<Operation, 'described'>,
  kind: 'path' | 'query',
): Parameter[] {
  const parameters = (described?.parameters ?? []) as Parameter[]
  return parameters.filter((parameter) => parameter.in === kind)
}

/** The example that the description has of the body of a request, a copy; undefined where it takes none. */
export function exampleBody({ described }: Pick<Operation, 'described'>): unknown {
  const [media] = Object.values(mediaOf(described))
  const [first] = Object.values(media?.examples ?? {}) as { value?: unknown }[]
  return structuredClone(media?.example ?? first?.value)
}

/** The media types that the body may have: JSON where the description names none. */
export function mediaTypesOf({ described }: Pick<Operation, 'described'>): string[] {
  const types = Object.keys(mediaOf(described))
  return types.length > 0 ? types : ['application/json']
}

function mediaOf(
  described: OpenAPIV3_1.OperationObject | undefined,
): Record<string, OpenAPIV3_1.MediaTypeObject> {
  return (described?.requestBody as OpenAPIV3_1.RequestBodyObject | undefined)?.content ?? {}
}

/** True for links of the world that anything may have been added to: it makes no difference. */
export function takesAnyQuery({ described }: Operation): boolean {
  return described?.operationId === 'followAd'
}
