import { z } from 'zod'
import { flag } from './filter.ts'

export const defaultLimit = 20
export const maxLimit = 100

/** A whole number of items, from 1 to `max`; a value over the maximum is an error, never clamped. */
export function limitUpTo(max: number, byDefault: number) {
  const error = `must be a whole number from 1 to ${max}`
  return z
    .string()
    .regex(/^[1-9]\d{0,2}$/, error)
    .transform(Number)
    .refine((value) => value <= max, error)
    .prefault(String(byDefault))
    .describe(`Items in a page, 1 to ${max}.`)
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: max,
      default: byDefault,
      pattern: undefined,
      examples: [byDefault],
    })
}

export const limitParameter = limitUpTo(maxLimit, defaultLimit)

/** A cursor may hold a title. */
const longestCursor = 4000

export const cursorParameter = z
  .string()
  .min(1)
  .max(longestCursor)
  .describe('`page.next` of the page before, with the same filters.')
  .optional()

/** Whether to count: every list takes it. */
export const countParameter = flag
  .optional()
  .describe('`true` adds `page.total`, the number of all items of the list.')

export const page = z
  .strictObject({
    limit: z.int(),
    next: z.string().nullable().describe('The cursor of the next page, if there is one.'),
    total: z.int().min(0).optional().describe('All items of the list, exactly; with `count=true` alone.'),
  })
  .meta({ id: 'Page' })

/** The answer of every list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ data: z.array(item), page })
}

/** Items as a store gives them, and where the next page begins. */
export interface Paged<T> {
  readonly items: T[]
  /** Sort key and id of the last item, when there are more after it. */
  readonly next: readonly [sortKey: string, id: string] | null
  /** How many there are on all pages, when it was asked for. */
  readonly total?: number | undefined
}
