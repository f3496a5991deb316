import { z } from 'zod'
import { id, text } from './text.ts'
import { webUrl } from './url.ts'

export const relatedKinds = ['related', 'background', 'follow-up', 'update', 'translation', 'source'] as const
export type RelatedKind = (typeof relatedKinds)[number]

/** Of one article. */
export const mostLinks = 200

const fields = {
  kind: z.enum(relatedKinds),
  articleId: id.nullable(),
  url: webUrl.nullable(),
  title: text({ min: 1, max: 300 }).nullable(),
  excerpt: text({ max: 2000 }).nullable(),
}

const newFields = {
  kind: fields.kind.default('related'),
  articleId: fields.articleId.default(null),
  url: fields.url.default(null),
  title: fields.title.default(null).describe('Required without `articleId`.'),
  excerpt: fields.excerpt.default(null),
}

/** What a link says and points at, apart from its place in the list. */
export interface LinkContent {
  readonly kind: RelatedKind
  readonly articleId: string | null
  readonly url: string | null
  readonly title: string | null
  readonly excerpt: string | null
}

/** What a link must not have together, and must have. */
export const twoTargets = {
  error: 'must be absent where `articleId` is given: a link has one target',
  code: 'two-targets',
}
export const noTitle = { error: 'is required for a link that points at no article', code: 'required' }

function withOneTarget<T extends z.ZodType<LinkContent>>(link: T): T {
  return link
    .refine(({ articleId, url }) => articleId === null || url === null, {
      path: ['url'],
      error: twoTargets.error,
      params: { code: twoTargets.code },
    })
    .refine(({ articleId, title }) => articleId !== null || title !== null, {
      path: ['title'],
      error: noTitle.error,
      params: { code: noTitle.code },
    })
}

/** A link as an editor sends it: to an article, to a URL, or to neither yet. */
const relatedLinkInput = withOneTarget(
  z.strictObject({
    id: id.optional().describe('Keeps the id of a link that is there already.'),
    ...newFields,
  }),
).meta({ id: 'RelatedLinkDraft' })

const position = z.int().min(1)

/** One more link. */
export const newRelatedLink = withOneTarget(
  z.strictObject({
    ...newFields,
    position: position.optional().describe('Its place among the links; the last one when absent.'),
  }),
).meta({
  id: 'NewRelatedLink',
  examples: [{ kind: 'follow-up', articleId: '018ced2a-4000-7000-8000-00000000a002', position: 1 }],
})
export type NewRelatedLink = z.output<typeof newRelatedLink>

/**
 * A JSON Merge Patch (RFC 7396) of a link: an absent member stays, null clears it, a value sets it. What it gives
 * must be a link: one target or none, and a title unless it points at an article.
 */
export const relatedLinkPatch = z
  .strictObject({
    kind: fields.kind.nullable().optional().describe('Null makes it `related`.'),
    articleId: fields.articleId.optional().describe('Where the link has a `url`, clear that with null.'),
    url: fields.url.optional().describe('Where the link has an `articleId`, clear that with null.'),
    title: fields.title.optional(),
    excerpt: fields.excerpt.optional(),
    position: position.optional().describe('Moves the link to this place, from 1 to the number of links.'),
  })
  .meta({ id: 'RelatedLinkPatch', examples: [{ position: 1, title: 'How the bridge was closed' }] })
export type RelatedLinkPatch = z.output<typeof relatedLinkPatch>

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
