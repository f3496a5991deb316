import { z } from 'zod'
import { idPattern } from './text.ts'

const maxValues = 100
const maxGroups = 20

/** Values of one filter: each group is any-of, and all groups must match. */
export type Groups = readonly (readonly string[])[]

/**
 * A filter of several values: `a,b` is any of them, the parameter repeated is all of them. Gives the groups of
 * any-of values, each sorted, so that equal filters are equal.
 */
export function multiValued(value: RegExp, what: string) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().map(anyOf))
    .refine((groups) => groups.length <= maxGroups, {
      error: `must be given at most ${maxGroups} times`,
      params: { code: 'too-many' },
    })
    .refine((groups) => groups.flat().length <= maxValues, {
      error: `must have at most ${maxValues} values`,
      params: { code: 'too-many' },
    })
    .refine(
      (groups) => groups.flat().every((item) => value.test(item)),
      `must be ${what}, separated by commas`,
    )
    .optional()
    .meta({ type: 'array', maxItems: maxGroups, items: { type: 'string' }, anyOf: undefined })
}

/** The values of a list with commas, sorted, each once. */
export function anyOf(list: string): string[] {
  return [...new Set(list.split(','))].sort()
}

export const slugPattern = /^[\p{L}\p{M}\p{N}]+(-[\p{L}\p{M}\p{N}]+)*$/u

/** A filter by the slugs of something. */
export const slugsOf = (what: string) =>
  multiValued(slugPattern, 'slugs').describe(`Slugs of ${what}: comma for any of, repeated for all of.`)

export const languages = multiValued(/^[A-Za-z0-9-]{2,35}$/, 'language tags').describe(
  'Languages (BCP 47), exactly as delivered.',
)

/** `true` or `false`. */
export const flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .meta({ type: 'boolean', enum: undefined })

/** Values of an enumeration, separated by commas: any of them. Gives each once, sorted. */
export function someOf<Value extends string>(values: readonly Value[]) {
  return z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(values as [Value, ...Value[]])))
    .transform((given) => [...new Set(given)].sort())
}

/** Ids or one of these words, separated by commas: any of them. Gives each once, sorted. */
export function anyIdOr(words: readonly string[]) {
  const named = words.map((word) => `\`${word}\``).join(', ')
  return z
    .string()
    .transform(anyOf)
    .refine((values) => values.length <= maxValues, `must have at most ${maxValues} values`)
    .refine((values) => values.every((value) => words.includes(value) || idPattern.test(value)), {
      error:
        words.length > 0
          ? `must be ${named} or ids, separated by commas`
          : 'must be ids, separated by commas',
      params: { code: 'invalid-value' },
    })
}
