import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Converter } from '../body/converter.ts'
import { batchInput, batchResult } from '../contract/batch.ts'
import { anyToken } from '../contract/permissions.ts'
import type { FindRoute } from '../http/route-table.ts'
import type { Db } from '../store/index.ts'
import { answerSteps, answerWrite } from './answers.ts'
import { convertBodies } from './bodies.ts'
import { mostAnswerBytes, runAll, runEach } from './operations.ts'

interface BatchOptions {
  readonly db: Db
  /** Finds the routes of the management API. */
  readonly findRoute: FindRoute
  /** For bodies that are not Portable Text. */
  readonly converter: Converter
}

const prefix = '/manage/v1'

/** All operations together: one of them may be an article. */
const batchBodyLimit = 6 * 1024 * 1024

const description = `Up to 100 operations of this API, in their order, each checked and limited as a request of its own with the
same token: one that writes counts as a write, and so does the batch.

With \`"atomic": true\` they are one transaction: each sees what those before it wrote, and when one fails, nothing is
written and the answer is 422 \`batch-failed\`, whose \`operation\` is the index of the one that failed and whose
\`problem\` is its answer. Together they have 10 seconds, then it is 503. With an \`Idempotency-Key\` the answer is kept
where they were written; a batch that failed leaves its key free.

With \`"atomic": false\` each is a transaction of its own, and the answer is 200 whatever became of them: look at the
\`status\` of each. With an \`Idempotency-Key\` the answer is kept when the last operation is done. What failed is kept
as failed under its key, 429 and 503 too; send it again in another request, with another key. Where there was no such
answer, because the server stopped or the time was over, repeating the request with its key goes on: a \`POST\` that was
done is answered again and not done again, and one that failed is tried again. A \`PUT\`, \`PATCH\` or \`DELETE\` that was
done runs again: with the version in its \`ifMatch\` it is then 412 and changes nothing, with \`*\` it is done twice.

When the answers so far have 32 MiB together, the next operation is not begun (413). Batches, exports, and operations
whose body is no JSON, cannot be in a batch.`

/** Several operations in one request, each as if it had been sent by itself. */
export const manageBatch: FastifyPluginAsyncZod<BatchOptions> = async (app, { db, findRoute, converter }) => {
  const canBeInBatch = (path: string) => {
    const url = wholePath(path)
    const route = url === undefined ? undefined : findRoute(url.split('?', 1)[0] ?? '')
    return route !== undefined && route.config.standsAlone !== true && route.config.contentTypes === undefined
  }

  app.post(
    '/batch',
    {
      bodyLimit: batchBodyLimit,
      schema: {
        operationId: 'runBatch',
        tags: ['Articles'],
        summary: 'Do several operations in one request',
        description,
        body: batchInput(canBeInBatch),
        response: { 200: batchResult },
      },
      config: { permission: anyToken, standsAlone: true, errors: ['batch-failed'] },
    },
    async (request, reply) => {
      const { atomic, operations } = request.body
      const list = operations.map((operation) => ({ ...operation, path: wholePath(operation.path) ?? '' }))
      if (!atomic) return answerSteps(db, request, reply, () => runEach({ request, reply, list }))
      const bodies = await convertBodies(request.actor.permissions.includes('articles.write') ? list : [], {
        ...{ converter, mostBytes: mostAnswerBytes },
        isOver: () => reply.sent,
      })
      return answerWrite(db, request, reply, (tx) => tx.join(() => runAll({ request, reply, list, bodies })))
    },
  )
}

/**
 * The path of an operation as it is called: with the prefix, dots and other spellings resolved, so that what is
 * checked is what is called. Undefined when it is no path.
 */
function wholePath(path: string): string | undefined {
  if (!path.startsWith('/') || path.startsWith('//') || path.includes('#')) return undefined
  const whole = path.startsWith(`${prefix}/`) ? path : `${prefix}${path}`
  const url = URL.parse(whole, 'http://host.invalid')
  return url ? `${url.pathname}${url.search}` : undefined
}
