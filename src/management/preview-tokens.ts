import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { mayPreview } from '../auth/can.ts'
import { signPreviewToken } from '../auth/preview-token.ts'
import { Problem } from '../contract/errors.ts'
import { createdPreviewToken, defaultPreview, previewToken, previewTokenInput } from '../contract/preview.ts'
import { id } from '../contract/text.ts'
import { createPreviewToken, revokePreviewToken } from '../editorial/preview-tokens.ts'
import type { Db } from '../store/index.ts'
import { answerWrite } from './answers.ts'

interface PreviewOptions {
  readonly db: Db
  readonly previewTokenSecret: Uint8Array
}

const tags = ['Articles']
const params = z.strictObject({ id })

/** What opens the preview of one article: made, listed and revoked. */
export const managePreviewTokens: FastifyPluginAsyncZod<PreviewOptions> = async (
  app,
  { db, previewTokenSecret },
) => {
  app.post(
    '/articles/:id/preview-tokens',
    {
      schema: {
        operationId: 'createPreviewToken',
        tags,
        summary: 'Make a token that opens the preview of the article',
        description:
          'It opens the working copy of this one article to whoever has it, until it expires or is revoked.',
        params,
        body: previewTokenInput.optional(),
        response: { 201: createdPreviewToken },
      },
      config: { permission: 'articles.write', errors: ['invalid-transition'] },
    },
    (request, reply) =>
      answerWrite(db, request, reply, async (tx) => {
        const { actor, params, body } = request
        const {
          articleId,
          revokedAt: _,
          ...shown
        } = await createPreviewToken(tx, actor, params.id, body ?? defaultPreview)
        const token = signPreviewToken(previewTokenSecret, { tokenId: shown.id, articleId })
        return {
          status: 201,
          headers: { location: `/manage/v1/articles/${articleId}/preview-tokens` },
          body: { ...shown, token, url: `/v1/preview/articles/${articleId}?token=${token}` },
          secretMembers: ['token', 'url'] as const,
        }
      }),
  )

  app.get(
    '/articles/:id/preview-tokens',
    {
      schema: {
        operationId: 'listPreviewTokens',
        tags,
        summary: 'List the preview tokens of the article, the oldest first',
        params,
        response: { 200: z.strictObject({ data: z.array(previewToken) }) },
      },
      config: { permission: 'articles.write' },
    },
    async (request) => {
      const { article, tokens } = await db.read(async (reader) => ({
        article: await reader.articles.get(request.params.id),
        tokens: await reader.previewTokens.listOf(request.params.id),
      }))
      if (!mayPreview(request.actor, article))
        throw new Problem('forbidden', 'The token allows previews of your own articles only.')
      return { data: tokens.map(({ articleId: _, ...token }) => token) }
    },
  )

  app.delete(
    '/articles/:id/preview-tokens/:tokenId',
    {
      schema: {
        operationId: 'revokePreviewToken',
        tags,
        summary: 'Revoke a preview token, at once',
        params: z.strictObject({ id, tokenId: id }),
        response: { 204: z.undefined().describe('It opens nothing any more.') },
      },
      config: { permission: 'articles.write' },
    },
    async (request, reply) => {
      const { id, tokenId } = request.params
      await db.write((tx) => revokePreviewToken(tx, request.actor, id, tokenId))
      return reply.code(204).send()
    },
  )
}
