import { and, asc, eq, exists, inArray, type SQL, sql } from 'drizzle-orm'
import type { Paged } from '../contract/list.ts'
import type { DeliveredTerm, TermKind } from '../contract/taxonomy.ts'
import { idPattern } from '../contract/text.ts'
import type { Query } from '../db/engine.ts'
import { after, cutPage } from '../db/page.ts'

export interface TermFilter {
  readonly idOrSlug?: string | undefined
  readonly after?: readonly [slug: string, id: string] | undefined
  readonly limit: number
}

/** Where the terms of a kind are, and how published articles use them. */
function placesOf({ tables: t }: Query, kind: TermKind) {
  if (kind === 'section')
    return { terms: t.sections, uses: t.publishedArticles, use: t.publishedArticles.sectionId }
  if (kind === 'tag')
    return { terms: t.tags, uses: t.publishedArticleTags, use: t.publishedArticleTags.tagId }
  return { terms: t.authors, uses: t.publishedArticleAuthors, use: t.publishedArticleAuthors.authorId }
}

/**
 * Terms by slug, with the count of their published articles. Sections always; tags and authors only when they
 * have one, so that a tag of nothing but drafts stays hidden.
 */
export async function listTerms(
  query: Query,
  kind: TermKind,
  filter: TermFilter,
): Promise<Paged<DeliveredTerm>> {
  const { terms, uses, use } = placesOf(query, kind)
  const { idOrSlug } = filter
  const rows = await query.sql
    .select({
      id: terms.id,
      slug: terms.slug,
      name: terms.name,
      articleCount: sql<number>`(select count(*) from ${uses} where ${eq(use, terms.id)})`,
    })
    .from(terms)
    .where(
      and(
        isTermShown(query, kind),
        idOrSlug === undefined ? undefined : eq(idPattern.test(idOrSlug) ? terms.id : terms.slug, idOrSlug),
        filter.after ? after([terms.slug, terms.id], filter.after) : undefined,
      ),
    )
    .orderBy(asc(terms.slug), asc(terms.id))
    .limit(filter.limit + 1)
  const { items, last } = cutPage(rows, filter.limit)
  return {
    items: items.map((item) => ({ ...item, articleCount: Number(item.articleCount) })),
    next: last ? [last.slug, last.id] : null,
  }
}

/** The names of those of these slugs that the list has, by slug. */
export async function findTermNames(
  query: Query,
  kind: TermKind,
  slugs: readonly string[],
): Promise<string[]> {
  if (slugs.length === 0) return []
  const { terms } = placesOf(query, kind)
  const rows = await query.sql
    .select({ name: terms.name })
    .from(terms)
    .where(and(isTermShown(query, kind), inArray(terms.slug, [...slugs])))
    .orderBy(asc(terms.slug))
  return rows.map(({ name }) => name)
}

/** How many terms the list has. */
export async function countTerms(query: Query, kind: TermKind): Promise<number> {
  const [row] = await query.sql
    .select({ count: sql<number>`count(*)` })
    .from(placesOf(query, kind).terms)
    .where(isTermShown(query, kind))
  return Number(row?.count ?? 0)
}

/** Sections are shown always, tags and authors when a published article has them. */
export function isTermShown(query: Query, kind: TermKind): SQL | undefined {
  if (kind === 'section') return undefined
  const { terms, uses, use } = placesOf(query, kind)
  return exists(query.sql.select({ one: sql`1` }).from(uses).where(eq(use, terms.id)))
}
