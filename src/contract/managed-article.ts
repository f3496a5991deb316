import { z } from 'zod'
import { actorReference, articleStatuses, correction, scheduleProblems } from './article.ts'
import { exampleListed, exampleManagedArticle, exampleSummary } from './examples.ts'
import { body } from './portable-text.ts'
import { highlight } from './search.ts'
import { id, instant } from './text.ts'

/** What editors read of an article: what they wrote, and the state that it is in. */

export const articleActions = [
  'submit',
  'approve',
  'reject',
  'publish',
  'unschedule',
  'unpublish',
  'kill',
  'revive',
  'restore',
  'duplicate',
] as const
export type ArticleAction = (typeof articleActions)[number]

const summaryShape = {
  id,
  type: z.literal('article'),
  status: z.enum(articleStatuses),
  version: z.int().min(1),
  publishedVersion: z.int().min(1).nullable(),
  hasUnpublishedChanges: z.boolean(),
  title: z.string(),
  slug: z.string(),
  subtitle: z.string().nullable(),
  excerpt: z.string().nullable(),
  language: z.string(),
  sectionId: z.string().nullable(),
  tagIds: z.array(z.string()),
  authors: z.array(z.strictObject({ authorId: z.string(), role: z.string().nullable() })),
  credit: z.string().nullable(),
  source: z
    .strictObject({
      attribution: z.string().nullable(),
      name: z.string().nullable(),
      url: z.string().nullable(),
    })
    .nullable(),
  externalIds: z.record(z.string(), z.string()),
  seo: z.strictObject({
    title: z.string().nullable(),
    description: z.string().nullable(),
    canonicalUrl: z.string().nullable(),
  }),
  embargoUntil: instant.nullable(),
  flags: z.strictObject({ adsAllowed: z.boolean(), sensitive: z.boolean() }),
  custom: z.record(z.string(), z.unknown()),
  firstPublishedAt: instant.nullable(),
  publishedAt: instant.nullable(),
  scheduledAt: instant.nullable(),
  unpublishAt: instant.nullable(),
  scheduleProblem: z
    .enum(scheduleProblems)
    .nullable()
    .describe('Why a schedule that fell due was not carried out.'),
  corrections: z.array(correction),
  trashedAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
  createdBy: actorReference,
  updatedBy: actorReference,
  allowedActions: z
    .array(z.enum(articleActions))
    .describe('What the state and the permissions of the token both allow.'),
}

/** An article in the editors' list: everything but the body. */
export const articleSummary = z
  .strictObject(summaryShape)
  .meta({ id: 'ArticleSummary', examples: [exampleSummary as never] })
export type ArticleSummary = z.infer<typeof articleSummary>

/** An article in the editors' list, with what was found in it. */
export const listedArticle = z
  .strictObject({
    ...summaryShape,
    highlights: z.array(highlight).optional().describe('With `q` alone; of fields that have what it names.'),
  })
  .meta({ id: 'ListedArticle', examples: [exampleListed as never] })
export type ListedArticle = z.infer<typeof listedArticle>

/** An article as editors read it: the working copy. */
export const managedArticle = z
  .strictObject({ ...summaryShape, body })
  .meta({ id: 'ManagedArticle', examples: [exampleManagedArticle as never] })
export type ManagedArticle = z.infer<typeof managedArticle>
