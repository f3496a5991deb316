import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { articleStatuses } from '../contract/article.ts'
import { anyIdOr, flag, languages, slugsOf, someOf } from '../contract/filter.ts'
import { countParameter, cursorParameter, limitParameter, listOf } from '../contract/list.ts'
import { listedArticle } from '../contract/managed-article.ts'
import { isSortable, searchText, unsortable } from '../contract/search.ts'
import { instantInput } from '../contract/text.ts'
import { pageOf, readCursor, sortKeys } from '../http/list.ts'
import { parseQuery } from '../search/query.ts'
import type { Db } from '../store/index.ts'
import { tokenOf } from './token-filter.ts'
import { listedView } from './views.ts'

const listParameters = z
  .strictObject({
    status: someOf(articleStatuses)
      .optional()
      .describe('States, separated by commas: any of them.')
      .meta({ type: 'string', items: undefined, examples: ['draft,in-review'] }),
    q: searchText.optional(),
    section: slugsOf('sections'),
    tag: slugsOf('tags'),
    author: slugsOf('authors'),
    language: languages,
    createdBy: anyIdOr(['me'])
      .optional()
      .describe(
        'Ids of tokens, separated by commas: made by any of them. `me` is the token of this request; with `ADMIN_TOKEN` it is whatever no stored token made, imports included.',
      )
      .meta({ type: 'string', items: undefined, examples: ['me'] }),
    hasUnpublishedChanges: flag.optional().describe('Whether what is public differs from the working copy.'),
    trashed: flag
      .optional()
      .describe('`true` for what is in the trash, and nothing else; without it, what is not.'),
    updatedAfter: instantInput.optional().describe('Changed after this instant.'),
    updatedBefore: instantInput.optional().describe('Changed before this instant.'),
    sort: z
      .enum(['-updatedAt', 'relevance'])
      .optional()
      .describe('`relevance` needs `q` and is then the default; else the newest change goes first.')
      .meta({ examples: ['-updatedAt'] }),
    limit: limitParameter,
    cursor: cursorParameter,
    count: countParameter,
  })
  .refine(isSortable, unsortable)

/** The list of working copies, filtered and searched. */
export const listManagedArticles: FastifyPluginAsyncZod<{ db: Db }> = async (app, { db }) => {
  app.get(
    '/articles',
    {
      schema: {
        operationId: 'listManagedArticles',
        tags: ['Articles'],
        summary: 'List and search working copies',
        description:
          'Drafts too, without their bodies; the newest change first or, with `q`, the most relevant. `q` looks at title, subtitle, excerpt, slug and body of the working copy, and each article then has `highlights`. Of more than 2,000 articles that match, the newest 2,000 are ranked and the earlier ones follow, the newest change first.',
        querystring: listParameters,
        response: { 200: listOf(listedArticle) },
      },
      config: { permission: 'articles.read', errors: ['invalid-cursor'] },
    },
    async (request, reply) => {
      const { limit, cursor, count, q, sort: wanted, createdBy, ...others } = request.query
      const search = q === undefined ? undefined : parseQuery(q)
      const sort = wanted ?? (search ? 'relevance' : '-updatedAt')
      const filter = { ...others, search, createdBy: createdBy?.map((id) => tokenOf(id, request.actor)) }
      const scope = ['managed-articles', filter, sort]
      const after = readCursor(cursor, scope, sort === 'relevance' ? sortKeys.place : sortKeys.instant)
      const found = await db.read(
        async ({ articles }) => ({
          ...(await articles.list({ ...filter, sort, limit, after })),
          total: count ? await articles.countListed(filter) : undefined,
        }),
        { mayTakeLong: search !== undefined || count },
      )
      return pageOf(request, reply, found, {
        limit,
        scope,
        show: (item) => listedView(item, request.actor, search),
      })
    },
  )
}
