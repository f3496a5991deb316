import { z } from 'zod'
import { bodyFormats } from '../contract/delivered-article.ts'
import { cursorParameter, limitParameter } from '../contract/list.ts'
import { idPattern } from '../contract/text.ts'

const maxValues = 100

/**
 * A filter of several values: `a,b` is any of them, the parameter repeated is all of them. Gives the groups of
 * any-of values, each sorted, so that equal filters are equal.
 */
function multiValued(value: RegExp, what: string) {
  return z
    .union([z.string(), z.array(z.string()).max(20)])
    .transform((given) => [given].flat().map((group) => [...new Set(group.split(','))].sort()))
    .refine((groups) => groups.flat().length <= maxValues, `must have at most ${maxValues} values`)
    .refine(
      (groups) => groups.flat().every((item) => value.test(item)),
      `must be ${what}, separated by commas`,
    )
    .optional()
    .meta({ type: 'array', items: { type: 'string' }, anyOf: undefined })
}

const slugPattern = /^[\p{L}\p{M}\p{N}]+(-[\p{L}\p{M}\p{N}]+)*$/u
const slugs = (what: string) =>
  multiValued(slugPattern, 'slugs').describe(`Slugs of ${what}: comma for any of, repeated for all of.`)

export const articleListParameters = z.strictObject({
  section: slugs('sections'),
  tag: slugs('tags'),
  author: slugs('authors'),
  language: multiValued(/^[A-Za-z0-9-]{2,35}$/, 'language tags').describe(
    'Languages (BCP 47), exactly as delivered.',
  ),
  slug: slugs('articles'),
  ids: multiValued(idPattern, 'ids').describe('Ids of articles.'),
  limit: limitParameter,
  cursor: cursorParameter,
})
export type ArticleListParameters = z.output<typeof articleListParameters>

export const articleParameters = z.strictObject({
  body: z
    .enum(bodyFormats)
    .default('portable-text')
    .describe('The format of the body.')
    .meta({ examples: ['portable-text'] }),
})

export const termListParameters = z.strictObject({ limit: limitParameter, cursor: cursorParameter })

export const noParameters = z.strictObject({})

/** An id or a slug; what is neither is simply not found. */
export const idOrSlugPath = z.strictObject({
  idOrSlug: z
    .string()
    .min(1)
    .describe('The id, or the slug.')
    .meta({ examples: ['anthony-blinken-the-return-and-israel'] }),
})
