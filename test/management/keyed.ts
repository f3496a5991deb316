import fastify, { type FastifyInstance } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { adminActor } from '../../src/auth/tokens.ts'
import { installContentTypes } from '../../src/http/content-types.ts'
import { installErrorHandling } from '../../src/http/errors.ts'
import { installIdempotencyKeys } from '../../src/http/idempotency.ts'
import { installValidation } from '../../src/http/validation.ts'
import { answerWrite, type WriteAnswer } from '../../src/management/answers.ts'
import type { Db, Writer } from '../../src/store/index.ts'

/** An app whose `routes` honour keys; every request is by `ADMIN_TOKEN` and has `timeLimitMs`. */
export function emptyKeyedApp(
  prefix: string,
  routes: FastifyPluginAsyncZod,
  { timeLimitMs = 20_000 } = {},
): FastifyInstance {
  const app = fastify({ handlerTimeout: timeLimitMs })
  onTestFinished(() => app.close())
  installErrorHandling(app)
  installContentTypes(app)
  installValidation(app)
  app.decorateRequest('actor', { getter: () => adminActor })
  installIdempotencyKeys(app)
  app.register(routes, { prefix })
  return app
}

const answerBody = z.strictObject({
  name: z.string(),
  token: z.string().optional(),
  inner: z.strictObject({ secret: z.string().nullish(), shown: z.string() }).optional(),
})

/** An app with one `POST /` whose work is `work`, in a transaction of `db`. */
export function keyedApp(
  db: Db,
  work: (tx: Writer) => Promise<WriteAnswer<z.infer<typeof answerBody>>>,
): FastifyInstance {
  return emptyKeyedApp('', async (app) => {
    app.post('/', { schema: { response: { 201: answerBody } } }, (request, reply) =>
      answerWrite(db, request, reply, work),
    )
  })
}

export const newTag = (name: string, now: string) => ({
  id: '018ced2a-4000-7000-8000-00000000c0ff',
  slug: name.toLowerCase(),
  name,
  version: 1,
  createdAt: now,
  updatedAt: now,
})
