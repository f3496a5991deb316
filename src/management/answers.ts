import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Db, Writer } from '../store/index.ts'

/** What a write answers. */
export interface WriteAnswer<Body> {
  readonly status: 200 | 201 | 202
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Body
  /** The members of the body that are shown once and never again: they are struck where the answer is kept. */
  readonly secretMembers?: readonly string[]
}

/**
 * Answers a `POST` by a write. Every management `POST` goes through here: the answer is made inside the
 * transaction, so that it can be kept with what was written.
 */
export async function answerWrite<Body>(
  db: Db,
  _request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Writer) => Promise<WriteAnswer<Body>>,
): Promise<Body> {
  const { status, headers, body } = await db.write(work)
  reply.code(status).headers(headers ?? {})
  return body
}
