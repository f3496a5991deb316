import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Problem } from '../contract/errors.ts'

/** The form of `If-Match`, on every route that reads it: `*`, or entity tags with commas between. */
const ifMatchForm =
  /^[ \t]*(?:\*|(?:W\/)?"[\x21\x23-\x7e]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e]*")*)[ \t]*$/

/** `If-Match` of a route; `requireIfMatch` and `readIfMatch` read it. */
export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .refine((value) => ifMatchForm.test(value), {
      error: 'must be * or quoted tags, such as "3"',
      params: { code: 'invalid-format' },
    })
    .optional()
    .describe('The `ETag` that you read, or `*`.')
    .meta({ examples: ['"3"'] }),
})

/** What `If-Match` allows: certain versions, or any that exists. */
export type Expected = { readonly versions: readonly number[] } | 'any'

/** The `ETag` of a resource that editors change: its version. */
export function versionTag(version: number): string {
  return `"${version}"`
}

/** Reads `If-Match` (RFC 9110, section 13.1.1), which must be there. Throws `precondition-required`. */
export function requireIfMatch(request: FastifyRequest): Expected {
  const header = request.headers['if-match']
  if (header === undefined)
    throw new Problem('precondition-required', 'Send the ETag that you have read as If-Match.')
  return parse(header)
}

/** Reads `If-Match` where it may be left out. */
export function readIfMatch(request: FastifyRequest): Expected {
  const header = request.headers['if-match']
  return header === undefined ? 'any' : parse(header)
}

/** `If-Match` compares strongly: a weak tag, or one that was never ours, matches nothing. */
function parse(header: string): Expected {
  if (header.trim() === '*') return 'any'
  const tags = header.split(',').map((tag) => tag.trim())
  return {
    versions: tags.flatMap((tag) => (/^"[1-9]\d{0,14}"$/.test(tag) ? [Number(tag.slice(1, -1))] : [])),
  }
}
