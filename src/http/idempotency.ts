import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest, FastifySchema, RouteOptions } from 'fastify'
import { z } from 'zod'
import { operationOf } from './operations.ts'

/** What makes a request one that is to run once. */
export interface Keyed {
  readonly key: string
  /** SHA-256 of what the request asks for. */
  readonly fingerprint: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on a `POST` that came with an `Idempotency-Key`. */
    keyed: Keyed | null
  }
}

/** A string of RFC 9651, as in draft-ietf-httpapi-idempotency-key-header-07; without spaces. */
const quoted = /^"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"$/
/** As most clients send it. */
const bare = /^[\x21\x23-\x7e][\x21-\x7e]{0,254}$/

/** The key in the value of an `Idempotency-Key` header; undefined when it is not of the form. */
export function readIdempotencyKey(header: string): string | undefined {
  const inQuotes = quoted.exec(header)?.[1]
  if (inQuotes !== undefined) return inQuotes.replace(/\\(.)/g, '$1')
  return bare.test(header) ? header : undefined
}

const headerSchema = z.object({
  // Node joins a header that was sent twice with a comma and a space, which no key has.
  'idempotency-key': z
    .string()
    .refine((value) => readIdempotencyKey(value) !== undefined, {
      error: 'must be sent once, as 1 to 255 visible ASCII characters, in double quotes or not',
      params: { code: 'invalid-format' },
    })
    .optional(),
})

/**
 * Gives every `POST` of this instance that takes JSON its `Idempotency-Key`: checked with the rest of the
 * input, and read with a fingerprint of the request. `answerWrite` in `management/` does what it asks for.
 */
export function installIdempotencyKeys(app: FastifyInstance): void {
  app.decorateRequest('keyed', null)
  app.addHook('onRoute', (route) => {
    if (!honoursIdempotencyKey(route)) return
    const schema: FastifySchema = route.schema ?? {}
    const { headers } = schema
    const own = headers instanceof z.ZodObject ? headers.extend(headerSchema.shape) : headerSchema
    route.schema = { ...schema, headers: own }
  })
  // Before validation, which puts what it made of the body in its place: defaults may change with the program.
  app.addHook('preValidation', async (request) => {
    if (!honoursIdempotencyKey(request.routeOptions)) return
    const key = keyOf(request)
    if (key !== undefined) request.keyed = { key, fingerprint: fingerprintOf(request) }
  })
}

/** True for routes that make something once when asked twice. Streams, whose body is not JSON, do not. */
export function honoursIdempotencyKey({ method, config }: Pick<RouteOptions, 'method' | 'config'>): boolean {
  return [method].flat().includes('POST') && config?.contentTypes === undefined
}

function keyOf(request: FastifyRequest): string | undefined {
  const operation = operationOf(request)
  if (operation) return operation.idempotencyKey
  const header = request.headers['idempotency-key']
  return typeof header === 'string' ? readIdempotencyKey(header) : undefined
}

function fingerprintOf({ method, url, headers, body }: FastifyRequest): string {
  const parts = [method, url, headers['if-match'] ?? null, body ?? null]
  return createHash('sha256').update(JSON.stringify(parts, inOrder)).digest('hex')
}

/** Writes members by name, so that their order makes no difference. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
