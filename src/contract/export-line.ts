import { z } from 'zod'
import { articleInput } from './article.ts'
import { archivedArticle, archivedRevision, archivedTrace } from './export-article.ts'
import { archivedRecords } from './export-records.ts'
import { relatedKinds } from './related-link.ts'
import { slugInput } from './slug.ts'
import { nameInput } from './taxonomy.ts'
import { instantInput, text } from './text.ts'
import { webUrl } from './url.ts'

/**
 * Our own archive format: NDJSON, one of these a line. A line with an `id` is restored exactly, ids, versions, states and
 * times included; an article without one is what an editor would write. What a line names stands before it.
 */

export const archiveVersion = 1

/** The first line, which says what follows. */
const header = z
  .strictObject({
    type: z.literal('copydesk'),
    version: z.literal(archiveVersion),
    exportedAt: instantInput.optional(),
    hasEnd: z
      .boolean()
      .default(false)
      .describe('True where the last line has the type `end`: without it the archive was cut off.'),
  })
  .meta({ id: 'ArchiveHeader' })

/** The last line. */
const end = z
  .strictObject({
    type: z.literal('end'),
    counts: z.record(z.string(), z.int().min(0)).describe('How many lines of each type there are.'),
  })
  .meta({ id: 'ArchiveEnd' })

const namedTerm = z.union([nameInput, z.strictObject({ name: nameInput, slug: slugInput.optional() })])
const { sectionId: _section, tagIds: _tags, authors: _authors, ...written } = articleInput.shape

/** An article as an editor writes it, with sections, tags and authors by name and with its links. */
const writtenArticle = z
  .strictObject({
    type: z.literal('article'),
    ...written,
    status: z
      .enum(['draft', 'published'])
      .default('draft')
      .describe('Published only where that is asked for.'),
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
  .meta({ id: 'WrittenArticle' })
export type WrittenArticleLine = z.output<typeof writtenArticle>

const recordsByType = {
  ...archivedRecords,
  revision: archivedRevision,
  'deleted-article': archivedTrace,
} as const

/** Every kind of line. */
export const archiveLine = z.union([
  header,
  ...Object.values(archivedRecords),
  archivedArticle,
  writtenArticle,
  archivedRevision,
  archivedTrace,
  end,
])

/** The types of lines that are restored exactly. */
export const archivedTypes = [...Object.keys(recordsByType), 'article']

/** Which of the lines a value is meant to be; undefined for none. */
export function lineSchemaOf(value: unknown) {
  const { type, id: given } = (typeof value === 'object' && value !== null ? value : {}) as {
    type?: unknown
    id?: unknown
  }
  if (type === 'copydesk') return header
  if (type === 'end') return end
  if (type === 'article') return given === undefined ? writtenArticle : archivedArticle
  return typeof type === 'string' && Object.hasOwn(recordsByType, type)
    ? recordsByType[type as keyof typeof recordsByType]
    : undefined
}

/** A line that is restored exactly. */
export type RestoredLine =
  | z.output<typeof archivedArticle>
  | z.output<(typeof recordsByType)[keyof typeof recordsByType]>
