import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Converter } from '../body/converter.ts'
import { readBody } from '../body/read-body.ts'
import { articleInput, articlePatch } from '../contract/article.ts'
import { managedArticle } from '../contract/managed-article.ts'
import type { Actor } from '../contract/permissions.ts'
import { id } from '../contract/text.ts'
import { createArticle, patchArticle } from '../editorial/articles.ts'
import type { SiteSettings } from '../editorial/content.ts'
import { ifMatchHeader, requireIfMatch, versionTag } from '../http/preconditions.ts'
import { noParameters } from '../http/validation.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Db } from '../store/index.ts'
import { answerWrite } from './answers.ts'
import { converterFor } from './bodies.ts'
import { madeArticle, managedView } from './views.ts'

interface ManagementOptions {
  readonly db: Db
  readonly settings: SiteSettings
  /** For bodies that are not Portable Text. */
  readonly converter: Converter
}

/** An article may have 5 MiB; JSON around it needs a little more. */
export const articleBodyLimit = 6 * 1024 * 1024

const articlePath = z.strictObject({ id })

/** The working copies of articles: make, read, change. */
export const manageArticles: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { db, settings, converter } = options
  const answer = (reply: FastifyReply, article: StoredArticle, actor: Actor) => {
    reply.header('etag', versionTag(article.version))
    return managedView(article, actor)
  }

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
      const input = await readBody(request.body, converterFor(request, converter))
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
        errors: ['slug-taken', 'invalid-transition', 'version-mismatch', 'precondition-required'],
      },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const patch = await readBody(request.body, converterFor(request, converter))
      const article = await db.write((tx) =>
        patchArticle(tx, request.actor, request.params.id, expected, patch, settings),
      )
      return answer(reply, article, request.actor)
    },
  )
}
