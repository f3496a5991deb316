import { z } from 'zod'
import { deliveredSlot } from './ad.ts'
import { exampleArticle, exampleCard, exampleRelatedLink, exampleSlot } from './examples.ts'
import { body } from './portable-text.ts'
import { relatedKinds } from './related-link.ts'
import { highlight } from './search.ts'
import { authorReference, termReference } from './taxonomy.ts'
import { instant } from './text.ts'

/** What the public sees of an article. A member that is not named here never leaves. */

const cardShape = {
  id: z.string(),
  type: z.literal('article'),
  slug: z.string(),
  url: z.string().nullable().describe('Absolute; null when the operator has set no `PUBLIC_URL`.'),
  title: z.string(),
  subtitle: z.string().nullable(),
  excerpt: z.string(),
  language: z.string().describe('BCP 47.'),
  section: termReference.nullable(),
  tags: z.array(termReference),
  authors: z.array(authorReference),
  credit: z.string().nullable(),
  source: z
    .strictObject({
      attribution: z.string().nullable(),
      name: z.string().nullable(),
      url: z.string().nullable(),
    })
    .nullable(),
  heroImage: z.null().describe('Reserved.'),
  publishedAt: instant,
  firstPublishedAt: instant.describe('Never moves.'),
  updatedAt: instant.describe('The last publish.'),
  version: z.int().min(1),
  wordCount: z.int().min(0).describe('Words of paragraphs, headings, lists and quotes.'),
  readingTimeMinutes: z.int().min(0),
}

export const card = z
  .strictObject(cardShape)
  .meta({ id: 'ArticleCard', description: 'An article in a list.', examples: [exampleCard as never] })
export type Card = z.infer<typeof card>
export const cardMembers = Object.keys(cardShape) as (keyof Card)[]

export const deliveredRelatedLink = z
  .strictObject({
    id: z.string(),
    kind: z.enum(relatedKinds),
    position: z.int().min(1),
    title: z.string(),
    excerpt: z.string().nullable(),
    url: z.string().nullable(),
    article: card.nullable().describe('Set when the link points at a published article.'),
  })
  .meta({ id: 'DeliveredRelatedLink', examples: [exampleRelatedLink as never] })
export type DeliveredRelatedLink = z.infer<typeof deliveredRelatedLink>

export const bodyFormats = ['portable-text', 'html', 'markdown', 'text', 'none'] as const
export type BodyFormat = (typeof bodyFormats)[number]

export const deliveredArticle = z
  .strictObject({
    ...cardShape,
    body: z
      .union([body, z.string()])
      .optional()
      .describe('Portable Text, or a string when another format was asked for; absent with `body=none`.'),
    seo: z.strictObject({
      title: z.string().nullable(),
      description: z.string().nullable(),
      canonicalUrl: z.string().nullable(),
    }),
    custom: z.record(z.string(), z.unknown()),
    corrections: z.array(z.strictObject({ at: instant, text: z.string() })),
    related: z.array(deliveredRelatedLink),
    ads: z.array(deliveredSlot),
  })
  .meta({ id: 'Article', examples: [exampleArticle as never] })
export type DeliveredArticle = z.infer<typeof deliveredArticle>

/** What a list adds to its cards when it is asked to. */
export const includedMembers = ['body', 'related', 'ads'] as const
export type IncludedMember = (typeof includedMembers)[number]

const listedShape = {
  ...cardShape,
  highlights: z.array(highlight).optional().describe('With `q` alone; of fields that have what it names.'),
  body: body.optional().describe('Portable Text; with `include=body` alone.'),
  related: z.array(deliveredRelatedLink).optional().describe('With `include=related` alone.'),
  ads: z.array(deliveredSlot).optional().describe('With `include=ads` alone.'),
}

/** A card of a list, with what was asked for beside it. */
export const listedCard = z.strictObject(listedShape).meta({
  id: 'ListedCard',
  description: 'An article in a list, with what `include` and `q` add to it.',
  examples: [exampleCard as never],
})
export type ListedCard = z.infer<typeof listedCard>

/** Some members of a card of a list. */
export const listedFields = z
  .strictObject(listedShape)
  .partial()
  .meta({
    id: 'CardFields',
    description: 'The members of an article in a list that `fields` names, and no others.',
    examples: [{ id: exampleCard.id, title: exampleCard.title, ads: [exampleSlot] } as never],
  })

export const articleMembers = Object.keys(deliveredArticle.shape) as (keyof DeliveredArticle)[]

/** Some members of a published article. */
export const articleFields = z
  .strictObject(deliveredArticle.shape)
  .partial()
  .meta({
    id: 'ArticleFields',
    description: 'The members of an article that `fields` names, and no others.',
    examples: [{ id: exampleCard.id, title: exampleCard.title } as never],
  })
