import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { verifyPreviewToken } from '../auth/preview-token.ts'
import { Problem } from '../contract/errors.ts'
import { previewedArticle } from '../contract/preview.ts'
import { id } from '../contract/text.ts'
import { bodyWriterOf } from '../delivery/body-writer.ts'
import { articleParameters } from '../delivery/parameters.ts'
import type { ViewContext } from '../delivery/views.ts'
import type { Db, Reader } from '../store/index.ts'
import type { Preview } from '../store/preview.ts'
import { previewView } from './views.ts'

interface PreviewOptions {
  readonly db: Db
  readonly context: ViewContext
  readonly previewTokenSecret: Uint8Array
}

const parameters = articleParameters.extend({
  token: z
    .string()
    .max(200)
    .optional()
    .describe('The preview token.')
    .meta({ examples: ['AYztKkAAcACAAAAAAAAA8AEBjO0qQABwAIAAAAAAAACgAQAATQkmPFqXm0kQH2gZ'] }),
})

/**
 * The preview of a working copy, for whoever has a token for it. Whatever is wrong with the token, and whether the
 * article exists at all, the answer is the same.
 */
export const previewArticles: FastifyPluginAsyncZod<PreviewOptions> = async (
  app,
  { db, context, previewTokenSecret },
) => {
  app.get(
    '/v1/preview/articles/:id',
    {
      schema: {
        operationId: 'previewArticle',
        tags: ['Delivery'],
        summary: 'Read a working copy in the shape in which it would be delivered',
        description:
          'With a token from `POST /manage/v1/articles/{id}/preview-tokens`, for that one article. Not to be kept or indexed.',
        params: z.strictObject({ id }),
        querystring: parameters,
        response: { 200: previewedArticle },
      },
    },
    async (request, reply) => {
      const { token = '', body } = request.query
      const claims = verifyPreviewToken(previewTokenSecret, token)
      const opens = claims !== undefined && claims.articleId === request.params.id
      const preview = opens ? await db.read((reader) => find(reader, claims)) : undefined
      if (!preview) throw new Problem('not-found', 'There is no such preview, or the token does not open it.')
      reply.headers({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex' })
      return previewView(preview, await bodyWriterOf(body), context)
    },
  )

  /** The preview, unless the token has expired or was revoked, or the article may not be shown any more. */
  async function find(
    reader: Reader,
    { tokenId, articleId }: { tokenId: string; articleId: string },
  ): Promise<Preview | undefined> {
    const record = await reader.previewTokens.find(articleId, tokenId)
    const now = new Date(context.clock()).toISOString()
    if (!record || record.revokedAt !== null || record.expiresAt <= now) return undefined
    const preview = await reader.findPreview(articleId, now)
    const isHidden = preview?.article.status === 'killed' || preview?.article.trashedAt !== null
    return isHidden ? undefined : preview
  }
}
