import { z } from 'zod'
import { articleReference } from './article-reference.ts'
import { relatedKinds } from './related-link.ts'
import { id } from './text.ts'

/** A link that points at an article, seen from there. */
export const backlink = z
  .strictObject({
    article: articleReference.describe('The article that has the link.'),
    link: z
      .strictObject({
        id,
        kind: z.enum(relatedKinds),
        position: z.int().min(1),
        title: z.string().nullable(),
      })
      .describe('As the working copy has it, else as it is public.'),
    inWorkingCopy: z.boolean(),
    inPublished: z.boolean().describe('Whether the link is in what is public of that article.'),
  })
  .meta({
    id: 'Backlink',
    examples: [
      {
        article: {
          id: '018ced2a-4000-7000-8000-00000000a003',
          slug: 'ferry-goes-on-strike',
          title: 'Ferry goes on strike',
          status: 'draft',
          isPublic: false,
          trashedAt: null,
          publishedAt: null,
          section: null,
        },
        link: { id: '018ced2a-4000-7000-8000-00000000e002', kind: 'follow-up', position: 1, title: null },
        inWorkingCopy: true,
        inPublished: false,
      },
    ],
  })
export type Backlink = z.infer<typeof backlink>
