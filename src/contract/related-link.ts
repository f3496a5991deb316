import { z } from 'zod'
import { id, text } from './text.ts'

export const relatedKinds = ['related', 'background', 'follow-up', 'update', 'translation', 'source'] as const
export type RelatedKind = (typeof relatedKinds)[number]

/** A related link as it is kept: to an article, to a URL, or to neither yet. */
export const relatedLink = z
  .strictObject({
    id,
    kind: z.enum(relatedKinds),
    position: z.int().min(1),
    title: text({ max: 300 }).nullable(),
    excerpt: text({ max: 2000 }).nullable(),
    url: z.string().nullable(),
    articleId: id.nullable(),
  })
  .meta({ id: 'RelatedLink', description: 'A link in the working copy of an article.' })

export type RelatedLink = z.infer<typeof relatedLink>
