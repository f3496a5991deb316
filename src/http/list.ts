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

/** A page as it is sent. */
interface Page<Shown> {
  readonly data: Shown[]
  readonly page: { limit: number; next: string | null; total?: number }
}

interface PageOptions<Item, Shown> {
  readonly limit: number
  readonly scope: unknown
  readonly show: (item: Item) => Shown
}

/** The page of a list at a URL, and the value of its `Link: rel="next"` (RFC 8288) when there is more. */
export function pageAt<Item, Shown>(
  url: string,
  { items, next, total }: Paged<Item>,
  { limit, scope, show }: PageOptions<Item, Shown>,
): { answer: Page<Shown>; link: string | undefined } {
  const cursor =
    next === null ? null : Buffer.from(JSON.stringify([...next, hashOf(scope)])).toString('base64url')
  const counted = total === undefined ? {} : { total }
  return {
    answer: { data: items.map(show), page: { limit, next: cursor, ...counted } },
    link: cursor === null ? undefined : nextLink(url, cursor),
  }
}

function nextLink(url: string, cursor: string): string {
  const next = new URL(url, 'http://host.invalid')
  next.searchParams.set('cursor', cursor)
  return `<${next.pathname}${next.search}>; rel="next"`
}

/** Answers with the page of a list and sets its `Link`. */
export function pageOf<Item, Shown>(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Paged<Item>,
  options: PageOptions<Item, Shown>,
): Page<Shown> {
  const { answer, link } = pageAt(request.url, found, options)
  if (link !== undefined) reply.header('link', link)
  return answer
}
