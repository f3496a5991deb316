import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Body } from '../contract/portable-text.ts'
import type { RelatedKind } from '../contract/related-link.ts'
import type { StoredJson } from '../contract/stored-json.ts'
import type { Query } from '../db/engine.ts'
import { storedJson } from '../db/stored-json.ts'
import type { AdReading, ShelvedAds } from './ad-shelf.ts'
import { groupBy } from './group-by.ts'
import { findCards, type PublishedCard } from './published-cards.ts'

/** What hangs on published articles, read for many of them at once. */

export interface PublishedLink {
  readonly id: string
  readonly kind: RelatedKind
  readonly title: string | null
  readonly excerpt: string | null
  readonly url: string | null
  /** Null for a link that points at no article. */
  readonly target: PublishedCard | null
}

/** A link as it is stored, its target not looked up yet. */
export type UnresolvedLink = Omit<PublishedLink, 'target'> & { readonly targetId: string | null }

/** What the ads of an article are chosen from. */
export interface ArticleAds extends ShelvedAds {
  /** Only ads of the house are shown with it. */
  readonly sensitive: boolean
}

/** Of an article whose ads are forbidden or paused. */
export const noAds: ShelvedAds = { revision: '', slots: [], adCandidates: [] }

/** The bodies, by article. */
export async function findBodies(
  query: Query,
  articleIds: readonly string[],
): Promise<Map<string, StoredJson<Body>>> {
  if (articleIds.length === 0) return new Map()
  const { publishedBodies: bodies } = query.tables
  const rows = await query.sql
    .select({ articleId: bodies.articleId, body: storedJson<Body>(query, bodies.body) })
    .from(bodies)
    .where(inArray(bodies.articleId, [...articleIds]))
  return new Map(rows.map(({ articleId, body }) => [articleId, body]))
}

/** The related links whose target is public, and those that have none, by article and in order. */
export async function findLinks(
  query: Query,
  articleIds: readonly string[],
): Promise<Map<string, PublishedLink[]>> {
  if (articleIds.length === 0) return new Map()
  const { publishedRelatedLinks: links } = query.tables
  const rows = await query.sql
    .select()
    .from(links)
    .where(inArray(links.articleId, [...articleIds]))
    .orderBy(links.articleId, links.position)
  const targets = await targetsOf(query, rows)
  const shown = rows.filter((row) => isShown(row, targets))
  return groupBy(
    shown,
    (row) => row.articleId,
    ({ articleId: _, position: _position, ...link }) => resolved(link, targets),
  )
}

/** The links whose target is public, and those that have none, in order. */
export async function resolveLinks(query: Query, links: readonly UnresolvedLink[]): Promise<PublishedLink[]> {
  return shownLinks(links, await targetsOf(query, links))
}

/** Those of the links whose target is among `targets`, and those that have none, in the same order. */
export function shownLinks(links: readonly UnresolvedLink[], targets: Targets): PublishedLink[] {
  return links.filter((link) => isShown(link, targets)).map((link) => resolved(link, targets))
}

type Targets = ReadonlyMap<string, PublishedCard>

function targetsOf(query: Query, links: readonly Pick<UnresolvedLink, 'targetId'>[]): Promise<Targets> {
  return findCards(query, [...new Set(links.flatMap((link) => link.targetId ?? []))])
}

function isShown({ targetId }: Pick<UnresolvedLink, 'targetId'>, targets: Targets): boolean {
  return targetId === null || targets.has(targetId)
}

function resolved({ targetId, ...link }: UnresolvedLink, targets: Targets): PublishedLink {
  return { ...link, target: targets.get(targetId ?? '') ?? null }
}

/** What the ads of articles are chosen from, by article; nothing for those that show no ads. */
export async function findAds(
  query: Query,
  cards: readonly PublishedCard[],
  { shelf, now }: AdReading,
): Promise<Map<string, ArticleAds>> {
  if (cards.length === 0) return new Map()
  const { publishedArticles: article, adPauses: pauses } = query.tables
  const rows = await query.sql
    .select({ id: article.id, sensitive: article.sensitive })
    .from(article)
    .leftJoin(pauses, eq(pauses.articleId, article.id))
    .where(
      and(
        inArray(
          article.id,
          cards.map((card) => card.id),
        ),
        eq(article.adsAllowed, true),
        isNull(pauses.articleId),
      ),
    )
  const sensitive = new Map(rows.map((row) => [row.id, row.sensitive]))
  const pages = cards
    .filter(({ id }) => sensitive.has(id))
    .map(({ id, section, tags }) => ({
      article: id,
      sections: section ? [section.id] : [],
      tags: tags.map((tag) => tag.id),
    }))
  const found = await shelf.findAll(query, pages, now)
  return new Map(
    found.map((ads, index) => {
      const id = pages[index]?.article ?? ''
      return [id, { ...ads, sensitive: sensitive.get(id) ?? false }]
    }),
  )
}
