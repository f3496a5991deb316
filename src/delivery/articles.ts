import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { deliveredSlot } from '../contract/ad.ts'
import { card, deliveredArticle, deliveredRelatedLink } from '../contract/delivered-article.ts'
import { listOf } from '../contract/list.ts'
import { sendCacheable } from '../http/conditional.ts'
import { pageOf, readCursor, sortKeys } from '../http/list.ts'
import type { PublicState } from '../store/changes.ts'
import type { PublicDb } from '../store/index.ts'
import type { PublishedArticle } from '../store/published-articles.ts'
import { adsChangedAt, cacheControl, cardTags, laterOf } from './caching.ts'
import { foundIn, movedResponse } from './find-article.ts'
import { articleListParameters, articleParameters, idOrSlugPath, noParameters } from './parameters.ts'
import { adsView, articleView, cardView, relatedView, type ViewContext } from './views.ts'

interface DeliveryOptions {
  readonly db: PublicDb
  readonly context: ViewContext
}

/** Published articles, whole, in parts and in lists. */
export const deliverArticles: FastifyPluginAsyncZod<DeliveryOptions> = async (app, { db, context }) => {
  app.get(
    '/v1/articles',
    {
      schema: {
        operationId: 'listArticles',
        tags: ['Delivery'],
        summary: 'List published articles',
        description:
          'Cards, the newest first. A filter with commas is any of its values; repeated, all of them.',
        querystring: articleListParameters,
        response: { 200: listOf(card) },
      },
      config: { errors: ['invalid-cursor'] },
    },
    async (request, reply) => {
      const { limit, cursor, count, ...filter } = request.query
      const scope = ['articles', filter]
      const after = readCursor(cursor, scope, sortKeys.instant)
      const { cards, state } = await db.published(async (published) => ({
        cards: {
          ...(await published.listCards({ ...filter, limit, after })),
          total: count ? await published.countCards(filter) : undefined,
        },
        state: await published.findState(),
      }))
      const answer = pageOf(request, reply, cards, { limit, scope, show: (item) => cardView(item, context) })
      return sendCacheable(request, reply, JSON.stringify(answer), {
        lastModified: state.changedAt,
        cacheControl,
        cacheTags: ['list:articles', ...answer.data.map((item) => `article:${item.id}`)],
      })
    },
  )

  app.get(
    '/v1/articles/:idOrSlug',
    {
      schema: {
        operationId: 'getArticle',
        tags: ['Delivery'],
        summary: 'Read a published article with its related links and ads',
        description: 'An old slug answers 308 with the new address, an article that is no longer public 410.',
        params: idOrSlugPath,
        querystring: articleParameters,
        response: { 200: deliveredArticle, 308: movedResponse },
      },
      config: { errors: ['article-gone'] },
    },
    async (request, reply) => {
      const found = await resolve(request, reply)
      if (!found) return reply
      return send(request, reply, found, articleView(found.article, request.query.body, context))
    },
  )

  app.get(
    '/v1/articles/:idOrSlug/related',
    {
      schema: {
        operationId: 'listRelatedLinks',
        tags: ['Delivery'],
        summary: 'Read the related links of a published article',
        params: idOrSlugPath,
        querystring: noParameters,
        response: { 200: z.strictObject({ data: z.array(deliveredRelatedLink) }), 308: movedResponse },
      },
      config: { errors: ['article-gone'] },
    },
    async (request, reply) => {
      const found = await resolve(request, reply)
      if (!found) return reply
      return send(request, reply, found, { data: relatedView(found.article.related, context) })
    },
  )

  app.get(
    '/v1/articles/:idOrSlug/ads',
    {
      schema: {
        operationId: 'listArticleAds',
        tags: ['Delivery'],
        summary: 'Read the ads of a published article',
        params: idOrSlugPath,
        querystring: noParameters,
        response: { 200: z.strictObject({ data: z.array(deliveredSlot) }), 308: movedResponse },
      },
      config: { errors: ['article-gone'] },
    },
    async (request, reply) => {
      const found = await resolve(request, reply)
      if (!found) return reply
      return send(request, reply, found, { data: adsView(found.article, context) })
    },
  )

  interface Found {
    readonly article: PublishedArticle
    readonly state: PublicState
  }

  /** The article of the path; undefined when its old slug was answered with a redirect. Throws 404 and 410. */
  async function resolve(
    request: FastifyRequest<{ Params: { idOrSlug: string } }>,
    reply: FastifyReply,
  ): Promise<Found | undefined> {
    const idOrSlug = request.params.idOrSlug.normalize('NFC')
    const { resolution, state } = await db.published(async (published) => ({
      resolution: await published.resolveArticle(idOrSlug),
      state: await published.findState(),
    }))
    const found = foundIn(resolution)
    if ('article' in found) return { article: found.article, state }
    const path = request.routeOptions.url?.replace(':idOrSlug', encodeURIComponent(found.movedTo))
    const [, query] = /\?(.*)$/s.exec(request.url) ?? []
    const location = `${path}${query === undefined ? '' : `?${query}`}`
    reply.code(308).header('location', location).header('cache-control', cacheControl).send()
    return undefined
  }

  function send(request: FastifyRequest, reply: FastifyReply, { article, state }: Found, answer: object) {
    return sendCacheable(request, reply, JSON.stringify(answer), {
      lastModified: laterOf(
        state.changedAt,
        article.slots.length > 0 ? adsChangedAt(article.adCandidates, context.clock()) : null,
      ),
      cacheControl,
      cacheTags: [
        ...cardTags(article),
        ...article.related.flatMap((link) => (link.target ? [`article:${link.target.id}`] : [])),
        ...article.slots.map((slot) => `slot:${slot.key}`),
      ],
    })
  }
}
