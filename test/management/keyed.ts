import fastify, { type FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { adminActor } from '../../src/auth/tokens.ts'
import { installContentTypes } from '../../src/http/content-types.ts'
import { installErrorHandling } from '../../src/http/errors.ts'
import { installIdempotencyKeys } from '../../src/http/idempotency.ts'
import { installValidation } from '../../src/http/validation.ts'
import { answerWrite, type WriteAnswer } from '../../src/management/answers.ts'
import type { Db, Writer } from '../../src/store/index.ts'

export const answerBody = z.strictObject({
  name: z.string(),
  token: z.string().optional(),
  inner: z.strictObject({ secret: z.string().nullish(), shown: z.string() }).optional(),
})

/** An app with one `POST /` whose work is `work`, in a transaction of `db`; requests are by `ADMIN_TOKEN`. */
export async function keyedApp(
  db: Db,
  work: (tx: Writer) => Promise<WriteAnswer<z.infer<typeof answerBody>>>,
): Promise<FastifyInstance> {
  const app = fastify()
  onTestFinished(() => app.close())
  installErrorHandling(app)
  installContentTypes(app)
  installValidation(app)
  app.decorateRequest('actor', { getter: () => adminActor })
  installIdempotencyKeys(app)
  app.post('/', { schema: { response: { 201: answerBody } } }, (request, reply) =>
    answerWrite(db, request, reply, work),
  )
  await app.ready()
  return app
}

export const newTag = (name: string, now: string) => ({
  id: '018ced2a-4000-7000-8000-00000000c0ff',
  slug: name.toLowerCase(),
  name,
  version: 1,
  createdAt: now,
  updatedAt: now,
})
