import { z } from 'zod'
import { articleMembers, bodyFormats } from '../contract/delivered-article.ts'
import { memberNames, noMembers } from '../contract/fields.ts'
import { flag } from '../contract/filter.ts'
import { countParameter, cursorParameter, limitParameter } from '../contract/list.ts'

export const articleParameters = z.strictObject({
  body: z
    .enum(bodyFormats)
    .default('portable-text')
    .describe('The format of the body.')
    .meta({ examples: ['portable-text'] }),
})

export const wholeArticleParameters = articleParameters
  .extend({
    fields: memberNames(articleMembers)
      .optional()
      .describe('Members of the article, separated by commas: exactly these are answered.')
      .meta({ examples: ['id,title,body'] }),
  })
  .refine(({ body, fields }) => body !== 'none' || !fields?.includes('body'), {
    path: ['fields'],
    error: `${noMembers(['body'])} with \`body=none\``,
    params: { code: 'unknown-field' },
    // Told together with other faults.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })

export type WholeArticleParameters = z.output<typeof wholeArticleParameters>

export const termListParameters = z.strictObject({
  limit: limitParameter,
  cursor: cursorParameter,
  count: countParameter,
})

export const articleAdsParameters = z.strictObject({
  explain: flag.optional().describe('`true` tells of every candidate why it is shown or is not.'),
})

export const noParameters = z.strictObject({})

/** What somebody of the site has called a slot or a collection; what no key is like is simply not found. */
export function keyPath(of: string, example: string) {
  const key = z
    .string()
    .min(1)
    .overwrite((value) => value.normalize('NFC'))
    .describe(`The key of the ${of}.`)
    .meta({ examples: [example] })
  return z.strictObject({ key })
}

/** An id or a slug; what is neither is simply not found. */
export const idOrSlugPath = z.strictObject({
  idOrSlug: z
    .string()
    .min(1)
    .describe('The id, or the slug.')
    .meta({ examples: ['anthony-blinken-the-return-and-israel'] }),
})
