import { z } from 'zod'
import { actorReference } from './article.ts'
import { deliveredArticle } from './delivered-article.ts'
import { exampleArticle } from './examples.ts'
import { id, instant } from './text.ts'

const day = 86_400
const defaultSeconds = day
const mostSeconds = 30 * day

/** What is asked for with a preview token. */
export const previewTokenInput = z
  .strictObject({
    expiresInSeconds: z
      .int()
      .min(60)
      .max(mostSeconds)
      .default(defaultSeconds)
      .describe('How long the token works: a minute to 30 days.'),
  })
  .meta({ id: 'NewPreviewToken', examples: [{ expiresInSeconds: 3600 }] })
export type PreviewTokenInput = z.output<typeof previewTokenInput>
export const defaultPreview: PreviewTokenInput = { expiresInSeconds: defaultSeconds }

const shape = { id, createdAt: instant, createdBy: actorReference, expiresAt: instant }
const example = {
  id: '018ced2a-4000-7000-8000-00000000a201',
  createdAt: '2024-01-09T08:00:00.000Z',
  createdBy: { tokenId: '018ced2a-4000-7000-8000-00000000a101', name: 'desk', role: 'editor' },
  expiresAt: '2024-01-10T08:00:00.000Z',
}
const exampleToken = 'AYztKkAAcACAAAAAAAAA8AEBjO0qQABwAIAAAAAAAACgAQAATQkmPFqXm0kQH2gZ'

/** A preview token as its maker gets it, once. A repetition of the request is answered without the secret. */
export const createdPreviewToken = z
  .strictObject({
    ...shape,
    token: z.string().optional().describe('Shown this once.'),
    url: z.string().optional().describe('The path and query of the preview, with the token.'),
  })
  .meta({
    id: 'CreatedPreviewToken',
    examples: [
      {
        ...example,
        token: exampleToken,
        url: `/v1/preview/articles/018ced2a-4000-7000-8000-00000000a001?token=${exampleToken}`,
      },
    ],
  })

/** A preview token in a list. */
export const previewToken = z
  .strictObject({ ...shape, revokedAt: instant.nullable() })
  .meta({ id: 'PreviewToken', examples: [{ ...example, revokedAt: null }] })

/** A working copy in the shape in which it would be delivered. */
export const previewedArticle = z
  .strictObject({
    ...deliveredArticle.shape,
    publishedAt: instant.nullable(),
    firstPublishedAt: instant.nullable(),
  })
  .meta({ id: 'PreviewedArticle', examples: [exampleArticle as never] })
export type PreviewedArticle = z.infer<typeof previewedArticle>
