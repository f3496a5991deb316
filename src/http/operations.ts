import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { inject } from 'light-my-request'
import type { UnkeyedBlock } from '../contract/portable-text.ts'

/** One operation of a batch, as the request that it becomes knows it. */
export interface Operation {
  /** Stands in for an `Idempotency-Key`. Not a header, so that no client can send one that is the same. */
  readonly idempotencyKey: string | undefined
  /** Names of members of the answer that are secrets; the handler adds them. */
  readonly secretMembers: string[]
  /** The body of its article in Portable Text, where that was made of another format already. */
  readonly convertedBody?: Promise<UnkeyedBlock[]> | undefined
}

/** What an operation asks for. */
export interface OperationCall {
  readonly method: string
  /** Path with query. */
  readonly url: string
  readonly body?: unknown
  readonly ifMatch?: string | undefined
  readonly index: number
  readonly operation: Operation
}

export interface OperationAnswer {
  readonly status: number
  /** Null when there was none. */
  readonly body: unknown
  /** The size of the body in bytes. */
  readonly size: number
  /** What it said is left of the writes, where it counted as one. */
  readonly rateLimit?: string | undefined
}

const operations = new WeakMap<IncomingMessage, Operation>()

/** The operation of a batch that this request is; undefined for requests that came from outside. */
export function operationOf({ raw }: Pick<FastifyRequest, 'raw'>): Operation | undefined {
  return operations.get(raw)
}

/** The id under which the log has an operation: that of the request that it came in, and its index. */
export function operationRequestId(outer: FastifyRequest, index: number): string {
  return `${outer.id.slice(0, 120)}.${index}`
}

/** What says who asks and from where, which an operation has from the request that it came in. */
const inheritedHeaders = [
  'authorization',
  'forwarded',
  'host',
  'user-agent',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
] as const

/**
 * Sends an operation of a batch through the whole server as a request of its own, with the token and the
 * address of the request that it came in: no check knows the difference. Not `app.inject`, which refuses while
 * the server closes, when requests under way are to be completed.
 */
export async function dispatchOperation(
  outer: FastifyRequest,
  call: OperationCall,
): Promise<OperationAnswer> {
  const payload = call.body === undefined ? undefined : JSON.stringify(call.body)
  const response = await inject(
    (request, response) => {
      operations.set(request, call.operation)
      outer.server.routing(request, response)
    },
    {
      method: call.method,
      url: call.url,
      remoteAddress: outer.socket.remoteAddress ?? '127.0.0.1',
      headers: {
        ...Object.fromEntries(
          inheritedHeaders.flatMap((name) => {
            const value = outer.headers[name]
            return value === undefined ? [] : [[name, value]]
          }),
        ),
        accept: 'application/json',
        'x-request-id': operationRequestId(outer, call.index),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(call.ifMatch === undefined ? {} : { 'if-match': call.ifMatch }),
      },
      ...(payload === undefined ? {} : { payload }),
    },
  )
  const { statusCode: status, body: text, rawPayload } = response
  const isJson = String(response.headers['content-type']).includes('json')
  const body: unknown = isJson ? JSON.parse(text) : text || null
  const { ratelimit } = response.headers
  return { status, body, size: rawPayload.length, rateLimit: ratelimit?.toString() }
}
