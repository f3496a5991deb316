import type { HTTPMethods, RouteOptions } from 'fastify'
import type { anyToken, Permission } from '../../src/contract/permissions.ts'

/** A method of a path of the running app. */
export interface Route {
  readonly method: HTTPMethods
  /** With its parameters, such as `/manage/v1/articles/:id`. */
  readonly url: string
  readonly operationId: string | undefined
  readonly permission: Permission | typeof anyToken | undefined
  /** True for the answers about the path itself: `OPTIONS`, and 405 for the methods that it lacks. */
  readonly isAboutPath: boolean
  /** True for streams, whose answers to `GET` do not end by themselves. */
  readonly isEndless: boolean
}

/** One for each method of each route. */
export function listRoutes(declared: readonly RouteOptions[]): Route[] {
  return declared.flatMap(({ method, url, schema, config }) =>
    [method].flat().map((one) => ({
      method: one as HTTPMethods,
      url,
      operationId: schema?.operationId,
      permission: config?.permission,
      isAboutPath: config?.needsNoToken === true,
      isEndless: config?.isEndless === true,
    })),
  )
}

export const unknownId = '018ced2a-4000-7000-8000-00000000abcd'

/** The path with its parameters filled in: each with its own value, else with an id of nothing. */
export function fill(url: string, values: Readonly<Record<string, string>> = {}): string {
  return url.replace(/:(\w+)/g, (_, name: string) => values[name] ?? unknownId).replace('*', 'x')
}
