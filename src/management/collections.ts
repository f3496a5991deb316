import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  type CollectionPatch,
  collectionInput,
  collectionPatch,
  collectionSummary,
  type ManagedCollection,
  managedCollection,
} from '../contract/collection.ts'
import { countParameter, cursorParameter, limitParameter, listOf } from '../contract/list.ts'
import { id } from '../contract/text.ts'
import { createCollection, deleteCollection, patchCollection } from '../editorial/collections.ts'
import { pageOf, readCursor, sortKeys } from '../http/list.ts'
import { ifMatchHeader, requireIfMatch, versionTag } from '../http/preconditions.ts'
import type { StoredCollection } from '../store/collections.ts'
import type { Db, Reader } from '../store/index.ts'
import { answerWrite } from './answers.ts'

const params = z.strictObject({ id })
const tags = ['Collections']
const versioned = ['version-mismatch', 'precondition-required'] as const

/** Lists of articles that editors curate. What is changed here is live at once. */
export const manageCollections: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  /** Changes what is sent of a collection; a `PUT` sends all of it. */
  async function change(
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    patch: CollectionPatch,
  ): Promise<ManagedCollection> {
    const expected = requireIfMatch(request)
    const view = await db.write(async (tx) =>
      viewOf(tx, await patchCollection(tx, request.actor, id, expected, patch)),
    )
    reply.header('etag', versionTag(view.version))
    return view
  }

  app.get(
    '/collections',
    {
      schema: {
        operationId: 'listManagedCollections',
        tags,
        summary: 'List collections, by key',
        description: 'Without their items.',
        querystring: z.strictObject({
          limit: limitParameter,
          cursor: cursorParameter,
          count: countParameter,
        }),
        response: { 200: listOf(collectionSummary) },
      },
      config: { permission: 'articles.read', errors: ['invalid-cursor'] },
    },
    async (request, reply) => {
      const { limit, cursor, count } = request.query
      const scope = 'managed-collections'
      const after = readCursor(cursor, scope, sortKeys.slug)
      const found = await db.read(async ({ collections }) => ({
        ...(await collections.list({ after, limit })),
        total: count ? await collections.count() : undefined,
      }))
      return pageOf(request, reply, found, { limit, scope, show: (item) => item })
    },
  )

  app.post(
    '/collections',
    {
      schema: {
        operationId: 'createCollection',
        tags,
        summary: 'Make a collection',
        body: collectionInput,
        response: { 201: managedCollection },
      },
      config: { permission: 'collections.write', errors: ['key-taken'] },
    },
    (request, reply) =>
      answerWrite(db, request, reply, async (tx) => {
        const collection = await createCollection(tx, request.actor, request.body)
        return {
          status: 201,
          headers: {
            etag: versionTag(collection.version),
            location: `/manage/v1/collections/${collection.id}`,
          },
          body: await viewOf(tx, collection),
        }
      }),
  )

  app.get(
    '/collections/:id',
    {
      schema: {
        operationId: 'getManagedCollection',
        tags,
        summary: 'Read a collection with the state of its articles',
        params,
        response: { 200: managedCollection },
      },
      config: { permission: 'articles.read' },
    },
    async (request, reply) => {
      const view = await db.read(async (reader) =>
        viewOf(reader, await reader.collections.get(request.params.id)),
      )
      reply.header('etag', versionTag(view.version))
      return view
    },
  )

  app.put(
    '/collections/:id',
    {
      schema: {
        operationId: 'replaceCollection',
        tags,
        summary: 'Replace a collection',
        description: 'Without `items` it is empty afterwards.',
        params,
        headers: ifMatchHeader,
        body: collectionInput,
        response: { 200: managedCollection },
      },
      config: { permission: 'collections.write', errors: ['key-taken', ...versioned] },
    },
    (request, reply) => change(request, reply, request.params.id, request.body),
  )

  app.patch(
    '/collections/:id',
    {
      schema: {
        operationId: 'patchCollection',
        tags,
        summary: 'Change a collection',
        description: 'A JSON Merge Patch (RFC 7396). `items` are replaced as a whole.',
        params,
        headers: ifMatchHeader,
        body: collectionPatch,
        response: { 200: managedCollection },
      },
      config: { permission: 'collections.write', errors: ['key-taken', ...versioned] },
    },
    (request, reply) => change(request, reply, request.params.id, request.body),
  )

  app.delete(
    '/collections/:id',
    {
      schema: {
        operationId: 'deleteCollection',
        tags,
        summary: 'Delete a collection',
        description: 'Its articles stay.',
        params,
        headers: ifMatchHeader,
        response: { 204: z.undefined().describe('It is deleted.') },
      },
      config: { permission: 'collections.write', errors: versioned },
    },
    async (request, reply) => {
      const expected = requireIfMatch(request)
      await db.write((tx) => deleteCollection(tx, request.actor, request.params.id, expected))
      return reply.code(204).send()
    },
  )
}

async function viewOf(reader: Reader, collection: StoredCollection): Promise<ManagedCollection> {
  const articleIds = await reader.collections.itemsOf(collection.id)
  const articles = await reader.articleReferences.find(articleIds)
  const items = articleIds.flatMap((articleId) => {
    const article = articles.get(articleId)
    return article ? [{ articleId, article }] : []
  })
  return { ...collection, items }
}
