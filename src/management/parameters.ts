import { z } from 'zod'

/** The number of a version, in a path or a query. */
export const versionNumber = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a version: a whole number from 1')
  .transform(Number)
  .meta({ type: 'integer', minimum: 1, pattern: undefined, examples: [3] })
