import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { withAbsoluteUrls } from '../body/absolute.ts'
import { toBareHtml } from '../body/html.ts'
import { toText } from '../body/text.ts'
import { newsArticle } from '../contract/json-ld.ts'
import { ninjsItem } from '../contract/ninjs.ts'
import type { Body } from '../contract/portable-text.ts'
import { isWebUrl } from '../contract/safe-url.ts'
import type { FormattedArticle, FormattedImage } from '../feeds/article.ts'
import { toNewsArticle } from '../feeds/json-ld.ts'
import { toNinjs } from '../feeds/ninjs.ts'
import { scriptJson } from '../feeds/script-json.ts'
import { toUri } from '../feeds/uri.ts'
import type { PublishedArticle } from '../store/published-articles.ts'
import type { Answering } from './answering.ts'
import { cardTags, linkTags } from './caching.ts'
import { findArticle, movedResponse } from './find-article.ts'
import { idOrSlugPath, noParameters } from './parameters.ts'
import type { Site } from './site.ts'
import { cardView, relatedView, type ViewContext } from './views.ts'

interface FormatOptions {
  readonly answering: Answering
  readonly context: ViewContext
  readonly site: Site
}

/** Published articles in the formats of search engines and of agencies. */
export const deliverArticleFormats: FastifyPluginAsyncZod<FormatOptions> = async (
  app,
  { answering, context, site },
) => {
  const publisher = { name: site.siteName, url: site.publicUrl && toUri(site.publicUrl) }

  app.get(
    '/v1/articles/:idOrSlug/jsonld',
    {
      schema: {
        operationId: 'getArticleJsonLd',
        tags: ['Delivery'],
        summary: 'Read a published article as schema.org `NewsArticle`',
        description:
          'JSON-LD that may stand in a script element of a page as it is. Nothing is made up: what the article has no value for is left out, and so are its addresses where the operator has set no `PUBLIC_URL`.',
        params: idOrSlugPath,
        querystring: noParameters,
        response: {
          200: { description: 'OK', content: { 'application/ld+json': { schema: newsArticle } } },
          308: movedResponse,
        },
      },
      config: { errors: ['article-gone'] },
    },
    async (request, reply) =>
      answering(request, reply, async (published) => {
        const found = await findArticle(published, request.params.idOrSlug)
        if ('movedTo' in found) return found
        return {
          answer: scriptJson(toNewsArticle(formatted(found.article, context), publisher)),
          contentType: 'application/ld+json',
          cacheTags: tagsOf(found.article),
        }
      }),
  )

  app.get(
    '/v1/articles/:idOrSlug/ninjs',
    {
      schema: {
        operationId: 'getArticleNinjs',
        tags: ['Delivery'],
        summary: 'Read a published article as IPTC ninjs 3.1',
        description: 'A text item with its related links and the pictures of its body as associations.',
        params: idOrSlugPath,
        querystring: noParameters,
        response: { 200: ninjsItem, 308: movedResponse },
      },
      config: { errors: ['article-gone'] },
    },
    async (request, reply) =>
      answering(request, reply, async (published) => {
        const found = await findArticle(published, request.params.idOrSlug)
        if ('movedTo' in found) return found
        return { answer: toNinjs(formatted(found.article, context)), cacheTags: tagsOf(found.article) }
      }),
  )
}

function formatted(article: PublishedArticle, context: ViewContext): FormattedArticle {
  const card = cardView(article, context)
  const body = card.url === null ? article.body.value : withAbsoluteUrls(article.body.value, card.url)
  return {
    ...card,
    seo: article.seo,
    custom: article.custom,
    corrections: [...article.corrections],
    related: relatedView(article.related, context),
    html: toBareHtml(body),
    text: toText(body),
    images: body.flatMap(imageOf),
  }
}

/** An image whose address is absolute: others are nowhere without the site's. */
function imageOf(block: Body[number]): FormattedImage[] {
  if (block._type !== 'image' || !isWebUrl(block.src)) return []
  const { alt, caption, credit, width, height } = block
  return [{ url: toUri(block.src), alt, caption, credit, width, height }]
}

function tagsOf(article: PublishedArticle): string[] {
  return [...cardTags(article), ...linkTags(article.related)]
}
