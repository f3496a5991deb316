import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { backlink } from '../contract/backlink.ts'
import { countParameter, cursorParameter, limitParameter, listOf } from '../contract/list.ts'
import { id } from '../contract/text.ts'
import { pageOf, readCursor, sortKeys } from '../http/list.ts'
import type { Db } from '../store/index.ts'

/** What points at an article. */
export const manageBacklinks: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  app.get(
    '/articles/:id/backlinks',
    {
      schema: {
        operationId: 'listBacklinks',
        tags: ['Articles'],
        summary: 'List the articles that link to this one',
        description:
          'In their working copy or in what is public of them; the newest article first. Links by URL do not count.',
        params: z.strictObject({ id }),
        querystring: z.strictObject({
          limit: limitParameter,
          cursor: cursorParameter,
          count: countParameter,
        }),
        response: { 200: listOf(backlink) },
      },
      config: { permission: 'articles.read', errors: ['invalid-cursor'] },
    },
    async (request, reply) => {
      const { limit, cursor, count } = request.query
      const { id } = request.params
      const scope = ['backlinks', id]
      const after = readCursor(cursor, scope, sortKeys.id)
      const found = await db.read(async (reader) => {
        await reader.articleReferences.get(id)
        const page = await reader.backlinks.list(id, { after, limit })
        return { ...page, total: count ? await reader.backlinks.count(id) : undefined }
      })
      return pageOf(request, reply, found, { limit, scope, show: (item) => item })
    },
  )
}
