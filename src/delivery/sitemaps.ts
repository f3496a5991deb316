import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { ArticleSeo } from '../contract/article.ts'
import { Problem } from '../contract/errors.ts'
import { modifiedAt } from '../feeds/article.ts'
import { exampleNewsSitemap, exampleRobots, exampleSitemap, exampleSitemapIndex } from '../feeds/examples.ts'
import { toRobots } from '../feeds/robots.ts'
import { toLongSitemap, toNewsSitemap, toSitemapIndex } from '../feeds/sitemap.ts'
import { toUri } from '../feeds/uri.ts'
import type { PublicReader } from '../store/index.ts'
import type { SitemapEntry } from '../store/published-sitemaps.ts'
import type { Answering, AnswerTimes } from './answering.ts'
import { noParameters } from './parameters.ts'
import { type AddressedSite, addressed, type Site, titleOf, urlAt } from './site.ts'
import { urlOf } from './views.ts'

interface SitemapOptions {
  readonly answering: Answering
  readonly site: Site
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** The most that the protocol allows in a file, and Google in a news sitemap. */
const articlesOfFile = 50_000
const articlesOfNews = 1_000
/** For so long an article is news. */
const newsMs = 2 * 86_400_000

const xmlType = 'application/xml; charset=utf-8'
const indexPath = '/sitemaps/index.xml'
const newsPath = '/sitemaps/news.xml'

const xmlResponse = (example: string) => ({
  200: {
    description: 'OK',
    content: { 'application/xml': { schema: z.string().meta({ examples: [example] }) } },
  },
})
const leftOut = 'Articles whose canonical URL is elsewhere are left out.'

/** What search engines find the site's articles by. */
export const deliverSitemaps: FastifyPluginAsyncZod<SitemapOptions> = async (
  app,
  { answering, site, clock },
) => {
  app.get(
    indexPath,
    {
      schema: {
        operationId: 'getSitemapIndex',
        tags: ['Delivery'],
        summary: 'Read the index of the sitemaps',
        description: 'The news sitemap and the sitemaps of all articles.',
        querystring: noParameters,
        response: xmlResponse(exampleSitemapIndex),
      },
      config: { errors: ['public-url-unset'] },
    },
    async (request, reply) => {
      const place = addressed(site)
      return answering(request, reply, async (published) => {
        const files = Array.from(
          { length: await countFiles(published) },
          (_, index) => `/sitemaps/articles-${index + 1}.xml`,
        )
        return {
          answer: toSitemapIndex([newsPath, ...files].map((path) => urlAt(path, place))),
          contentType: xmlType,
          cacheTags: ['list:articles'],
        }
      })
    },
  )

  app.get(
    '/sitemaps/articles-:n.xml',
    {
      schema: {
        operationId: 'getArticleSitemap',
        tags: ['Delivery'],
        summary: 'Read a sitemap of articles',
        description: `${articlesOfFile} articles a file, the oldest in the first: what is new goes into the last one, and the others stay as they are unless an article in them changes or is taken back. ${leftOut}`,
        params: z.strictObject({
          n: z
            .string()
            .describe('The number of the file, from 1.')
            .meta({ examples: ['1'] }),
        }),
        querystring: noParameters,
        response: xmlResponse(exampleSitemap),
      },
      config: { errors: ['public-url-unset'] },
    },
    async (request, reply) => {
      const place = addressed(site)
      return answering(request, reply, async (published) => {
        const number = numberOfFile(request.params.n)
        if (number === undefined || number > (await countFiles(published)))
          throw new Problem('not-found', 'There is no such sitemap.')
        const first = (number - 1) * articlesOfFile
        const entries = await published.listSitemap({ first, count: articlesOfFile })
        return {
          answer: () => sitemapOf(entries, place),
          contentType: xmlType,
          cacheTags: ['list:articles'],
        }
      })
    },
  )

  app.get(
    newsPath,
    {
      schema: {
        operationId: 'getNewsSitemap',
        tags: ['Delivery'],
        summary: 'Read the sitemap for Google News',
        description: `The articles that were published in the last two days, the newest first and ${articlesOfNews} at most. ${leftOut}`,
        querystring: noParameters,
        response: xmlResponse(exampleNewsSitemap),
      },
      config: { errors: ['public-url-unset'] },
    },
    async (request, reply) => {
      const place = addressed(site)
      return answering(request, reply, async (published) => {
        const nowMs = clock()
        const after = new Date(nowMs - newsMs).toISOString()
        const { entries, newestBefore } = await published.listNews({ after, limit: articlesOfNews })
        const pages = entries.flatMap((entry) => ownUrl(entry, place).map((url) => ({ ...entry, url })))
        return {
          answer: toNewsSitemap(pages, titleOf(place)),
          contentType: xmlType,
          cacheTags: ['list:articles', ...entries.map(({ id }) => `article:${id}`)],
          times: newsTimes(newestBefore, entries.at(-1)?.publishedAt),
        }
      })
    },
  )

  app.get(
    '/robots.txt',
    {
      schema: {
        operationId: 'getRobots',
        tags: ['Delivery'],
        summary: 'Read what crawlers may fetch',
        description:
          'All that is public (RFC 9309), and where the sitemaps are once the operator has set `PUBLIC_URL`.',
        querystring: noParameters,
        response: {
          200: {
            description: 'OK',
            content: { 'text/plain': { schema: z.string().meta({ examples: [exampleRobots] }) } },
          },
        },
      },
    },
    async (request, reply) =>
      answering(request, reply, async () => ({
        answer: toRobots(site.publicUrl === undefined ? undefined : urlAt(indexPath, addressed(site))),
        contentType: 'text/plain; charset=utf-8',
        cacheTags: [],
      })),
  )
}

function sitemapOf(entries: readonly SitemapEntry[], site: AddressedSite): Promise<string> {
  const pages = entries.flatMap((entry) =>
    ownUrl(entry, site).map((url) => ({ url, modifiedAt: modifiedAt(entry) })),
  )
  // Other requests get their turn in between.
  return toLongSitemap(pages, () => new Promise(setImmediate))
}

/** How many files all articles take: one at least, so that there always is one to read. */
async function countFiles(published: PublicReader): Promise<number> {
  return Math.max(1, Math.ceil((await published.countArticles()) / articlesOfFile))
}

function numberOfFile(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}

/** The URL of an article, unless its canonical one is another. */
function ownUrl(
  { slug, seo: { canonicalUrl } }: { readonly slug: string; readonly seo: ArticleSeo },
  site: AddressedSite,
): string[] {
  const url = urlOf(slug, site)
  return url === null || (canonicalUrl !== null && toUri(canonicalUrl) !== url) ? [] : [url]
}

/** When the newest of the old articles dropped out of the news, and when the oldest of the others will. */
function newsTimes(newestBefore: string | null, oldest: string | undefined): AnswerTimes {
  return {
    changedAt: newestBefore === null ? '1970-01-01T00:00:00.000Z' : dropOut(newestBefore),
    untilMs: oldest === undefined ? Number.POSITIVE_INFINITY : Date.parse(dropOut(oldest)),
  }
}

function dropOut(publishedAt: string): string {
  return new Date(Date.parse(publishedAt) + newsMs).toISOString()
}
