import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../contract/errors.ts'
import { idempotencyAbandonedMs } from '../contract/idempotency.ts'
import type { Keyed } from '../http/idempotency.ts'
import { operationOf } from '../http/operations.ts'
import { withoutMembers } from '../http/secret-members.ts'
import type { Claim, KeptAnswer } from '../store/idempotency.ts'
import type { Db, Writer } from '../store/index.ts'

/** What a write answers. */
export interface WriteAnswer<Body> {
  readonly status: 200 | 201 | 202
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Body
  /**
   * Members of the body that are shown this once: by name, further in by JSON Pointer. They are not kept, and
   * absent when the answer is given again, which the response schema must allow.
   */
  readonly secretMembers?: readonly string[]
}

/**
 * Answers a `POST` by a write. Every management `POST` goes through here: the answer is made inside the
 * transaction, so that it can be kept with what was written. With an `Idempotency-Key` the work runs once,
 * and whoever repeats the request gets the first answer.
 */
export function answerWrite<Body>(
  db: Db,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Writer) => Promise<WriteAnswer<Body>>,
): Promise<Body> {
  return answerOnce(db, request, reply, (keep) => db.write(async (tx) => keep(tx, await work(tx))))
}

/**
 * Answers a `POST` whose work is in several transactions. The answer is kept in one of its own when all are
 * done; each of them has to be repeatable by itself.
 */
export function answerSteps<Body>(
  db: Db,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<WriteAnswer<Body>>,
): Promise<Body> {
  return answerOnce(db, request, reply, async (keep) => {
    const answer = await work()
    return request.keyed ? db.write((tx) => keep(tx, answer)) : answer
  })
}

/** Keeps the answer for those who ask again, and gives it back as it is sent. */
type Keep<Body> = (tx: Writer, answer: WriteAnswer<Body>) => Promise<WriteAnswer<Body>>

async function answerOnce<Body>(
  db: Db,
  request: FastifyRequest,
  reply: FastifyReply,
  run: (keep: Keep<Body>) => Promise<WriteAnswer<Body>>,
): Promise<Body> {
  if (!request.keyed) {
    const answer = await run(async (_tx, made) => made)
    return send(request, reply, answer)
  }
  const claimed = await claimKey(db, request, request.keyed)
  if ('answer' in claimed) {
    reply.header('idempotency-replayed', 'true')
    return send(request, asSerialized(reply), claimed.answer as WriteAnswer<Body>)
  }
  try {
    const answer = await run((tx, made) => keepAnswer(tx, claimed.claim, reply, made))
    return send(request, asSerialized(reply), answer)
  } catch (error) {
    await releaseKey(db, request, claimed.claim)
    throw error
  }
}

function send<Body>(request: FastifyRequest, reply: FastifyReply, answer: WriteAnswer<Body>): Body {
  operationOf(request)?.secretMembers.push(...(answer.secretMembers ?? []))
  reply.code(answer.status).headers(answer.headers ?? {})
  return answer.body
}

/** For a body that the serializer of the route has been over: it is written as it is, the first time and later. */
function asSerialized(reply: FastifyReply): FastifyReply {
  return reply.type('application/json; charset=utf-8').serializer((body: unknown) => JSON.stringify(body))
}

async function claimKey(
  db: Db,
  request: FastifyRequest,
  { key, fingerprint }: Keyed,
): Promise<{ claim: Claim } | { answer: KeptAnswer }> {
  const keyed = { tokenId: request.actor.tokenId ?? '', key, fingerprint }
  // Who runs a batch has the key of the whole: an operation of it that was begun before is abandoned.
  const abandonedAfterMs = operationOf(request) ? 0 : idempotencyAbandonedMs
  const claimed = await db.write((tx) => tx.idempotency.claim(keyed, abandonedAfterMs))
  if (claimed.state === 'reused')
    throw new Problem(
      'idempotency-key-reused',
      'Another request was sent with this key; use a new one for this request.',
    )
  if (claimed.state === 'running') throw inProgress()
  return claimed
}

/** Keeps the answer in the transaction that it is about. Throws when another has taken the request over. */
async function keepAnswer<Body>(
  tx: Writer,
  claim: Claim,
  reply: FastifyReply,
  answer: WriteAnswer<Body>,
): Promise<WriteAnswer<Body>> {
  const { status, headers = {}, secretMembers = [] } = answer
  const body = JSON.parse(String(reply.code(status).serialize(answer.body))) as Body
  const kept = { status, headers, body: withoutMembers(body, secretMembers) }
  if (!(await tx.idempotency.complete(claim, kept))) throw inProgress()
  return { ...answer, body }
}

/** Nothing was written, so the request may be tried again with its key. */
async function releaseKey(db: Db, request: FastifyRequest, claim: Claim): Promise<void> {
  try {
    await db.write((tx) => tx.idempotency.release(claim))
  } catch (err) {
    request.log.warn({ err }, 'an idempotency key stays taken until it is abandoned')
  }
}

function inProgress(): Problem {
  return new Problem('idempotency-in-progress', 'The first request with this key is still running.', {
    headers: { 'retry-after': '1' },
  })
}
