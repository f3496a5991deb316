import type { FastifyInstance, FastifyRequest, FastifySchema, FastifySchemaCompiler } from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Fault, Problem } from '../contract/errors.ts'
import type { InputPart } from './fault-place.ts'
import { faultsOf } from './faults.ts'
import { describeIssue } from './issue-text.ts'
import { findUnstorable } from './raw-values.ts'
import { copyStorable } from './storable-copy.ts'

/** At most so many faults are listed in one answer. */
const mostFaults = 100

/** Fastify's order; it stops at the first part with a fault. */
const partsInOrder: readonly InputPart[] = ['params', 'body', 'querystring', 'headers']

/** The faults of one part of a request. Thrown by the validators only; the error handler completes it. */
class InputError extends Error {
  readonly part: InputPart
  readonly faults: readonly Fault[]

  constructor(part: InputPart, faults: readonly Fault[]) {
    super(`invalid ${part}`)
    this.part = part
    this.faults = faults
  }
}

export function isInputError(error: unknown): error is InputError {
  return error instanceof InputError
}

/** The query of routes that declare none: any parameter is unknown. */
export const noParameters = z.strictObject({})
/** The body of routes that declare none: absent, or without members. */
export const noBody = z.strictObject({}).optional()

/**
 * Checks input with the zod schemas of the routes, and writes answers with them. Routes take no query and no
 * body but those that they declare; only what has other media types than JSON (`config.contentTypes`) may
 * leave its body to its handler.
 */
export function installValidation(app: FastifyInstance): void {
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(serializerCompiler)
  app.addHook('onRoute', (route) => {
    const schema: FastifySchema & { hide?: boolean } = route.schema ?? {}
    if (schema.hide === true || route.url === '*') return
    const methods = [route.method].flat()
    const hasOtherBody = route.config?.contentTypes !== undefined
    const takesBody =
      !hasOtherBody && methods.some((method) => !['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method))
    route.schema = {
      ...schema,
      querystring: schema.querystring ?? noParameters,
      ...(takesBody && schema.body === undefined ? { body: noBody } : {}),
    }
  })
}

/** Makes the validator of one part of a route's input from its zod schema. */
const compileValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = (httpPart ?? 'body') as InputPart
  return (sent: unknown) => {
    // Fastify hands an absent body over as null; a body that is literally `null` does not get here.
    const data = part === 'body' && sent === null ? undefined : sent
    const unstorable = findUnstorable(part, data, mostFaults)
    // Schemas normalise text, and some of what was found would make that take minutes.
    const checked = unstorable.length > 0 ? copyStorable(data) : data
    const result = schema.safeParse(checked, { error: describeIssue })
    const faults = withOthers(unstorable, faultsOf(part, checked, result.error?.issues ?? []))
    if (faults.length > 0) return { error: new InputError(part, faults) }
    return { value: result.data }
  }
}

/** The first faults, and those of the others that are about another place. */
function withOthers(first: readonly Fault[], others: readonly Fault[]): Fault[] {
  const places = new Set(first.map(placeIn))
  return [...first, ...others.filter((fault) => !places.has(placeIn(fault)))]
}

function placeIn({ pointer, parameter, header }: Fault): string | undefined {
  return pointer ?? parameter ?? header
}

/**
 * All faults of a request as one problem. Fastify stopped at the part that `error` is about: the parts before
 * it are valid, those after it are checked here. Any fault outside the body makes it a 400, else it is a 422.
 */
export function collectInputFaults(error: InputError, request: FastifyRequest): Problem {
  const later = partsInOrder.slice(partsInOrder.indexOf(error.part) + 1)
  const faults = [...error.faults, ...later.flatMap((part) => faultsOfPart(part, request))]
  const hasOnlyBodyFaults = faults.every((fault) => fault.pointer !== undefined)
  return new Problem(hasOnlyBodyFaults ? 'invalid-body' : 'invalid-parameter', summary(faults), {
    errors: faults.slice(0, mostFaults),
  })
}

function faultsOfPart(part: InputPart, request: FastifyRequest): readonly Fault[] {
  const validate: unknown = request.getValidationFunction(part)
  if (typeof validate !== 'function') return []
  const sent = part === 'querystring' ? request.query : request[part]
  const result: unknown = validate(sent ?? null)
  const error = (result as { error?: unknown } | undefined)?.error
  return isInputError(error) ? error.faults : []
}

function summary(faults: readonly Fault[]): string {
  const [only] = faults
  if (faults.length === 1 && only !== undefined) return only.detail
  const listed = faults.length > mostFaults ? `; the first ${mostFaults} are listed` : ''
  return `The request has ${faults.length} faults: see \`errors\`${listed}.`
}
