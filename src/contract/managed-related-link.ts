import { z } from 'zod'
import { articleReference } from './article-reference.ts'
import { relatedLink } from './related-link.ts'

export const notDeliveredReasons = ['target-deleted', 'target-not-public', 'not-published'] as const
export type NotDeliveredReason = (typeof notDeliveredReasons)[number]

/** A link of a working copy as editors read it: what is stored, and what has become of it. */
export const managedRelatedLink = z
  .strictObject({
    ...relatedLink.shape,
    target: articleReference
      .nullable()
      .describe('The article that `articleId` names; null without one, or when it was deleted for good.'),
    delivered: z.boolean().describe('Whether delivery shows this link now.'),
    notDeliveredBecause: z
      .enum(notDeliveredReasons)
      .nullable()
      .describe(
        'Null when it is delivered. `target-deleted`: its article exists no more. `target-not-public`: its article is not public. `not-published`: what is public of this article has no such link; it comes with the next publish.',
      ),
  })
  .meta({
    id: 'ManagedRelatedLink',
    description: 'A link in the working copy of an article, with what has become of its target.',
    examples: [
      {
        id: '018ced2a-4000-7000-8000-00000000e001',
        kind: 'background',
        position: 1,
        title: null,
        excerpt: null,
        url: null,
        articleId: '018ced2a-4000-7000-8000-00000000a002',
        target: {
          id: '018ced2a-4000-7000-8000-00000000a002',
          slug: 'how-the-bridge-was-closed',
          title: 'How the bridge was closed',
          status: 'draft',
          isPublic: false,
          trashedAt: null,
          publishedAt: null,
          section: null,
        },
        delivered: false,
        notDeliveredBecause: 'target-not-public',
      },
    ],
  })
export type ManagedRelatedLink = z.infer<typeof managedRelatedLink>
