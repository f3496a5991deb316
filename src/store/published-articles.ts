import { eq } from 'drizzle-orm'
import type { Correction } from '../contract/article.ts'
import type { Body } from '../contract/portable-text.ts'
import type { RelatedKind } from '../contract/related-link.ts'
import { idPattern } from '../contract/text.ts'
import type { Query } from '../db/engine.ts'
import { type AdCandidate, findAdCandidates, findSlots, type StoredSlot } from './ad-placements.ts'
import { type Address, findAddress, findAddressOf } from './published-addresses.ts'
import { cardColumns, cardsOf, findCards, type PublishedCard } from './published-cards.ts'

type PublishedRow = Query['tables']['publishedArticles']['$inferSelect']

export interface PublishedLink {
  readonly id: string
  readonly kind: RelatedKind
  readonly title: string | null
  readonly excerpt: string | null
  readonly url: string | null
  /** Null for a link that points at no article. */
  readonly target: PublishedCard | null
}

export interface PublishedArticle extends PublishedCard {
  readonly seo: PublishedRow['seo']
  readonly custom: Record<string, unknown>
  readonly corrections: readonly Correction[]
  readonly body: Body
  readonly related: readonly PublishedLink[]
  readonly slots: readonly StoredSlot[]
  readonly adCandidates: readonly AdCandidate[]
}

/** What an id or slug leads to. */
export type Resolution =
  | { readonly kind: 'found'; readonly article: PublishedArticle }
  | { readonly kind: 'moved'; readonly slug: string }
  | Exclude<Address, { kind: 'public' }>

/** One published article with all that hangs on it, or where its address leads otherwise. */
export async function resolveArticle(query: Query, idOrSlug: string): Promise<Resolution> {
  const { sql: db, tables: t } = query
  const column = idPattern.test(idOrSlug) ? t.publishedArticles.id : t.publishedArticles.slug
  const [row] = await db
    .select({
      ...cardColumns(query),
      sectionId: t.publishedArticles.sectionId,
      seo: t.publishedArticles.seo,
      custom: t.publishedArticles.custom,
      corrections: t.publishedArticles.corrections,
      adsAllowed: t.publishedArticles.adsAllowed,
      body: t.publishedBodies.body,
    })
    .from(t.publishedArticles)
    .innerJoin(t.publishedBodies, eq(t.publishedBodies.articleId, t.publishedArticles.id))
    .leftJoin(t.sections, eq(t.sections.id, t.publishedArticles.sectionId))
    .where(eq(column, idOrSlug))
  if (!row) return explain(query, idOrSlug)
  const [card] = await cardsOf(query, [row])
  if (!card) return { kind: 'unknown' }
  const { adsAllowed, sectionId, ...article } = card
  const page = { article: article.id, section: sectionId, tags: article.tags.map((tag) => tag.id) }
  return {
    kind: 'found',
    article: {
      ...article,
      related: await linksOf(query, article.id),
      slots: adsAllowed ? await findSlots(query) : [],
      adCandidates: adsAllowed ? await findAdCandidates(query, page) : [],
    },
  }
}

async function linksOf(query: Query, articleId: string): Promise<PublishedLink[]> {
  const { sql: db, tables: t } = query
  const rows = await db
    .select()
    .from(t.publishedRelatedLinks)
    .where(eq(t.publishedRelatedLinks.articleId, articleId))
    .orderBy(t.publishedRelatedLinks.position)
  return resolveLinks(
    query,
    rows.map(({ articleId: _, position: _position, ...link }) => link),
  )
}

/** A link as it is stored, its target not looked up yet. */
export type UnresolvedLink = Omit<PublishedLink, 'target'> & { readonly targetId: string | null }

/** The links whose target is public, and those that have none, in order. */
export async function resolveLinks(query: Query, links: readonly UnresolvedLink[]): Promise<PublishedLink[]> {
  const targets = await findCards(
    query,
    links.flatMap((link) => link.targetId ?? []),
  )
  return links
    .filter((link) => link.targetId === null || targets.has(link.targetId))
    .map(({ targetId, ...link }) => ({ ...link, target: targets.get(targetId ?? '') ?? null }))
}

/** Where an id or slug leads that is not that of a public article. */
async function explain(query: Query, idOrSlug: string): Promise<Resolution> {
  const isId = idPattern.test(idOrSlug)
  const address = await (isId ? findAddressOf(query, idOrSlug) : findAddress(query, idOrSlug))
  return address.kind === 'public' ? { kind: 'moved', slug: address.slug } : address
}
