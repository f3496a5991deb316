import { z } from 'zod'
import { countCharacters } from './text.ts'

const maxCharacters = 200
const maxTerms = 20

/** What somebody types to search; `search/query.ts` reads it. */
export const searchText = z
  .string()
  .overwrite((value) => value.normalize('NFC'))
  .refine((value) => countCharacters(value) <= maxCharacters, {
    error: `must have at most ${maxCharacters} characters`,
    params: { code: 'too-long' },
  })
  .refine((value) => (value.match(/\S+/gu) ?? []).length <= maxTerms, {
    error: `must have at most ${maxTerms} words`,
    params: { code: 'too-many' },
  })
  .describe(
    'Full text: all words must be there, the last one at least by its beginning; `"words in quotes"` in this order; `-word` must not be there. Case, accents and width do not matter. Where there is nothing to search for in it, nothing is found.',
  )
  .meta({ maxLength: maxCharacters, examples: ['harbour bridge'] })

/** For `refine`: true unless a list is to be ordered by relevance without a search. */
export function isSortable({ sort, q }: { readonly sort?: unknown; readonly q?: unknown }): boolean {
  return sort !== 'relevance' || q !== undefined
}

/** For `refine`: tells a fault of several parameters together with those of each. */
export const toldWithOthers = {
  when: ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null,
}

/** What is told of a list that is not sortable. */
export const unsortable = {
  path: ['sort'],
  error: 'can be `relevance` with `q` only',
  params: { code: 'invalid-value' },
  ...toldWithOthers,
}

/** Fields of an article in which what was searched for is shown. */
export const highlightedFields = ['title', 'subtitle', 'excerpt'] as const

export const highlight = z
  .strictObject({
    field: z.enum(highlightedFields),
    ranges: z
      .array(z.tuple([z.int().min(0), z.int().min(0)]))
      .min(1)
      .describe('Start and end (exclusive) in UTF-16 code units, as `slice` of JavaScript takes them.'),
  })
  .meta({
    id: 'Highlight',
    description: 'Where a field has what was searched for: whole words, in order, apart from each other.',
    examples: [
      {
        field: 'title',
        ranges: [
          [0, 7],
          [8, 14],
        ],
      },
    ],
  })
export type Highlight = z.infer<typeof highlight>
