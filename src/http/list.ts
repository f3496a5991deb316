import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../contract/errors.ts'
import type { Paged } from '../contract/list.ts'
import { isSlug } from '../contract/slug.ts'
import { idPattern, parseInstant } from '../contract/text.ts'

/**
 * Keyset cursors: opaque to clients, made of the last item's sort key and id and of a hash of everything that
 * decides the order and choice of items, so that a cursor is refused where it would give a wrong page.
 */

type Key = readonly [sortKey: string, id: string]

const longestTitle = 2_000

/** What the sort key of a list can be: whatever else is in a cursor did not come from here. */
export const sortKeys = {
  instant: isInstant,
  slug: isSlug,
  id: (key: string) => idPattern.test(key),
  version: (key: string) => /^[1-9]\d{0,8}$/.test(key),
  /** A folded title. */
  title: (key: string) => key.length <= longestTitle && key.isWellFormed() && !key.includes('\0'),
  /** A rank, the number from which on there are ranks, and an instant. */
  rank: (key: string) => isInstant(/^(?:0|[1-9]\d{0,14}):\d{1,15}:(.*)$/.exec(key)?.[1] ?? ''),
  /** A rank from 1 and what orders those of one rank; or 0 and an instant. */
  place: (key: string) => /^[1-9]\d{0,14}:\d{1,15}$/.test(key) || isInstant(/^0:(.*)$/.exec(key)?.[1] ?? ''),
} as const

function isInstant(key: string): boolean {
  return parseInstant(key) === key
}

/** What stands beside the sort key; a UUID where nothing else is said. */
export const numberKey = (key: string) => /^[1-9]\d{0,14}$/.test(key)

/** Reads the cursor of a request. `scope` is the filter and sort. Throws `invalid-cursor`. */
export function readCursor(
  cursor: string | undefined,
  scope: unknown,
  isSortKey: (key: string) => boolean,
  isId: (id: string) => boolean = sortKeys.id,
): Key | undefined {
  if (cursor === undefined) return undefined
  const [sortKey, id, hash] = decode(cursor)
  const isKey = typeof sortKey === 'string' && isSortKey(sortKey)
  if (!isKey || typeof id !== 'string' || !isId(id) || hash !== hashOf(scope)) {
    throw new Problem('invalid-cursor', 'Start again without a cursor, or send the filters that gave it.', {
      errors: [{ parameter: 'cursor', code: 'invalid-cursor', detail: 'does not belong to this list' }],
    })
  }
  return [sortKey, id]
}

function decode(cursor: string): unknown[] {
  try {
    const bytes = Buffer.from(cursor, 'base64url')
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    const isCanonical = bytes.toString('base64url') === cursor
    return isCanonical && Array.isArray(value) && value.length === 3 ? value : []
  } catch {
    return []
  }
}

function hashOf(scope: unknown): string {
  return createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 12)
}

/** The answer of a list, with its `Link: rel="next"` (RFC 8288) when there is more. */
export function pageOf<Item, Shown>(
  request: FastifyRequest,
  reply: FastifyReply,
  { items, next, total }: Paged<Item>,
  { limit, scope, show }: { limit: number; scope: unknown; show: (item: Item) => Shown },
): { data: Shown[]; page: { limit: number; next: string | null; total?: number } } {
  const cursor =
    next === null ? null : Buffer.from(JSON.stringify([...next, hashOf(scope)])).toString('base64url')
  if (cursor !== null) {
    const url = new URL(request.url, 'http://host.invalid')
    url.searchParams.set('cursor', cursor)
    reply.header('link', `<${url.pathname}${url.search}>; rel="next"`)
  }
  const counted = total === undefined ? {} : { total }
  return { data: items.map(show), page: { limit, next: cursor, ...counted } }
}
