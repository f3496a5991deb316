import { createHash } from 'node:crypto'
import { withKeys } from '../body/keys.ts'
import {
  type ArticleContent,
  type ArticleInput,
  type ArticlePatch,
  type ArticleSnapshot,
  customMembers,
  emptySeo,
} from '../contract/article.ts'
import { Problem } from '../contract/errors.ts'
import type { Body } from '../contract/portable-text.ts'

/** Settings of the site that content takes its defaults from. */
export interface SiteSettings {
  readonly siteLanguage: string
}

type Unslugged = Omit<ArticleContent, 'slug'>

const defaultFlags = { adsAllowed: true, sensitive: false }

/**
 * The content of an article as it was sent whole; what the input leaves out gets its default. Blocks that are
 * those of the `previous` body keep their keys.
 */
export function contentOf(
  input: ArticleInput,
  { siteLanguage }: SiteSettings,
  previous: Body = [],
): Unslugged {
  return {
    title: input.title,
    subtitle: input.subtitle ?? null,
    excerpt: input.excerpt ?? null,
    language: input.language ?? siteLanguage,
    sectionId: input.sectionId ?? null,
    tagIds: input.tagIds ?? [],
    authors: input.authors ?? [],
    credit: input.credit ?? null,
    source: input.source ?? null,
    externalIds: input.externalIds ?? {},
    seo: input.seo ?? emptySeo,
    embargoUntil: input.embargoUntil ?? null,
    flags: input.flags ?? defaultFlags,
    custom: input.custom ?? {},
    body: withKeys(input.body ?? [], previous),
  }
}

/** Applies a merge patch (RFC 7396): absent keeps, null clears to the default, a value sets. */
export function patchContent(
  content: ArticleContent,
  patch: ArticlePatch,
  { siteLanguage }: SiteSettings,
): Unslugged {
  const { slug: _slug, ...current } = content
  const keep = <T>(value: T | null | undefined, now: T, cleared: T): T =>
    value === undefined ? now : (value ?? cleared)
  return {
    title: patch.title ?? current.title,
    subtitle: keep(patch.subtitle, current.subtitle, null),
    excerpt: keep(patch.excerpt, current.excerpt, null),
    language: keep(patch.language, current.language, siteLanguage),
    sectionId: keep(patch.sectionId, current.sectionId, null),
    tagIds: keep(patch.tagIds, current.tagIds, []),
    authors: keep(patch.authors, current.authors, []),
    credit: keep(patch.credit, current.credit, null),
    source:
      patch.source === null
        ? null
        : merged(current.source, patch.source, { attribution: null, name: null, url: null }),
    externalIds:
      patch.externalIds === null ? {} : withoutNulls({ ...current.externalIds, ...patch.externalIds }),
    seo: patch.seo === null ? emptySeo : merged(current.seo, patch.seo, emptySeo),
    embargoUntil: keep(patch.embargoUntil, current.embargoUntil, null),
    flags: patch.flags === null ? defaultFlags : merged(current.flags, patch.flags, defaultFlags),
    custom: patch.custom === null ? {} : mergeCustom(current.custom, patch.custom),
    body: patch.body === undefined ? current.body : withKeys(patch.body ?? [], current.body),
  }
}

/** Merges an object whose members are known: null clears a member to its default. */
function merged<T extends object | null>(
  current: T,
  patch: { [Member in keyof NonNullable<T>]?: NonNullable<T>[Member] | null | undefined } | undefined,
  defaults: NonNullable<T>,
): T {
  if (patch === undefined) return current
  const result: Record<string, unknown> = { ...defaults, ...current }
  for (const [member, value] of Object.entries(patch)) {
    if (value !== undefined) result[member] = value ?? (defaults as Record<string, unknown>)[member]
  }
  return result as T
}

function withoutNulls(members: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}

function mergeCustom(
  current: ArticleContent['custom'],
  patch: Record<string, unknown> | undefined,
): ArticleContent['custom'] {
  if (patch === undefined) return current
  const custom = mergePatch(current, patch) as Record<string, unknown>
  // Each patch is small enough, but what they add up to may not be.
  if (!customMembers.safeParse(custom).success)
    throw new Problem('invalid-body', '`custom` would become too large.', {
      errors: [
        { pointer: '/custom', code: 'too-long', detail: 'must have at most 32 KiB as JSON after merging' },
      ],
    })
  return custom
}

/** The algorithm of RFC 7396, section 2. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const result = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) result.delete(member)
    else result.set(member, mergePatch(result.get(member), value))
  }
  return Object.fromEntries(result)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** SHA-256 of a version's content and links, whatever the order of members: equal for equal content. */
export function hashOf(snapshot: ArticleSnapshot): string {
  const canonical = JSON.stringify(snapshot, (_member, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  )
  return createHash('sha256').update(canonical).digest('hex')
}
