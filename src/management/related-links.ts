import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { relatedLink, relatedLinksInput } from '../contract/related-link.ts'
import { id } from '../contract/text.ts'
import { replaceRelatedLinks } from '../editorial/related-links.ts'
import { ifMatchHeader, requireIfMatch, versionTag } from '../http/preconditions.ts'
import type { Db } from '../store/index.ts'

const params = z.strictObject({ id })
const answer = z.strictObject({ data: z.array(relatedLink) })

/** The related links of a working copy. Their version is that of the article. */
export const manageRelatedLinks: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  app.get(
    '/articles/:id/related',
    {
      schema: {
        operationId: 'listManagedRelatedLinks',
        tags: ['Articles'],
        summary: 'Read the related links of a working copy, in order',
        params,
        response: { 200: answer },
      },
      config: { permission: 'articles.read' },
    },
    async (request, reply) => {
      const { article, related } = await db.read(async (reader) => ({
        article: await reader.articles.get(request.params.id),
        related: await reader.relatedLinks.listOf(request.params.id),
      }))
      reply.header('etag', versionTag(article.version))
      return { data: related }
    },
  )

  app.put(
    '/articles/:id/related',
    {
      schema: {
        operationId: 'replaceRelatedLinks',
        tags: ['Articles'],
        summary: 'Replace the whole list of related links',
        description:
          'In the order given; an entry with an `id` keeps it. They go public with the next publish.',
        params,
        headers: ifMatchHeader,
        body: relatedLinksInput,
        response: { 200: answer },
      },
      config: {
        permission: 'articles.write',
        errors: ['invalid-transition', 'version-mismatch', 'precondition-required'],
      },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const { article, related } = await db.write((tx) =>
        replaceRelatedLinks(tx, request.actor, request.params.id, expected, request.body),
      )
      reply.header('etag', versionTag(article.version))
      return { data: [...related] }
    },
  )
}
