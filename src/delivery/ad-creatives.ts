import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { Problem } from '../contract/errors.ts'
import { id } from '../contract/text.ts'
import { sendCacheable } from '../http/conditional.ts'
import { escapeHtml } from '../http/html.ts'
import type { StoredCreative } from '../store/ad-placements.ts'
import type { PublicDb } from '../store/index.ts'
import { cacheControl } from './caching.ts'
import { noParameters } from './parameters.ts'

const params = z.strictObject({ placementId: id })

/**
 * What the document of an ad may do: show pictures, films and fonts over TLS, and open a page where a reader clicks.
 * No scripts, no forms, no frames, no origin of its own, wherever it is opened.
 */
const policy = [
  "default-src 'none'",
  'img-src https: data:',
  'media-src https:',
  'font-src https: data:',
  "style-src 'unsafe-inline' https:",
  "form-action 'none'",
  "base-uri 'none'",
  'frame-ancestors *',
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ')

/** Of all HTML that is kept with its links marked: to parse what somebody made to be slow takes a quarter of a second. */
const mostKeptCharacters = 4_194_304

/** The documents of ads, for the `src` of sandboxed iframes. */
export const deliverAdCreatives: FastifyPluginAsyncZod<{ db: PublicDb }> = async (app, { db }) => {
  const marked = new LRUCache<string, string>({
    maxSize: mostKeptCharacters,
    sizeCalculation: (result, html) => result.length + html.length,
  })
  const mark = async (html: string): Promise<string> => {
    const known = marked.get(html)
    if (known !== undefined) return known
    // Brings a parser of HTML, which nothing needs that starts.
    const { withSponsoredLinks } = await import('../body/sponsored.ts')
    const result = withSponsoredLinks(html)
    marked.set(html, result)
    return result
  }

  app.get(
    '/v1/ads/:placementId/creative',
    {
      schema: {
        operationId: 'getAdCreative',
        tags: ['Delivery'],
        summary: 'Read an ad as a document for a sandboxed iframe',
        description:
          'HTML with a `Content-Security-Policy` that runs nothing in it: no scripts, no forms, no frames; pictures, films, fonts and styles come over https. Its links are `rel="sponsored noopener"` and open pages of their own. Only of placements that may be shown now; others are 404.',
        params,
        querystring: noParameters,
        response: {
          200: {
            description: 'OK',
            content: {
              'text/html': {
                schema: z.string().meta({ examples: ['<!doctype html>\n<html>…</html>'] }),
              },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { placementId } = request.params
      const { shown, changedAt } = await db.published(async (published) => ({
        shown: await published.findShownCreative(placementId),
        changedAt: (await published.findState()).changedAt,
      }))
      if (!shown) throw new Problem('not-found', 'There is no such ad, or it is not shown now.')
      reply.header('content-security-policy', policy)
      const { html } = shown.creative
      const document = documentOf(shown.creative, html === null ? null : await mark(html))
      return sendCacheable(request, reply, document, {
        contentType: 'text/html; charset=utf-8',
        lastModified: changedAt,
        cacheControl,
        cacheTags: [`ad:${placementId}`],
      })
    },
  )
}

/** `html` is what is shown of the ad, null where that is its title. */
function documentOf({ title, clickUrl }: StoredCreative, html: string | null): string {
  const text = escapeHtml(title)
  const link =
    clickUrl === null
      ? text
      : `<a href="${escapeHtml(clickUrl)}" rel="sponsored noopener" target="_blank">${text}</a>`
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text}</title>
<style>html, body { margin: 0 }</style>
</head>
<body>
${html ?? link}
</body>
</html>
`
}
