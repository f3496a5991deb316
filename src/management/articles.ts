import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Converter } from '../body/converter.ts'
import { readBody } from '../body/read-body.ts'
import { articleInput, articlePatch, articleStatuses, publishInput } from '../contract/article.ts'
import { cursorParameter, limitParameter, listOf } from '../contract/list.ts'
import { articleSummary, managedArticle } from '../contract/managed-article.ts'
import type { Actor } from '../contract/permissions.ts'
import { id } from '../contract/text.ts'
import { createArticle, patchArticle } from '../editorial/articles.ts'
import type { SiteSettings } from '../editorial/content.ts'
import { publishArticle, unpublishArticle } from '../editorial/publishing.ts'
import { pageOf, readCursor, sortKeys } from '../http/list.ts'
import { ifMatchHeader, readIfMatch, requireIfMatch, versionTag } from '../http/preconditions.ts'
import { noBody, noParameters } from '../http/validation.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Db } from '../store/index.ts'
import { answerWrite } from './answers.ts'
import { changedArticle, madeArticle, managedView, summaryView } from './views.ts'

interface ManagementOptions {
  readonly db: Db
  readonly settings: SiteSettings
  /** For bodies that are not Portable Text. */
  readonly converter: Converter
}

/** An article may have 5 MiB; JSON around it needs a little more. */
const articleBodyLimit = 6 * 1024 * 1024

const articlePath = z.strictObject({ id })
const listParameters = z.strictObject({
  status: z
    .string()
    .transform((value) => value.split(','))
    .pipe(z.array(z.enum(articleStatuses)))
    .optional()
    .describe('States, separated by commas: any of them.')
    .meta({ type: 'string', items: undefined, examples: ['draft,in-review'] }),
  limit: limitParameter,
  cursor: cursorParameter,
})

/** The working copies of articles: list, make, read, change, publish, take back. */
export const manageArticles: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { db, settings, converter } = options
  const answer = (reply: FastifyReply, article: StoredArticle, actor: Actor) => {
    reply.header('etag', versionTag(article.version))
    return managedView(article, actor)
  }

  app.get(
    '/articles',
    {
      schema: {
        operationId: 'listManagedArticles',
        tags: ['Articles'],
        summary: 'List working copies',
        description: 'Drafts too, without their bodies; the newest change first.',
        querystring: listParameters,
        response: { 200: listOf(articleSummary) },
      },
      config: { permission: 'articles.read', errors: ['invalid-cursor'] },
    },
    async (request, reply) => {
      const { limit, cursor, ...filter } = request.query
      const scope = ['managed-articles', filter]
      const after = readCursor(cursor, scope, sortKeys.instant)
      const found = await db.read((reader) => reader.articles.list({ ...filter, limit, after }))
      return pageOf(request, reply, found, { limit, scope, show: (item) => summaryView(item, request.actor) })
    },
  )

  app.post(
    '/articles',
    {
      bodyLimit: articleBodyLimit,
      schema: {
        operationId: 'createArticle',
        tags: ['Articles'],
        summary: 'Make a draft',
        querystring: noParameters,
        body: articleInput,
        response: { 201: managedArticle },
      },
      config: { permission: 'articles.write', errors: ['slug-taken'] },
    },
    async (request, reply) => {
      const input = await readBody(request.body, converter)
      return answerWrite(db, request, reply, async (tx) => {
        const article = await createArticle(tx, request.actor, input, settings)
        return madeArticle(article, request.actor)
      })
    },
  )

  app.get(
    '/articles/:id',
    {
      schema: {
        operationId: 'getManagedArticle',
        tags: ['Articles'],
        summary: 'Read a working copy',
        params: articlePath,
        querystring: noParameters,
        response: { 200: managedArticle },
      },
      config: { permission: 'articles.read' },
    },
    async (request, reply) => {
      const article = await db.read((reader) => reader.articles.get(request.params.id))
      return answer(reply, article, request.actor)
    },
  )

  app.patch(
    '/articles/:id',
    {
      bodyLimit: articleBodyLimit,
      schema: {
        operationId: 'patchArticle',
        tags: ['Articles'],
        summary: 'Change a working copy',
        description:
          'A JSON Merge Patch (RFC 7396): an absent member stays, null clears it, a value sets it. What is public stays until the next publish.',
        params: articlePath,
        querystring: noParameters,
        headers: ifMatchHeader,
        body: articlePatch,
        response: { 200: managedArticle },
      },
      config: {
        permission: 'articles.write',
        errors: ['slug-taken', 'version-mismatch', 'precondition-required'],
      },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const patch = await readBody(request.body, converter)
      const article = await db.write((tx) =>
        patchArticle(tx, request.actor, request.params.id, expected, patch, settings),
      )
      return answer(reply, article, request.actor)
    },
  )

  app.post(
    '/articles/:id/publish',
    {
      schema: {
        operationId: 'publishArticle',
        tags: ['Articles'],
        summary: 'Publish the working copy',
        description: 'Without changes since the last publish it answers the article as it is.',
        params: articlePath,
        querystring: noParameters,
        headers: ifMatchHeader,
        body: publishInput.optional(),
        response: { 200: managedArticle },
      },
      config: {
        permission: 'articles.publish',
        errors: ['invalid-transition', 'embargoed', 'version-mismatch'],
      },
    },
    async (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor, params, body } = request
        return changedArticle(await publishArticle(tx, actor, params.id, expected, body ?? {}), actor)
      })
    },
  )

  app.post(
    '/articles/:id/unpublish',
    {
      schema: {
        operationId: 'unpublishArticle',
        tags: ['Articles'],
        summary: 'Take the article back from the public',
        description: 'Delivery answers 410 from then on; the working copy stays.',
        params: articlePath,
        querystring: noParameters,
        headers: ifMatchHeader,
        body: noBody,
        response: { 200: managedArticle },
      },
      config: { permission: 'articles.publish', errors: ['invalid-transition', 'version-mismatch'] },
    },
    async (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor, params } = request
        return changedArticle(await unpublishArticle(tx, actor, params.id, expected), actor)
      })
    },
  )
}
