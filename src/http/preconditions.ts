import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Problem } from '../contract/errors.ts'

/** How `If-Match` is described; its form is checked where it is read. */
export const ifMatchHeader = z.object({
  'if-match': z
    .string()
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
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) {
    throw new Problem('invalid-parameter', 'If-Match is not valid.', {
      errors: [
        { header: 'if-match', code: 'invalid-format', detail: 'must be * or quoted tags, such as "3"' },
      ],
    })
  }
  return {
    versions: tags.flatMap((tag) => (/^"[1-9]\d{0,14}"$/.test(tag) ? [Number(tag.slice(1, -1))] : [])),
  }
}
