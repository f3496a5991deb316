import { z } from 'zod'
import { cardMembers, includedMembers } from '../contract/delivered-article.ts'
import { memberNames, noMembers } from '../contract/fields.ts'
import { languages, multiValued, slugsOf } from '../contract/filter.ts'
import { countParameter, cursorParameter, limitParameter } from '../contract/list.ts'
import { isSortable, searchText, toldWithOthers, unsortable } from '../contract/search.ts'
import { idPattern, instantInput } from '../contract/text.ts'

export const publicSorts = ['-publishedAt', 'publishedAt', '-updatedAt', 'title', 'relevance'] as const

/** What decides which articles are in a list. */
const filters = {
  section: slugsOf('sections'),
  tag: slugsOf('tags'),
  author: slugsOf('authors'),
  language: languages,
  ids: multiValued(idPattern, 'ids').describe('Ids of articles.'),
  slug: slugsOf('articles'),
  publishedAfter: instantInput.optional().describe('Published after this instant, which is itself left out.'),
  publishedBefore: instantInput
    .optional()
    .describe('Published before this instant, which is itself left out.'),
  updatedAfter: instantInput
    .optional()
    .describe('Published again after this instant, which is itself left out.'),
  q: searchText.optional(),
}

export const articleListParameters = z
  .strictObject({
    ...filters,
    sort: z
      .enum(publicSorts)
      .optional()
      .describe(
        'What goes first: the newest (`-publishedAt`), the oldest, what was published last, be it again (`-updatedAt`), or titles by the alphabet, without regard to case and accents of Latin letters. `relevance` needs `q` and is then the default.',
      )
      .meta({ examples: ['-publishedAt'] }),
    fields: memberNames([...cardMembers, 'highlights', ...includedMembers])
      .optional()
      .describe(
        'Members of a card, or of what `include` or `q` add, separated by commas: exactly these are answered.',
      )
      .meta({ examples: ['id,title,publishedAt'] }),
    include: memberNames(includedMembers)
      .optional()
      .describe('What is added to each card, separated by commas: `body` (Portable Text), `related`, `ads`.')
      .meta({ examples: ['body,related'] }),
    limit: limitParameter,
    cursor: cursorParameter,
    count: countParameter,
  })
  .refine(isSortable, unsortable)
  .refine((parameters) => notIncluded(parameters).length === 0, {
    path: ['fields'],
    error: ({ input }) =>
      `${noMembers(notIncluded(input as ListParameters))} without \`include\` or \`q\` that adds it`,
    params: { code: 'unknown-field' },
    ...toldWithOthers,
  })

export type ArticleListParameters = z.output<typeof articleListParameters>

interface ListParameters {
  readonly fields?: unknown
  readonly include?: unknown
  readonly q?: unknown
}

/** Fields that a card has only when it is asked for more, which it is not. What is not valid is another fault. */
function notIncluded({ fields, include, q }: ListParameters): string[] {
  const added = [...(Array.isArray(include) ? include : []), ...(q === undefined ? [] : ['highlights'])]
  return ['highlights', ...includedMembers].filter(
    (name) => Array.isArray(fields) && fields.includes(name) && !added.includes(name),
  )
}
