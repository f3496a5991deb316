import { z } from 'zod'
import { anyIdOr, someOf } from './filter.ts'
import { id } from './text.ts'

/** How often ads were shown and clicked, by days in UTC. */

export const statsKeys = ['placement', 'slot', 'article', 'day'] as const
export type StatsKey = (typeof statsKeys)[number]

/** More rows than that are not answered at once. */
export const mostStatsRows = 50_000

/** True for a day of the calendar such as `2024-01-09`. */
export function isDay(value: string): boolean {
  const ms = Date.parse(`${value}T00:00:00.000Z`)
  return /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value)
}

const day = z
  .string()
  .refine(isDay, { error: 'must be a day such as 2024-01-09', params: { code: 'invalid-day' } })
  .meta({ format: 'date', examples: ['2024-01-09'] })

const ids = (what: string) =>
  anyIdOr([])
    .optional()
    .describe(`Ids of ${what}, separated by commas: any of them, whether they still exist or not.`)
    .meta({ type: 'string', items: undefined, examples: ['018ced2a-4000-7000-8000-00000000f001'] })

export const statsParameters = z
  .strictObject({
    from: day.optional().describe('The first day (UTC); the first of all where it is left out.'),
    to: day.optional().describe('The last day (UTC), itself included; the last of all where it is left out.'),
    by: someOf(statsKeys)
      .default(['placement'])
      .describe('What there is a row for each of, separated by commas.')
      .meta({
        ...{ type: 'string', items: undefined, default: 'placement', examples: ['placement,day'] },
        pattern: `^(${statsKeys.join('|')})(,(${statsKeys.join('|')}))*$`,
      }),
    placement: ids('placements'),
    slot: ids('slots'),
    article: ids('articles'),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    error: 'must not be before `from`',
    params: { code: 'invalid-range' },
    // Told together with other faults.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
export type StatsParameters = z.output<typeof statsParameters>

const count = z.int().min(0)
const counts = {
  impressions: count,
  viewable: count,
  clicks: count,
  ctr: z
    .number()
    .min(0)
    .nullable()
    .describe('Clicks for each impression, to six digits; null where there was no impression.'),
}

const statsRow = z.strictObject({
  day: z.string().optional().describe('In UTC.').meta({ format: 'date' }),
  placementId: id.optional(),
  creativeTitle: z.string().nullable().optional().describe('Null where the placement is deleted.'),
  slotId: id.optional(),
  slotKey: z.string().nullable().optional().describe('Null where the slot is deleted.'),
  articleId: id.nullable().optional().describe('Null for pages that are no articles.'),
  articleTitle: z.string().nullable().optional().describe('As it is public; null where it is not.'),
  ...counts,
})
export type StatsRow = z.infer<typeof statsRow>

const exampleCounts = { impressions: 12_000, viewable: 8_400, clicks: 36, ctr: 0.003 }

export const adStats = z
  .strictObject({
    data: z
      .array(statsRow)
      .describe(
        'Days in their order, then what was shown most first. A row has the members that `by` asks for: `day`; `placementId` and `creativeTitle`; `slotId` and `slotKey`; `articleId` and `articleTitle`.',
      ),
    total: z.strictObject(counts).describe('Of all rows together.'),
  })
  .meta({
    id: 'AdStats',
    examples: [
      {
        data: [
          {
            placementId: '018ced2a-4000-7000-8000-00000000f001',
            creativeTitle: 'Electric Scooter X',
            ...exampleCounts,
          },
        ],
        total: exampleCounts,
      },
    ],
  })
export type AdStats = z.infer<typeof adStats>
