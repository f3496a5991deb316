import type { OpenAPIV3_1 } from 'openapi-types'
import type { Request } from './ask.ts'
import type { Dice } from './dice.ts'
import type { Pool } from './pool.ts'
import type { Operation, Parameter } from './public-operations.ts'
import { drawBody, type Source, sourcesOf, valuesOf } from './values.ts'

interface RequestsOptions {
  readonly operations: readonly Operation[]
  readonly description: OpenAPIV3_1.Document
  readonly dice: Dice
  readonly pool: Pool
}

type Chosen = readonly (readonly [Parameter, readonly string[]])[]

/** A request that only one parameter decides, and where its value came from. */
export interface Single {
  readonly request: Request
  readonly parameter: Parameter
  readonly source: Source
  readonly value: string
}

function mostSingles({ in: place }: Parameter, source: Source): number {
  const isShown = source === 'shown slug' || source === 'shown id'
  const isName = source === 'slug' || source === 'id'
  if (place === 'path') return isName ? 25 : isShown ? 20 : 3
  return isName || source === 'word' || source === 'path' ? 12 : 6
}

export type Requests = ReturnType<typeof createRequests>

/** Requests of strangers, from the description of the API: what it has more tomorrow is asked tomorrow. */
export function createRequests({ operations, description, dice, pool }: RequestsOptions) {
  /** The sources whose values a parameter takes; all that might be, until it was tried. */
  const taken = new Map<Parameter, Source[]>()
  /** Values at which something was or is. */
  const hits = new Map<Parameter, string[]>()

  function drawValue(parameter: Parameter): string {
    const known = hits.get(parameter) ?? []
    if (known.length > 0 && dice.chance(50)) return dice.pick(known)
    const sources = taken.get(parameter) ?? []
    const source =
      sources.length > 0 && dice.chance(90) ? dice.pick(sources) : dice.pick(sourcesOf(parameter))
    return dice.pick(valuesOf(pool, parameter, source))
  }

  /** Several where there may be: with commas, or the parameter again. */
  function drawValues(parameter: Parameter): string[] {
    if (parameter.in === 'path' || (parameter.schema.type !== 'array' && dice.chance(70)))
      return [drawValue(parameter)]
    const values = Array.from({ length: 1 + dice.below(3) }, () => drawValue(parameter))
    return dice.chance(70) ? [values.join()] : values
  }

  function requestOf(operation: Operation, chosen: Chosen, headers: Record<string, string> = {}): Request {
    const values = (place: Parameter['in']) => chosen.filter(([parameter]) => parameter.in === place)
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const [, [value = ''] = []] = values('path').find(([parameter]) => parameter.name === name) ?? []
      return encodeURIComponent(value)
    })
    const query = values('query').flatMap(([{ name }, all]) =>
      all.map((value) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`),
    )
    const url = query.length === 0 ? path : `${path}?${query.join('&')}`
    const body = operation.body && JSON.stringify(drawBody(description, operation.body, dice, pool))
    const sent = body === undefined ? {} : { 'content-type': 'application/json' }
    return { method: operation.method, url, headers: { ...sent, ...headers }, body }
  }

  function isRequired({ in: place, schema, examples }: Parameter): boolean {
    return place === 'path' || (schema.default === undefined && examples.length > 0)
  }

  /** The parameters without which an operation says nothing. */
  function base({ parameters }: Operation, besides?: Parameter): Chosen {
    return parameters
      .filter((one) => one !== besides && isRequired(one))
      .map((one) => [one, [one.examples[0] ?? drawValue(one)]])
  }

  function single(operation: Operation, parameter: Parameter, source: Source, value: string): Single {
    const request = requestOf(operation, [...base(operation, parameter), [parameter, [value]]])
    return { request, parameter, source, value }
  }

  /** Headers that may decide the answer. */
  function drawHeaders({ mediaTypes }: Operation): Record<string, string> {
    const instants = [...pool.values.instant]
    const any: Readonly<Record<string, () => string>> = {
      'if-none-match': () => dice.pick([...pool.values.etag]),
      'if-modified-since': () => new Date(dice.pick(instants)).toUTCString(),
      'accept-encoding': () => dice.pick(['gzip', 'br', 'zstd', 'identity', 'gzip;q=0, *', '*;q=0']),
      accept: () => dice.pick([...mediaTypes, '*/*', 'text/html', 'text/csv', 'application/xml']),
      origin: () => 'https://elsewhere.example',
      range: () => 'bytes=0-20',
      authorization: () => `Bearer ${dice.pick([...pool.values.token])}`,
      'last-event-id': () => dice.pick([...pool.values.number]),
    }
    return Object.fromEntries(dice.some(Object.keys(any), 3).map((name) => [name, any[name]?.() ?? '']))
  }

  const weighted = operations.flatMap((one) => Array.from({ length: 1 + one.parameters.length }, () => one))

  return {
    /** One of every source for every parameter, to learn which of them it takes. */
    tries(): Single[] {
      return operations.flatMap((operation) =>
        operation.parameters.flatMap((parameter) =>
          sourcesOf(parameter).map((source) =>
            single(operation, parameter, source, dice.pick(valuesOf(pool, parameter, source))),
          ),
        ),
      )
    },

    /** Takes to heart how a request was answered. */
    learn({ parameter, source, value }: Single, status: number): void {
      const sources = taken.get(parameter) ?? []
      if (status !== 400 && !sources.includes(source)) taken.set(parameter, [...sources, source])
      const values = hits.get(parameter) ?? []
      if (status !== 400 && status !== 404 && !values.includes(value)) hits.set(parameter, [...values, value])
    },

    /** Values of every source that a parameter takes, one by one: more of those that name something. */
    singles(): Single[] {
      return operations.flatMap((operation) =>
        operation.parameters.flatMap((parameter) =>
          (taken.get(parameter) ?? []).flatMap((source) => {
            const values = valuesOf(pool, parameter, source)
            const start = dice.below(values.length)
            const turned = [...values.slice(start), ...values.slice(0, start)]
            return turned
              .slice(0, mostSingles(parameter, source))
              .map((value) => single(operation, parameter, source, value))
          }),
        ),
      )
    },

    /** Any operation with any of its parameters, headers and methods. */
    any(): Request {
      const operation = dice.pick(weighted)
      const optional = operation.parameters.filter((one) => one.in === 'query' && !isRequired(one))
      const required = operation.parameters.filter((one) => one.in === 'path' || isRequired(one))
      const chosen = [...required, ...dice.some(optional, 4)].map((one) => [one, drawValues(one)] as const)
      const request = requestOf(operation, chosen, dice.chance(50) ? drawHeaders(operation) : {})
      if (dice.chance(85)) return request
      return {
        ...request,
        method: dice.pick(['HEAD', 'HEAD', 'HEAD', 'OPTIONS', 'DELETE', 'PUT']),
        body: undefined,
      }
    },
  }
}
