import { z } from 'zod'
import { sentBody } from './body-input.ts'
import type { body, UnkeyedBlock } from './portable-text.ts'
import type { RelatedLink } from './related-link.ts'
import { slugInput } from './slug.ts'
import { filledText, id, instant, instantInput, text } from './text.ts'
import { webUrl } from './url.ts'

export const articleStatuses = [
  'draft',
  'in-review',
  'approved',
  'scheduled',
  'published',
  'unpublished',
  'killed',
] as const
export type ArticleStatus = (typeof articleStatuses)[number]

export type GoneReason = 'unpublished' | 'killed'

/** A language tag (BCP 47) in its canonical form. */
export const languageTag = z
  .string()
  .max(35)
  .refine(isLanguageTag, {
    error: 'must be a language tag (BCP 47), such as en or fr-CA',
    params: { code: 'invalid-language' },
  })
  .overwrite((value) => (isLanguageTag(value) ? (Intl.getCanonicalLocales(value)[0] ?? value) : value))
  .meta({ examples: ['en'] })

function isLanguageTag(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1
  } catch {
    return false
  }
}

export const articleSource = z
  .strictObject({
    attribution: text({ max: 500 }).nullable().default(null).describe('The words before the name.'),
    name: text({ max: 300 }).nullable().default(null),
    url: webUrl.nullable().default(null),
  })
  .meta({ id: 'ArticleSource', description: 'Where the article was first published, if elsewhere.' })
export type ArticleSource = z.output<typeof articleSource>

export const articleSeo = z
  .strictObject({
    title: text({ max: 300 }).nullable().default(null),
    description: text({ max: 1000 }).nullable().default(null),
    canonicalUrl: webUrl.nullable().default(null),
  })
  .meta({ id: 'ArticleSeo', description: 'What search engines are told instead of title and excerpt.' })
export type ArticleSeo = z.output<typeof articleSeo>
export const emptySeo: ArticleSeo = { title: null, description: null, canonicalUrl: null }

/** What was wrong in an earlier version, as readers are told. */
export const correction = z.strictObject({ at: instant, text: z.string() }).meta({
  id: 'Correction',
  examples: [{ at: '2024-01-09T09:30:00.000Z', text: 'An earlier version named the wrong bridge.' }],
})
export type Correction = z.infer<typeof correction>

/** Why a schedule that fell due was not carried out; it waits for an editor then. */
export const scheduleProblems = ['embargoed'] as const
export type ScheduleProblem = (typeof scheduleProblems)[number]

const maxCustomBytes = 32 * 1024

/** JSON with every string and member name in NFC. */
function normalised(value: unknown): unknown {
  if (typeof value === 'string') return value.normalize('NFC')
  if (Array.isArray(value)) return value.map(normalised)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.normalize('NFC'), normalised(member)]),
  )
}

const jsonObject = z
  .record(z.string(), z.unknown())
  .overwrite((value) => normalised(value) as Record<string, unknown>)

/** Any JSON object of at most 32 KiB; public. */
export const customMembers = jsonObject
  .refine((value) => new TextEncoder().encode(JSON.stringify(value)).length <= maxCustomBytes, {
    error: 'must have at most 32 KiB as JSON',
    params: { code: 'too-long' },
  })
  .meta({ description: 'Any JSON object of at most 32 KiB. It is public.', examples: [{ liveBlog: true }] })

/** An author of an article and what they did for it. */
export const authorEntry = z
  .strictObject({ authorId: id, role: text({ max: 100 }).nullable().default(null) })
  .meta({ id: 'ArticleAuthor' })

const unique = <T>(key: (item: T) => string, what: string) => ({
  check: (items: T[]) => new Set(items.map(key)).size === items.length,
  message: { error: `must not name ${what} twice`, params: { code: 'duplicate' } },
})
export const uniqueTags = unique<string>((tag) => tag, 'a tag')
export const uniqueAuthors = unique<z.output<typeof authorEntry>>((author) => author.authorId, 'an author')

const fields = {
  title: filledText(300).meta({ examples: ['Anthony Blinken the return and Israel'] }),
  slug: slugInput,
  subtitle: text({ max: 500 }).nullable(),
  excerpt: text({ max: 2000 }).nullable().describe('Derived from the body when null.'),
  language: languageTag,
  body: sentBody,
  sectionId: id.nullable(),
  tagIds: z.array(id).max(100).refine(uniqueTags.check, uniqueTags.message),
  authors: z.array(authorEntry).max(100).refine(uniqueAuthors.check, uniqueAuthors.message),
  credit: text({ max: 500 }).nullable().describe('A line of credit, such as an agency.'),
  source: articleSource.nullable(),
  externalIds: z
    .record(text({ min: 1, max: 100 }), text({ min: 1, max: 500 }))
    .refine((ids) => Object.keys(ids).length <= 50, {
      error: 'must have at most 50 members',
      params: { code: 'too-long' },
    })
    .describe('Ids in other systems, by system.')
    .meta({ examples: [{ wire: 'urn:newsml:afp.example:20240109:1' }] }),
  seo: articleSeo,
  embargoUntil: instantInput.nullable().describe('Nothing is published before.'),
  flags: z
    .strictObject({ adsAllowed: z.boolean().default(true), sensitive: z.boolean().default(false) })
    .describe('Not public.'),
  custom: customMembers,
}

/** What an editor sends to make an article; only the title is required. */
export const articleInput = z
  .strictObject({
    title: fields.title,
    slug: fields.slug.optional().describe('Derived from the title when absent.'),
    subtitle: fields.subtitle.optional(),
    excerpt: fields.excerpt.optional(),
    language: fields.language.optional(),
    body: fields.body.optional(),
    sectionId: fields.sectionId.optional(),
    tagIds: fields.tagIds.optional(),
    authors: fields.authors.optional(),
    credit: fields.credit.optional(),
    source: fields.source.optional(),
    externalIds: fields.externalIds.optional(),
    seo: fields.seo.optional(),
    embargoUntil: fields.embargoUntil.optional(),
    flags: fields.flags.optional(),
    custom: fields.custom.optional(),
  })
  .meta({
    id: 'NewArticle',
    examples: [
      {
        title: 'Harbour bridge reopens',
        body: [
          {
            _type: 'block',
            style: 'normal',
            children: [{ _type: 'span', text: 'Traffic is moving again.' }],
          },
        ],
      },
      {
        title: 'Harbour bridge reopens',
        body: { format: 'markdown', content: '## Open again\n\nTraffic is **moving**.' },
      },
    ],
  })
/** A new article as it was sent and checked; its body may be in any of the formats. */
export type SentArticle = z.output<typeof articleInput>
/** A new article whose body, if any, is in Portable Text: what the editorial functions take. */
export type ArticleInput = WithBlocks<SentArticle>

/** The same input with its body in Portable Text. */
export type WithBlocks<Input extends { body?: unknown }> = Omit<Input, 'body'> & {
  body?: UnkeyedBlock[] | Extract<Input['body'], null> | undefined
}

const seoPatch = z.strictObject({
  title: articleSeo.shape.title.unwrap().optional(),
  description: articleSeo.shape.description.unwrap().optional(),
  canonicalUrl: articleSeo.shape.canonicalUrl.unwrap().optional(),
})
const sourcePatch = z.strictObject({
  attribution: articleSource.shape.attribution.unwrap().optional(),
  name: articleSource.shape.name.unwrap().optional(),
  url: articleSource.shape.url.unwrap().optional(),
})

/**
 * A JSON Merge Patch (RFC 7396) of an article: an absent member stays, null clears it to its default, a value
 * sets it. Objects are merged member by member, arrays are replaced whole.
 */
export const articlePatch = z
  .strictObject({
    title: fields.title.optional(),
    slug: fields.slug.nullable().optional().describe('Null derives it from the title again.'),
    subtitle: fields.subtitle.optional(),
    excerpt: fields.excerpt.optional(),
    language: fields.language.nullable().optional(),
    body: fields.body.nullable().optional(),
    sectionId: fields.sectionId.optional(),
    tagIds: fields.tagIds.nullable().optional(),
    authors: fields.authors.nullable().optional(),
    credit: fields.credit.optional(),
    source: sourcePatch.nullable().optional(),
    externalIds: z
      .record(text({ min: 1, max: 100 }), text({ min: 1, max: 500 }).nullable())
      .nullable()
      .optional(),
    seo: seoPatch.nullable().optional(),
    embargoUntil: fields.embargoUntil.optional(),
    flags: z
      .strictObject({
        adsAllowed: z.boolean().nullable().optional(),
        sensitive: z.boolean().nullable().optional(),
      })
      .nullable()
      .optional(),
    custom: jsonObject.nullable().optional(),
  })
  .meta({ id: 'ArticlePatch', examples: [{ title: 'Harbour bridge reopens early', subtitle: null }] })
/** A patch as it was sent and checked; its body may be in any of the formats. */
export type SentPatch = z.output<typeof articlePatch>
/** A patch whose body, if any, is in Portable Text. */
export type ArticlePatch = WithBlocks<SentPatch>

/** Who did something, as it is kept with what they did. */
export const actorReference = z
  .strictObject({ tokenId: z.string().nullable(), name: z.string(), role: z.string().nullable() })
  .meta({ id: 'Actor' })
export type ActorReference = z.infer<typeof actorReference>

/** What an editor wrote: the part of an article that is compared, kept in revisions and published. */
export interface ArticleContent {
  readonly title: string
  readonly slug: string
  readonly subtitle: string | null
  readonly excerpt: string | null
  readonly language: string
  readonly sectionId: string | null
  readonly tagIds: readonly string[]
  readonly authors: readonly { readonly authorId: string; readonly role: string | null }[]
  readonly credit: string | null
  readonly source: ArticleSource | null
  readonly externalIds: Readonly<Record<string, string>>
  readonly seo: ArticleSeo
  readonly embargoUntil: string | null
  readonly flags: { readonly adsAllowed: boolean; readonly sensitive: boolean }
  readonly custom: Readonly<Record<string, unknown>>
  readonly body: z.output<typeof body>
}

/** One version of an article, whole. */
export interface ArticleSnapshot extends ArticleContent {
  readonly related: readonly RelatedLink[]
}
