import { z } from 'zod'
import { id, text } from './text.ts'
import { webUrl } from './url.ts'

export const relatedKinds = ['related', 'background', 'follow-up', 'update', 'translation', 'source'] as const
export type RelatedKind = (typeof relatedKinds)[number]

const mostLinks = 200

/** A link as an editor sends it: to an article, to a URL, or to neither yet. */
const relatedLinkInput = z
  .strictObject({
    id: id.optional().describe('Keeps the id of a link that is there already.'),
    kind: z.enum(relatedKinds).default('related'),
    articleId: id.nullable().default(null),
    url: webUrl.nullable().default(null),
    title: text({ min: 1, max: 300 }).nullable().default(null).describe('Required without `articleId`.'),
    excerpt: text({ max: 2000 }).nullable().default(null),
  })
  .refine(({ articleId, url }) => articleId === null || url === null, {
    path: ['url'],
    error: 'must be absent where `articleId` is given: a link has one target',
    params: { code: 'two-targets' },
  })
  .refine(({ articleId, title }) => articleId !== null || title !== null, {
    path: ['title'],
    error: 'is required for a link that points at no article',
    params: { code: 'required' },
  })
  .meta({ id: 'RelatedLinkDraft' })

/** The whole list of an article's links, in order. */
export const relatedLinksInput = z.strictObject({ links: z.array(relatedLinkInput).max(mostLinks) }).meta({
  id: 'RelatedLinksDraft',
  examples: [
    { links: [{ kind: 'background', title: 'How the bridge closed', url: 'https://news.example/closed' }] },
  ],
})
export type RelatedLinksInput = z.output<typeof relatedLinksInput>

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
