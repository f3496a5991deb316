import { z } from 'zod'
import { articleReference } from './article-reference.ts'

/** Why an article is suggested as a related one. */
export const suggestionReason = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('shared-tags'),
      tags: z.array(z.string()).describe('Slugs of the tags that both articles have.'),
    }),
    z.strictObject({
      type: z.literal('similar-text'),
      likeness: z.number().min(0).max(1).describe('How alike the texts are.'),
    }),
    z.strictObject({ type: z.literal('same-section'), section: z.string().describe('Its slug.') }),
    z.strictObject({
      type: z.literal('shared-authors'),
      authors: z.array(z.string()).describe('Slugs of the authors that both articles have.'),
    }),
  ])
  .meta({ id: 'SuggestionReason' })
export type SuggestionReason = z.infer<typeof suggestionReason>

/** An article that an editor may want to link to. */
export const suggestion = z
  .strictObject({
    article: articleReference,
    score: z.number().min(0).max(1).describe('How strongly it is suggested; the sum of its reasons.'),
    reasons: z.array(suggestionReason).min(1).describe('The strongest kind first.'),
  })
  .meta({
    id: 'Suggestion',
    examples: [
      {
        article: {
          id: '018ced2a-4000-7000-8000-00000000a002',
          slug: 'how-the-bridge-was-closed',
          title: 'How the bridge was closed',
          status: 'published',
          isPublic: true,
          trashedAt: null,
          publishedAt: '2024-01-02T08:00:00.000Z',
          section: { id: '018ced2a-4000-7000-8000-00000000b001', slug: 'city', name: 'City' },
        },
        score: 0.325,
        reasons: [
          { type: 'shared-tags', tags: ['transport'] },
          { type: 'same-section', section: 'city' },
        ],
      },
    ],
  })
export type Suggestion = z.infer<typeof suggestion>
