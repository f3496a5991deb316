import { z } from 'zod'
import { bodyFormats } from '../contract/delivered-article.ts'
import { languages, multiValued, slugsOf } from '../contract/filter.ts'
import { countParameter, cursorParameter, limitParameter } from '../contract/list.ts'
import { idPattern } from '../contract/text.ts'

export const articleListParameters = z.strictObject({
  section: slugsOf('sections'),
  tag: slugsOf('tags'),
  author: slugsOf('authors'),
  language: languages,
  slug: slugsOf('articles'),
  ids: multiValued(idPattern, 'ids').describe('Ids of articles.'),
  limit: limitParameter,
  cursor: cursorParameter,
  count: countParameter,
})
export type ArticleListParameters = z.output<typeof articleListParameters>

export const articleParameters = z.strictObject({
  body: z
    .enum(bodyFormats)
    .default('portable-text')
    .describe('The format of the body.')
    .meta({ examples: ['portable-text'] }),
})

export const termListParameters = z.strictObject({
  limit: limitParameter,
  cursor: cursorParameter,
  count: countParameter,
})

export const noParameters = z.strictObject({})

/** An id or a slug; what is neither is simply not found. */
export const idOrSlugPath = z.strictObject({
  idOrSlug: z
    .string()
    .min(1)
    .describe('The id, or the slug.')
    .meta({ examples: ['anthony-blinken-the-return-and-israel'] }),
})
