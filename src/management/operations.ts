import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BatchOperation, BatchResult } from '../contract/batch.ts'
import { Problem } from '../contract/errors.ts'
import { dispatchOperation, type OperationAnswer, operationRequestId } from '../http/operations.ts'
import { versionTag } from '../http/preconditions.ts'
import { problemBody } from '../http/problem-body.ts'
import { toPointer } from '../http/secret-members.ts'
import type { WriteAnswer } from './answers.ts'
import type { ConvertedBodies } from './bodies.ts'

/** When the answers have so many bytes, no further operation is begun: they are all held until the end. */
export const mostAnswerBytes = 32 * 1024 * 1024

/** Operations of one request, with their paths as they are called. */
export interface Operations {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly list: readonly BatchOperation[]
  /** What was made of their bodies before they run. */
  readonly bodies?: ConvertedBodies
}

/**
 * Runs every operation in its order, whatever becomes of those before it. With an `Idempotency-Key` each has
 * one of its own, so that none runs twice when all are begun again.
 */
export function runEach(operations: Operations): Promise<WriteAnswer<BatchResult>> {
  const { keyed } = operations.request
  // No client can send a key with a space in it.
  const keyOf = (index: number) => (keyed ? `${keyed.key} ${index}` : undefined)
  return run(operations, { keyOf, check: () => {} })
}

/** Runs the operations in their order. Throws at the first that fails, naming it and its problem. */
export function runAll(operations: Operations): Promise<WriteAnswer<BatchResult>> {
  const check = (answer: OperationAnswer, index: number) => {
    if (answer.status >= 400) throw failureOf(answer, index)
  }
  return run(operations, { keyOf: () => undefined, check })
}

interface Rules {
  readonly keyOf: (index: number) => string | undefined
  readonly check: (answer: OperationAnswer, index: number) => void
}

async function run(
  { request, reply, list, bodies }: Operations,
  { keyOf, check }: Rules,
): Promise<WriteAnswer<BatchResult>> {
  const results: BatchResult['results'] = []
  const secretMembers: string[] = []
  let bytes = 0
  for (const [index, { method, path: url, body, ifMatch }] of list.entries()) {
    // The time for the whole is over, and its client was told so.
    if (reply.sent) throw new Problem('unavailable', 'The batch took too long to be completed.')
    const operation = {
      ...{ idempotencyKey: keyOf(index), convertedBody: bodies?.take(index) },
      secretMembers: [] as string[],
    }
    const answer =
      bytes >= mostAnswerBytes
        ? tooMuch(request, url, index)
        : await dispatchOperation(request, {
            ...{ index, method, url, body, operation },
            ifMatch: typeof ifMatch === 'number' ? versionTag(ifMatch) : ifMatch,
          })
    // What was left when the batch began is no longer true.
    if (answer.rateLimit !== undefined) reply.header('ratelimit', answer.rateLimit)
    check(answer, index)
    bytes += answer.size
    results.push({ status: answer.status, body: answer.body })
    secretMembers.push(...operation.secretMembers.map((name) => `/results/${index}/body${toPointer(name)}`))
  }
  return { status: 200, body: { results }, secretMembers }
}

function tooMuch(request: FastifyRequest, url: string, index: number): OperationAnswer {
  const { code, detail, status } = new Problem(
    'payload-too-large',
    'The answers of the operations before have 32 MiB, so this one was not begun; send it in another request.',
  )
  const place = { url, requestId: operationRequestId(request, index) }
  return { status, body: problemBody({ code, detail }, place), size: 0 }
}

/** What an atomic batch answers when one of its operations failed: the fault of its client, or of the server. */
function failureOf({ status, body }: OperationAnswer, index: number): Problem {
  const { detail } = body as { detail: string }
  const code = status < 500 ? 'batch-failed' : status === 503 ? 'unavailable' : 'internal-error'
  return new Problem(code, `Operation ${index} failed, so nothing was written. ${detail}`, {
    extensions: { operation: index, problem: body },
  })
}
