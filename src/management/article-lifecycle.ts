import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Converter } from '../body/converter.ts'
import { readBody } from '../body/read-body.ts'
import { articleInput } from '../contract/article.ts'
import { managedArticle } from '../contract/managed-article.ts'
import { id } from '../contract/text.ts'
import { describeTransition, trashableStatuses } from '../contract/workflow.ts'
import { replaceArticle } from '../editorial/articles.ts'
import type { SiteSettings } from '../editorial/content.ts'
import { duplicateArticle } from '../editorial/duplicate.ts'
import { purgeArticle, restoreArticle, trashArticle } from '../editorial/trash.ts'
import { ifMatchHeader, readIfMatch, requireIfMatch, versionTag } from '../http/preconditions.ts'
import { noBody, noParameters } from '../http/validation.ts'
import type { Db } from '../store/index.ts'
import { answerWrite } from './answers.ts'
import { articleBodyLimit } from './articles.ts'
import { converterFor } from './bodies.ts'
import { changedArticle, madeArticle, managedView } from './views.ts'

interface LifecycleOptions {
  readonly db: Db
  readonly converter: Converter
  readonly settings: SiteSettings
}

const params = z.strictObject({ id })
const tags = ['Articles']

const deletionParameters = z.strictObject({
  permanent: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .meta({ type: 'boolean', enum: undefined })
    .optional()
    .describe('Deletes for good what is in the trash; takes the permission `articles.purge`.'),
})

/** The life of an article apart from publishing: replace, delete, bring back, duplicate. */
export const manageArticleLifecycle: FastifyPluginAsyncZod<LifecycleOptions> = async (
  app,
  { db, settings, converter },
) => {
  app.put(
    '/articles/:id',
    {
      bodyLimit: articleBodyLimit,
      schema: {
        operationId: 'replaceArticle',
        tags,
        summary: 'Replace a working copy',
        description:
          'All that an editor writes, but for the related links: a member that is not sent takes its default, as in a new article. Only the slug stays when it is not sent, so that another text does not move the address. Blocks that are still there keep their `_key`. What is public stays until the next publish.',
        params,
        querystring: noParameters,
        headers: ifMatchHeader,
        body: articleInput,
        response: { 200: managedArticle },
      },
      config: {
        permission: 'articles.write',
        errors: ['slug-taken', 'invalid-transition', 'version-mismatch', 'precondition-required'],
      },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const input = await readBody(request.body, converterFor(request, converter))
      const article = await db.write((tx) =>
        replaceArticle(tx, request.actor, request.params.id, expected, input, settings),
      )
      reply.header('etag', versionTag(article.version))
      return managedView(article, request.actor)
    },
  )

  app.delete(
    '/articles/:id',
    {
      schema: {
        operationId: 'deleteArticle',
        tags,
        summary: 'Put an article into the trash, or delete it for good',
        description: `Into the trash goes what is ${trashableStatuses.join(', ')}: what is public, or will be, is taken back first. There it can be read and restored, and nothing else; after \`TRASH_DAYS\` it is deleted for good. With \`permanent=true\` that happens at once, from the trash only. What was ever public stays gone: its addresses go on answering 410, and no other article gets them.`,
        params,
        querystring: deletionParameters,
        headers: ifMatchHeader,
        response: { 204: z.undefined().describe('It is in the trash, or deleted for good.') },
      },
      config: {
        permission: 'articles.edit',
        errors: ['invalid-transition', 'version-mismatch', 'precondition-required'],
      },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const { actor, params, query } = request
      const remove = query.permanent === true ? purgeArticle : trashArticle
      await db.write(async (tx) => void (await remove(tx, actor, params.id, expected)))
      return reply.code(204).send()
    },
  )

  app.post(
    '/articles/:id/restore',
    {
      schema: {
        operationId: 'restoreArticle',
        tags,
        summary: 'Bring an article back from the trash',
        description: `${describeTransition('restore')} To bring back an older text, restore a revision.`,
        params,
        querystring: noParameters,
        headers: ifMatchHeader,
        body: noBody,
        response: { 200: managedArticle },
      },
      config: { permission: 'articles.edit', errors: ['invalid-transition', 'version-mismatch'] },
    },
    async (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor, params } = request
        return changedArticle(await restoreArticle(tx, actor, params.id, expected), actor)
      })
    },
  )

  app.post(
    '/articles/:id/duplicate',
    {
      schema: {
        operationId: 'duplicateArticle',
        tags,
        summary: 'Make a draft with the content and links of an article',
        description: `A draft of your own of any article that is not in the trash. It has its own id and link ids, and a slug made of its title. External ids name the other article and are not copied; an embargo is, while it lasts. ${describeTransition('duplicate')}`,
        params,
        querystring: noParameters,
        headers: ifMatchHeader,
        body: noBody,
        response: { 201: managedArticle },
      },
      config: { permission: 'articles.write', errors: ['invalid-transition', 'version-mismatch'] },
    },
    async (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor, params } = request
        return madeArticle(await duplicateArticle(tx, actor, params.id, expected, settings), actor)
      })
    },
  )
}
