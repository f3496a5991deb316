import { z } from 'zod'
import {
  actorReference,
  articleInput,
  articleSeo,
  articleSource,
  articleStatuses,
  authorEntry,
  correction,
  customMembers,
  languageTag,
  scheduleProblems,
} from './article.ts'
import { portableTextBody } from './body-input.ts'
import { changeTypes } from './change.ts'
import { relatedKinds, relatedLink } from './related-link.ts'
import { slugInput } from './slug.ts'
import { nameInput } from './taxonomy.ts'
import { filledText, id, instantInput, text } from './text.ts'
import { webUrl } from './url.ts'

/**
 * Our own archive format: NDJSON, one of these a line. A line with an `id` is restored exactly, ids, versions, states and
 * times included; an article without one is what an editor would write. Terms stand before the articles that name them.
 */

/** The first line, which says what follows. */
const header = z.strictObject({
  type: z.literal('copydesk'),
  version: z.literal(1),
  exportedAt: instantInput.optional(),
})

const term = z.strictObject({
  type: z.enum(['section', 'tag', 'author']),
  id,
  slug: slugInput,
  name: nameInput,
  version: z.int().min(1).default(1),
  createdAt: instantInput,
  updatedAt: instantInput,
})
export type TermLine = z.output<typeof term>

const content = {
  title: filledText(300),
  slug: slugInput,
  subtitle: text({ max: 500 }).nullable().default(null),
  excerpt: text({ max: 2000 }).nullable().default(null),
  language: languageTag,
  sectionId: id.nullable().default(null),
  tagIds: z.array(id).max(100).default([]),
  authors: z.array(authorEntry).max(100).default([]),
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
  related: z.array(relatedLink).max(200).default([]),
}

const snapshot = z.strictObject(content)
export type SnapshotLine = z.output<typeof snapshot>

const articleChanges = changeTypes.filter((type) => type.startsWith('article.'))
const instantOrNull = instantInput.nullable().default(null)

const exactArticle = z.strictObject({
  type: z.literal('article'),
  id,
  status: z.enum(articleStatuses),
  version: z.int().min(1),
  publishedVersion: z.int().min(1).nullable().default(null),
  ...content,
  firstPublishedAt: instantOrNull,
  publishedAt: instantOrNull,
  scheduledAt: instantOrNull,
  unpublishAt: instantOrNull,
  scheduledFrom: z.enum(articleStatuses).nullable().default(null),
  scheduledBy: actorReference.nullable().default(null),
  scheduleProblem: z.enum(scheduleProblems).nullable().default(null),
  corrections: z.array(correction).default([]),
  trashedAt: instantOrNull,
  createdAt: instantInput,
  updatedAt: instantInput,
  createdBy: actorReference,
  updatedBy: actorReference,
  /** What the public sees; `content` is absent where that is the working copy. */
  public: z.strictObject({ updatedAt: instantInput, content: snapshot.optional() }).nullable().default(null),
  /** Every slug that it ever had in public. */
  slugs: z.array(z.strictObject({ slug: slugInput, since: instantInput })).default([]),
  /** Paths that lead to it beside those of its slugs. */
  oldPaths: z.array(z.string().regex(/^\//).max(2048)).default([]),
  /** Set where it was public and is no longer. */
  gone: z
    .strictObject({
      reason: z.enum(['unpublished', 'killed']),
      publicReason: z.string().nullable(),
      at: instantInput,
    })
    .nullable()
    .default(null),
  /** Earlier versions, as far as they are known. */
  revisions: z
    .array(
      z.strictObject({
        version: z.int().min(1),
        createdAt: instantInput,
        createdBy: actorReference,
        type: z.enum(articleChanges as [(typeof articleChanges)[number]]),
        pinned: z.boolean().default(false),
        snapshot,
      }),
    )
    .default([]),
})
export type ExactArticleLine = z.output<typeof exactArticle>

const namedTerm = z.union([nameInput, z.strictObject({ name: nameInput, slug: slugInput.optional() })])
const { sectionId: _section, tagIds: _tags, authors: _authors, ...written } = articleInput.shape

/** An article as an editor writes it, with sections, tags and authors by name and with its links. */
const writtenArticle = z.strictObject({
  type: z.literal('article'),
  ...written,
  status: z.enum(['draft', 'published']).default('draft').describe('Published only where that is asked for.'),
  publishedAt: instantInput.optional(),
  createdAt: instantInput.optional(),
  section: namedTerm.optional(),
  tags: z.array(namedTerm).max(100).default([]),
  authors: z.array(namedTerm).max(100).default([]),
  related: z
    .array(
      z.strictObject({
        kind: z.enum(relatedKinds).optional(),
        title: text({ min: 1, max: 300 }),
        url: webUrl.nullable().default(null),
        excerpt: text({ max: 2000 }).nullable().default(null),
      }),
    )
    .max(200)
    .default([]),
  oldPaths: z.array(z.string().regex(/^\//).max(2048)).default([]),
})
export type WrittenArticleLine = z.output<typeof writtenArticle>

/** Which of the lines a value is meant to be; undefined for none. */
export function lineSchemaOf(value: unknown) {
  const { type, id: given } = (typeof value === 'object' && value !== null ? value : {}) as {
    type?: unknown
    id?: unknown
  }
  if (type === 'copydesk') return header
  if (type === 'section' || type === 'tag' || type === 'author') return term
  if (type !== 'article') return undefined
  return given === undefined ? writtenArticle : exactArticle
}

export type RestoredLine = TermLine | ExactArticleLine
