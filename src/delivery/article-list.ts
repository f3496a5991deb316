import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type IncludedMember, listedCard, listedFields } from '../contract/delivered-article.ts'
import { listOf } from '../contract/list.ts'
import { pageAt, readCursor, sortKeys } from '../http/list.ts'
import { parseQuery } from '../search/query.ts'
import type { PublicReader } from '../store/index.ts'
import type { PublishedCard } from '../store/published-cards.ts'
import type { Answering, Found } from './answering.ts'
import { adTimes, linkTags, momentary } from './caching.ts'
import { type ArticleListParameters, articleListParameters } from './list-parameters.ts'
import { type ListedParts, listedView } from './listed-views.ts'
import { selected } from './selection.ts'
import type { ViewContext } from './views.ts'

interface DeliveryOptions {
  readonly answering: Answering
  readonly context: ViewContext
  /** False while what is searched is still being indexed: an answer is then complete without a public change. */
  readonly isIndexed: () => boolean
}

const keysBySort = {
  '-publishedAt': sortKeys.instant,
  publishedAt: sortKeys.instant,
  '-updatedAt': sortKeys.instant,
  title: sortKeys.title,
  relevance: sortKeys.rank,
} as const

/** The list of published articles, filtered, searched and sorted. */
export const listArticles: FastifyPluginAsyncZod<DeliveryOptions> = async (
  app,
  { answering, context, isIndexed },
) => {
  app.get(
    '/v1/articles',
    {
      schema: {
        operationId: 'listArticles',
        tags: ['Delivery'],
        summary: 'List and search published articles',
        description:
          'Cards, the newest first or, with `q`, the most relevant. A filter with commas is any of its values; repeated, all of them; an article must fulfil every filter. `q` looks at title, subtitle, excerpt, slug and body of what is public, and each card then has `highlights`. Of more than 2,000 articles that match, the newest 2,000 are ranked and the earlier ones follow, the newest first. Follow `page.next`: a walk meets every article that stays as it is exactly once, whatever is published meanwhile; by `-updatedAt` one that is published again goes to the front.',
        querystring: articleListParameters,
        response: { 200: listOf(z.union([listedCard, listedFields])) },
      },
      config: { errors: ['invalid-cursor'] },
    },
    async (request, reply) => {
      const { q, count } = request.query
      const mayTakeLong = q !== undefined || count
      return answering.lasting(request, reply, listAt(request.url, request.query), { mayTakeLong })
    },
  )

  /** What a list at a URL holds. Throws `invalid-cursor`. */
  function listAt(
    url: string,
    { limit, cursor, count, fields, include = [], sort: wanted, q, ...others }: ArticleListParameters,
  ) {
    const search = q === undefined ? undefined : parseQuery(q)
    const sort = wanted ?? (search ? 'relevance' : '-publishedAt')
    const filter = { ...others, search }
    const scope = ['articles', filter, sort]
    const after = readCursor(cursor, scope, keysBySort[sort])
    const shown = include.filter((name) => !fields || fields.includes(name))
    return async (published: PublicReader): Promise<Found> => {
      const wasIndexed = isIndexed()
      const cards = {
        ...(await published.listCards({ ...filter, sort, limit, after })),
        total: count ? await published.countCards(filter) : undefined,
      }
      const parts = await readParts(published, cards.items, shown)
      const show = (card: PublishedCard) => selected(listedView(card, parts, search, context), fields)
      const candidates = [...(parts.ads?.values() ?? [])].flatMap((ads) => ads.adCandidates.flat())
      return {
        ...pageAt(url, cards, { limit, scope, show }),
        cacheTags: tagsOf(cards.items, parts),
        times:
          search && !wasIndexed
            ? momentary(context.clock())
            : parts.ads && adTimes(candidates, context.clock()),
      }
    }
  }
}

/** What hangs on the articles of a page; a body is needed for ads as well, which have their places in it. */
async function readParts(
  published: PublicReader,
  cards: readonly PublishedCard[],
  include: readonly IncludedMember[],
): Promise<ListedParts> {
  const ids = cards.map((card) => card.id)
  const [hasBody, hasAds] = [include.includes('body'), include.includes('ads')]
  const bodies = hasBody || hasAds ? await published.findBodies(ids) : undefined
  return {
    bodies: hasBody ? bodies : undefined,
    related: include.includes('related') ? await published.findLinks(ids) : undefined,
    ads: hasAds ? await published.findAds(cards) : undefined,
    places: bodies ?? new Map(),
  }
}

function tagsOf(cards: readonly PublishedCard[], { related, ads }: ListedParts): string[] {
  const slots = [...(ads?.values() ?? [])].flatMap((one) => one.slots)
  return [
    'list:articles',
    ...cards.map((card) => `article:${card.id}`),
    ...[...(related?.values() ?? [])].flatMap(linkTags),
    ...slots.map((slot) => `slot:${slot.key}`),
  ]
}
