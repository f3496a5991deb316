import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { managedRelatedLink } from '../contract/managed-related-link.ts'
import { newRelatedLink, relatedLinkPatch, relatedLinksInput } from '../contract/related-link.ts'
import { id } from '../contract/text.ts'
import {
  addRelatedLink,
  deleteRelatedLink,
  patchRelatedLink,
  replaceRelatedLinks,
} from '../editorial/related-links.ts'
import { ifMatchHeader, readIfMatch, requireIfMatch, versionTag } from '../http/preconditions.ts'
import type { Db } from '../store/index.ts'
import { answerWrite } from './answers.ts'
import { viewLink, viewLinks } from './related-link-views.ts'

const params = z.strictObject({ id })
const linkParams = z.strictObject({ id, linkId: id })
const answer = z.strictObject({ data: z.array(managedRelatedLink) })
const tags = ['Articles']
/** Changes by the version that was read, of an article that can be edited. */
const versioned = ['invalid-transition', 'version-mismatch', 'precondition-required'] as const

/** The related links of a working copy. Their version is that of the article. */
export const manageRelatedLinks: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  app.get(
    '/articles/:id/related',
    {
      schema: {
        operationId: 'listManagedRelatedLinks',
        tags,
        summary: 'Read the related links of a working copy, in order',
        description: 'Each with its target, and whether delivery shows it now.',
        params,
        response: { 200: answer },
      },
      config: { permission: 'articles.read', answersVersion: true },
    },
    async (request, reply) => {
      const { article, data } = await db.read(async (reader) => {
        const { id } = request.params
        const article = await reader.articles.get(id)
        return { article, data: await viewLinks(reader, id, await reader.relatedLinks.listOf(id)) }
      })
      reply.header('etag', versionTag(article.version))
      return { data }
    },
  )

  app.put(
    '/articles/:id/related',
    {
      schema: {
        operationId: 'replaceRelatedLinks',
        tags,
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
        errors: versioned,
        answersVersion: true,
      },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const { article, data } = await db.write(async (tx) => {
        const { actor, params, body } = request
        const { article, related } = await replaceRelatedLinks(tx, actor, params.id, expected, body)
        return { article, data: await viewLinks(tx, params.id, related) }
      })
      reply.header('etag', versionTag(article.version))
      return { data }
    },
  )

  app.post(
    '/articles/:id/related',
    {
      schema: {
        operationId: 'addRelatedLink',
        tags,
        summary: 'Add a related link',
        description: 'At its `position`, else as the last one. It goes public with the next publish.',
        params,
        headers: ifMatchHeader,
        body: newRelatedLink,
        response: { 201: managedRelatedLink },
      },
      config: {
        permission: 'articles.write',
        errors: ['invalid-transition', 'version-mismatch'],
        answersVersion: true,
      },
    },
    async (request, reply) => {
      const expected = readIfMatch(request)
      return answerWrite(db, request, reply, async (tx) => {
        const { actor, params, body } = request
        const { article, related, id } = await addRelatedLink(tx, actor, params.id, expected, body)
        return {
          status: 201,
          headers: {
            etag: versionTag(article.version),
            location: `/manage/v1/articles/${article.id}/related/${id}`,
          },
          body: await viewLink(tx, article.id, related, id),
        }
      })
    },
  )

  app.get(
    '/articles/:id/related/:linkId',
    {
      schema: {
        operationId: 'getManagedRelatedLink',
        tags,
        summary: 'Read a related link of a working copy',
        params: linkParams,
        response: { 200: managedRelatedLink },
      },
      config: { permission: 'articles.read', answersVersion: true },
    },
    async (request, reply) => {
      const { article, link } = await db.read(async (reader) => {
        const { id, linkId } = request.params
        const article = await reader.articles.get(id)
        return { article, link: await viewLink(reader, id, await reader.relatedLinks.listOf(id), linkId) }
      })
      reply.header('etag', versionTag(article.version))
      return link
    },
  )

  app.patch(
    '/articles/:id/related/:linkId',
    {
      schema: {
        operationId: 'patchRelatedLink',
        tags,
        summary: 'Change or move a related link',
        description:
          'A JSON Merge Patch (RFC 7396). `position` moves the link, and the others make room. It goes public with the next publish.',
        params: linkParams,
        headers: ifMatchHeader,
        body: relatedLinkPatch,
        response: { 200: managedRelatedLink },
      },
      config: { permission: 'articles.write', errors: versioned, answersVersion: true },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const { article, link } = await db.write(async (tx) => {
        const { actor, params, body } = request
        const { id, linkId } = params
        const { article, related } = await patchRelatedLink(tx, actor, id, linkId, expected, body)
        return { article, link: await viewLink(tx, id, related, linkId) }
      })
      reply.header('etag', versionTag(article.version))
      return link
    },
  )

  app.delete(
    '/articles/:id/related/:linkId',
    {
      schema: {
        operationId: 'deleteRelatedLink',
        tags,
        summary: 'Remove a related link',
        description: 'Those after it move up. It leaves the public with the next publish.',
        params: linkParams,
        headers: ifMatchHeader,
        response: { 204: z.undefined().describe('It is removed.') },
      },
      config: { permission: 'articles.write', errors: versioned, answersVersion: true },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      const { id, linkId } = request.params
      const { article } = await db.write((tx) => deleteRelatedLink(tx, request.actor, id, linkId, expected))
      return reply.code(204).header('etag', versionTag(article.version)).send()
    },
  )
}
