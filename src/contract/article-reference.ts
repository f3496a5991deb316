import { z } from 'zod'
import { articleStatuses } from './article.ts'
import { termReference } from './taxonomy.ts'
import { id, instant } from './text.ts'

/** An article as other resources of the editors' API name it: enough to recognise it and to see its state. */
export const articleReference = z
  .strictObject({
    id,
    slug: z.string(),
    title: z.string(),
    status: z.enum(articleStatuses),
    isPublic: z.boolean().describe('Whether delivery shows the article now.'),
    trashedAt: instant.nullable(),
    publishedAt: instant.nullable(),
    section: termReference.nullable(),
  })
  .meta({
    id: 'ArticleReference',
    description: 'The working copy of an article, in short.',
    examples: [
      {
        id: '018ced2a-4000-7000-8000-00000000a002',
        slug: 'how-the-bridge-was-closed',
        title: 'How the bridge was closed',
        status: 'published',
        isPublic: true,
        trashedAt: null,
        publishedAt: '2024-01-02T08:00:00.000Z',
        section: { id: '018ced2a-4000-7000-8000-00000000b001', slug: 'city', name: 'City' },
      },
    ],
  })
export type ArticleReference = z.infer<typeof articleReference>
