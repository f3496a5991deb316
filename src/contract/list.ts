import { z } from 'zod'

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

export const cursorParameter = z
  .string()
  .min(1)
  .max(1000)
  .describe('`page.next` of the page before, with the same filters.')
  .optional()

export const page = z
  .strictObject({
    limit: z.int(),
    next: z.string().nullable().describe('The cursor of the next page, if there is one.'),
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
}
