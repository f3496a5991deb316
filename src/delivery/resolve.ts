import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from '../contract/errors.ts'
import { oldPathOf } from '../contract/old-path.ts'
import { resolution, type SitePathResolution } from '../contract/resolution.ts'
import { pathOfSlug, slugInPath } from '../http/article-paths.ts'
import type { PublicReader } from '../store/index.ts'
import type { Address } from '../store/published-addresses.ts'
import type { Answering } from './answering.ts'
import type { ViewContext } from './views.ts'

interface DeliveryOptions {
  readonly answering: Answering
  readonly context: Pick<ViewContext, 'articlePath'>
}

const longestPath = 2048

const parameters = z.strictObject({
  path: z
    .string()
    .max(longestPath)
    .overwrite((path) => path.replace(/[?#].*$/s, ''))
    .refine((path) => /^\/(?![/\\])/.test(path), {
      error: 'must be a path of the site, which begins with one /',
      params: { code: 'invalid-path' },
    })
    .refine(isDecodable, { error: 'must be percent-encoded UTF-8', params: { code: 'invalid-path' } })
    .describe(
      'A path of the site, as it stands in `PUBLIC_URL` and the path of an article. Query, fragment and a slash at its end are ignored.',
    )
    .meta({ examples: ['/harbour-bridge-reopens'] }),
})

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** What frontends ask when they do not know a path: whether an article is or was there. */
export const deliverResolutions: FastifyPluginAsyncZod<DeliveryOptions> = async (
  app,
  { answering, context },
) => {
  const { articlePath } = context

  app.get(
    '/v1/resolve',
    {
      schema: {
        operationId: 'resolvePath',
        tags: ['Delivery'],
        summary: 'Find out what is or was at a path of the site',
        description:
          'An old path leads to its article for ever, also one that the article had on another system before it was imported. One whose article is no longer public is gone, with the reason; at one where no article ever was, nothing is found (404).',
        querystring: parameters,
        response: { 200: resolution },
      },
      config: { errors: ['not-found'] },
    },
    async (request, reply) =>
      answering(request, reply, async (published) => {
        const { path } = request.query
        const slug = slugInPath(path, articlePath)
        const known = slug === undefined ? undefined : await published.findAddress(slug)
        const answer =
          slug === undefined || known === undefined || known.kind === 'unknown'
            ? await answerOld(published, path, articlePath)
            : viewOf(known, slug, articlePath)
        return { answer, cacheTags: [`article:${answer.articleId}`] }
      }),
  )
}

/** What is at a path of the system that articles were imported from. Throws `not-found`. */
async function answerOld(
  published: Pick<PublicReader, 'findOldAddress'>,
  path: string,
  articlePath: string,
): Promise<SitePathResolution> {
  const oldPath = oldPathOf(path)
  if (oldPath === undefined) throw notFound()
  const { address, slug } = await published.findOldAddress(oldPath)
  return { ...viewOf(address, slug, articlePath), ...(address.kind === 'public' ? { status: 'moved' } : {}) }
}

/** Throws `not-found` where no article was ever public. */
function viewOf(address: Address, asked: string, articlePath: string): SitePathResolution {
  if (address.kind === 'unknown') throw notFound()
  const { articleId } = address
  if (address.kind === 'gone')
    return { status: 'gone', articleId, slug: asked, path: null, reason: address.reason }
  const { slug } = address
  const status = slug === asked ? 'found' : 'moved'
  return { status, articleId, slug, path: pathOfSlug(slug, articlePath), reason: null }
}

function notFound(): Problem {
  return new Problem('not-found', 'No article is or was at this path.')
}
