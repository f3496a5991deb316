import { z } from 'zod'
import {
  type ArticleStatus,
  actorReference,
  articleSeo,
  articleSource,
  articleStatuses,
  authorEntry,
  customMembers,
  languageTag,
  scheduleProblems,
  uniqueAuthors,
  uniqueTags,
} from './article.ts'
import { correctionInput } from './article-actions.ts'
import { portableTextBody } from './body-input.ts'
import { changeTypes } from './change.ts'
import { mostLinks, relatedLink } from './related-link.ts'
import { slugInput } from './slug.ts'
import { filledText, id, instantInput, text } from './text.ts'
import { webUrl } from './url.ts'
import { trashableStatuses } from './workflow.ts'

/** What both databases can hold, and count on from. */
export const mostVersion = 2_000_000_000

/** Articles as our own archive has them: each whole, its earlier versions on lines of their own behind it. */

const link = relatedLink
  .extend({ url: webUrl.nullable() })
  .refine(({ articleId, url }) => articleId === null || url === null, 'must have one target')
  .meta({ id: 'ArchivedLink' })

const content = {
  title: filledText(300),
  slug: slugInput,
  subtitle: text({ max: 500 }).nullable().default(null),
  excerpt: text({ max: 2000 }).nullable().default(null),
  language: languageTag,
  sectionId: id.nullable().default(null),
  tagIds: z.array(id).max(100).refine(uniqueTags.check, uniqueTags.message).default([]),
  authors: z.array(authorEntry).max(100).refine(uniqueAuthors.check, uniqueAuthors.message).default([]),
  credit: text({ max: 500 }).nullable().default(null),
  source: articleSource.nullable().default(null),
  externalIds: z.record(text({ min: 1, max: 100 }), text({ min: 1, max: 500 })).default({}),
  seo: articleSeo.default({ title: null, description: null, canonicalUrl: null }),
  embargoUntil: instantInput.nullable().default(null),
  flags: z
    .strictObject({ adsAllowed: z.boolean().default(true), sensitive: z.boolean().default(false) })
    .default({ adsAllowed: true, sensitive: false }),
  custom: customMembers.default({}),
  body: portableTextBody,
  related: z
    .array(link)
    .max(mostLinks)
    .refine(
      (links) => links.every(({ position }, index) => position === index + 1),
      'must be in the order of their positions, from 1',
    )
    .default([]),
}

const snapshot = z.strictObject(content).meta({ id: 'ArchivedContent' })
export type ArchivedContent = z.output<typeof snapshot>

const articleChanges = changeTypes.filter((type) => type.startsWith('article.'))
const instantOrNull = instantInput.nullable().default(null)
const version = z.int().min(1).max(mostVersion)

const revisionState = {
  createdAt: instantInput,
  createdBy: actorReference,
  type: z.enum(articleChanges as [(typeof articleChanges)[number]]).describe('What made the version.'),
  pinned: z.boolean().default(false),
}

const publicSlugs = z
  .array(z.strictObject({ slug: slugInput, since: instantInput }))
  .describe('Every slug that it ever had in public.')
const oldPaths = z
  .array(z.string().regex(/^\//).max(2048))
  .describe('Paths that lead to it beside those of its slugs.')
const gone = z.strictObject({
  reason: z.enum(['unpublished', 'killed']),
  publicReason: z.string().nullable(),
  at: instantInput,
})

/** An article as it is. */
export const archivedArticle = z
  .strictObject({
    type: z.literal('article'),
    id,
    status: z.enum(articleStatuses),
    version,
    publishedVersion: version.nullable().default(null),
    ...content,
    firstPublishedAt: instantOrNull,
    publishedAt: instantOrNull,
    scheduledAt: instantOrNull,
    unpublishAt: instantOrNull,
    scheduledFrom: z.enum(articleStatuses).nullable().default(null),
    scheduledBy: actorReference.nullable().default(null),
    scheduleProblem: z.enum(scheduleProblems).nullable().default(null),
    corrections: z.array(correctionInput.extend({ at: instantInput })).default([]),
    trashedAt: instantOrNull,
    createdAt: instantInput,
    updatedAt: instantInput,
    createdBy: actorReference,
    updatedBy: actorReference,
    public: z
      .strictObject({
        updatedAt: instantInput,
        content: snapshot.optional().describe('Absent where it is the working copy.'),
      })
      .nullable()
      .default(null)
      .describe('What the public sees.'),
    slugs: publicSlugs.default([]),
    oldPaths: oldPaths.default([]),
    gone: gone.nullable().default(null).describe('Set where it was public and is no longer.'),
    adPause: z
      .strictObject({ pausedAt: instantInput, pausedBy: actorReference })
      .nullable()
      .default(null)
      .describe('Set while all its ads are paused.'),
    importedFrom: z
      .array(
        z.strictObject({
          system: text({ min: 1, max: 100 }),
          externalId: text({ min: 1, max: 500 }),
          sourceHash: z.string().regex(/^[0-9a-f]{64}$/),
          placementIds: z.array(id).default([]),
          importedAt: instantInput,
          edition: text({ min: 1, max: 100 })
            .nullable()
            .default(null)
            .describe('The version of it: a number, or when it was changed there last.'),
        }),
      )
      .default([])
      .describe('Where it was imported from, so that importing it from there again finds it.'),
    revision: z
      .strictObject(revisionState)
      .optional()
      .describe('The current version as a revision; its content is that of the article.'),
    revisions: z
      .array(z.strictObject({ version, ...revisionState, snapshot }))
      .refine(
        (revisions) => new Set(revisions.map(({ version: each }) => each)).size === revisions.length,
        'must not have a version twice',
      )
      .default([])
      .describe('Earlier versions, where they have no lines of their own.'),
  })
  .superRefine((article, context) => {
    const fault = stateFaultOf(article)
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
  })
  .meta({ id: 'ArchivedArticle' })
export type ArchivedArticle = z.output<typeof archivedArticle>

interface State {
  readonly status: ArticleStatus
  readonly version: number
  readonly publishedVersion: number | null
  readonly firstPublishedAt: string | null
  readonly publishedAt: string | null
  readonly scheduledAt: string | null
  readonly trashedAt: string | null
  readonly public: object | null
  readonly gone: object | null
}

/** What cannot be: no article gets into such a state here, and none of it would be mended later. */
function stateFaultOf(article: State): string | undefined {
  const { status, version: newest, publishedVersion, scheduledAt, trashedAt } = article
  const isPublished = status === 'published'
  if (isPublished !== (article.public !== null) || isPublished !== (publishedVersion !== null))
    return 'must have `public` and `publishedVersion` if, and only if, its status is `published`'
  if (publishedVersion !== null && publishedVersion > newest)
    return 'must not have published a version that is not there yet'
  if (isPublished && (article.publishedAt === null || article.firstPublishedAt === null))
    return 'must have `publishedAt` and `firstPublishedAt` where it is published'
  if (isPublished && article.gone !== null) return 'must not be both published and gone'
  if (status === 'scheduled' && scheduledAt === null) return 'must have `scheduledAt` where it is scheduled'
  if (scheduledAt !== null && status !== 'scheduled' && !isPublished)
    return 'must have `scheduledAt` only where it is scheduled or published'
  if (trashedAt !== null && !trashableStatuses.includes(status))
    return `must not be in the trash where it is ${status}`
  return undefined
}

/** An earlier version of an article. */
export const archivedRevision = z
  .strictObject({
    type: z.literal('revision'),
    articleId: id,
    version,
    createdAt: revisionState.createdAt,
    createdBy: revisionState.createdBy,
    changeType: revisionState.type,
    pinned: revisionState.pinned,
    snapshot,
  })
  .meta({ id: 'ArchivedRevision' })
export type ArchivedRevision = z.output<typeof archivedRevision>

/** What is left of an article that was public and was deleted for good: its addresses. */
export const archivedTrace = z
  .strictObject({
    type: z.literal('deleted-article'),
    id,
    slugs: publicSlugs,
    oldPaths,
    gone: gone.nullable(),
  })
  .meta({ id: 'ArchivedTrace' })
export type ArchivedTrace = z.output<typeof archivedTrace>
