import { eq } from 'drizzle-orm'
import type { Correction } from '../contract/article.ts'
import type { Body } from '../contract/portable-text.ts'
import { idPattern } from '../contract/text.ts'
import type { Query } from '../db/engine.ts'
import { type AdCandidate, findAdCandidates, findSlots, type StoredSlot } from './ad-placements.ts'
import { type Address, findAddress, findAddressOf } from './published-addresses.ts'
import { cardColumns, cardsOf, type PublishedCard } from './published-cards.ts'
import { findLinks, type PublishedLink } from './published-parts.ts'

type PublishedRow = Query['tables']['publishedArticles']['$inferSelect']

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
      related: (await findLinks(query, [article.id])).get(article.id) ?? [],
      slots: adsAllowed ? await findSlots(query) : [],
      adCandidates: adsAllowed ? await findAdCandidates(query, page) : [],
    },
  }
}

/** Where an id or slug leads that is not that of a public article. */
async function explain(query: Query, idOrSlug: string): Promise<Resolution> {
  const isId = idPattern.test(idOrSlug)
  const address = await (isId ? findAddressOf(query, idOrSlug) : findAddress(query, idOrSlug))
  return address.kind === 'public' ? { kind: 'moved', slug: address.slug } : address
}
