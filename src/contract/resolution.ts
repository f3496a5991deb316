import { z } from 'zod'
import type { GoneReason } from './article.ts'
import { id } from './text.ts'

export const goneReasons = ['unpublished', 'killed'] as const satisfies readonly GoneReason[]

/** What has become of a path of the site at which an article lives or lived. */
export const resolution = z
  .strictObject({
    status: z
      .enum(['found', 'moved', 'gone'])
      .describe(
        '`found`: an article is at this path. `moved`: it is at another one now. `gone`: it is no longer public.',
      ),
    articleId: id,
    slug: z.string().describe('The slug of the article now; when it is gone, the one that was asked for.'),
    path: z
      .string()
      .nullable()
      .describe('The path of the article now, percent-encoded; null when it is gone.'),
    reason: z.enum(goneReasons).nullable().describe('Why it is gone; null otherwise.'),
  })
  .meta({
    id: 'Resolution',
    examples: [
      {
        status: 'moved',
        articleId: '018ced2a-4000-7000-8000-00000000a001',
        slug: 'harbour-bridge-reopens-early',
        path: '/harbour-bridge-reopens-early',
        reason: null,
      },
    ],
  })
export type SitePathResolution = z.infer<typeof resolution>
