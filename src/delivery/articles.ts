import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type DeliveredSlot, deliveredSlot } from '../contract/ad.ts'
import { explainedSlot } from '../contract/ad-choice.ts'
import { articleFields, deliveredArticle, deliveredRelatedLink } from '../contract/delivered-article.ts'
import type { StoredJson } from '../contract/stored-json.ts'
import type { PublicReader } from '../store/index.ts'
import type { PublishedArticle } from '../store/published-articles.ts'
import { explainArticleAds } from './ad-explanations.ts'
import type { Answering, Found } from './answering.ts'
import { bodyWriterOf } from './body-writer.ts'
import { cardTags, linkTags } from './caching.ts'
import { findArticle, movedResponse } from './find-article.ts'
import {
  articleAdsParameters,
  idOrSlugPath,
  noParameters,
  type WholeArticleParameters,
  wholeArticleParameters,
} from './parameters.ts'
import { selected } from './selection.ts'
import { articleView, relatedView, shownAds, type ViewContext } from './views.ts'

interface DeliveryOptions {
  readonly answering: Answering
  readonly context: ViewContext
}

const describedMoves =
  'An old slug answers 308 with the new address, an article that is no longer public 410.'

/** Published articles one by one, whole and in parts. */
export const deliverArticles: FastifyPluginAsyncZod<DeliveryOptions> = async (
  app,
  { answering, context },
) => {
  app.get(
    '/v1/articles/:idOrSlug',
    {
      schema: {
        operationId: 'getArticle',
        tags: ['Delivery'],
        summary: 'Read a published article with its related links and ads',
        description: describedMoves,
        params: idOrSlugPath,
        querystring: wholeArticleParameters,
        response: { 200: z.union([deliveredArticle, articleFields]), 308: movedResponse },
      },
      config: { errors: ['article-gone'] },
    },
    async (request, reply) =>
      answering.lasting(request, reply, wholeArticle(request.params.idOrSlug, request.query)),
  )

  app.get(
    '/v1/articles/:idOrSlug/related',
    {
      schema: {
        operationId: 'listRelatedLinks',
        tags: ['Delivery'],
        summary: 'Read the related links of a published article',
        description: describedMoves,
        params: idOrSlugPath,
        querystring: noParameters,
        response: { 200: z.strictObject({ data: z.array(deliveredRelatedLink) }), 308: movedResponse },
      },
      config: { errors: ['article-gone'] },
    },
    async (request, reply) =>
      answering(request, reply, (published) =>
        answerOf(published, request.params.idOrSlug, (article) => ({
          data: relatedView(article.related, context),
        })),
      ),
  )

  app.get(
    '/v1/articles/:idOrSlug/ads',
    {
      schema: {
        operationId: 'listArticleAds',
        tags: ['Delivery'],
        summary: 'Read the ads of a published article',
        description: `${describedMoves} With \`explain=true\` it tells instead of every slot what is shown and why other placements are not.`,
        params: idOrSlugPath,
        querystring: articleAdsParameters,
        response: {
          200: z.union([
            z.strictObject({ data: z.array(deliveredSlot) }),
            z.strictObject({ slots: z.array(explainedSlot) }),
          ]),
          308: movedResponse,
        },
      },
      config: { errors: ['article-gone'] },
    },
    async (request, reply) =>
      answering(request, reply, (published) => {
        const { idOrSlug } = request.params
        return request.query.explain
          ? explainArticleAds(published, idOrSlug, context)
          : answerOf(published, idOrSlug, (_article, ads) => ({ data: ads }))
      }),
  )

  function wholeArticle(idOrSlug: string, { body, fields }: WholeArticleParameters) {
    return async (published: PublicReader) => {
      const writeBody = await bodyWriterOf(body)
      return answerOf(published, idOrSlug, (article, ads) =>
        selected(articleView(article, ads, writeBody, context), fields),
      )
    }
  }

  /** What is shown of the article of a path, or where its old slug leads. Throws `not-found` and `article-gone`. */
  async function answerOf(
    published: PublicReader,
    idOrSlug: string,
    show: (article: PublishedArticle, ads: StoredJson<DeliveredSlot[]>) => object,
  ): Promise<Found> {
    const found = await findArticle(published, idOrSlug)
    if ('movedTo' in found) return found
    const { article } = found
    const ads = shownAds(article, context)
    return {
      answer: show(article, ads.slots),
      cacheTags: [
        ...cardTags(article),
        ...linkTags(article.related),
        ...article.slots.map((slot) => `slot:${slot.key}`),
      ],
      times: ads.times,
    }
  }
}
