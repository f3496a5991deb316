import type { Anchors } from '../ads/anchor.ts'
import { type SlotChoice, selectAds } from '../ads/select.ts'
import { type AdTokenKey, signAdToken } from '../ads/token.ts'
import type { DeliveredPlacement, DeliveredSlot } from '../contract/ad.ts'
import { anchorsOf } from '../contract/ad-anchor.ts'
import type { Card, DeliveredArticle, DeliveredRelatedLink } from '../contract/delivered-article.ts'
import { StoredJson } from '../contract/stored-json.ts'
import { toUri } from '../feeds/uri.ts'
import { pathOfSlug, type SiteAddress } from '../http/article-paths.ts'
import type { AdCandidate, StoredSlot } from '../store/ad-placements.ts'
import type { PublishedArticle } from '../store/published-articles.ts'
import type { PublishedCard } from '../store/published-cards.ts'
import type { ArticleAds, PublishedLink } from '../store/published-parts.ts'
import type { BodyAtHand, BodyWriter } from './body-writer.ts'
import type { KeptAds, ShownAds } from './shown-ads.ts'

/** What views need besides the content. */
export interface ViewContext extends SiteAddress {
  readonly adTokenKey: AdTokenKey
  readonly anchors: Anchors
  readonly keptAds: KeptAds
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Slots with their ads as they are at hand. */
export type AdsAtHand = DeliveredSlot[] | StoredJson<DeliveredSlot[]>

/** A view whose body may be written as it is stored. */
export type WithBody<View, Form extends BodyAtHand> = Omit<View, 'body'> & { body?: Form | string }

/** A whole article, of which the body and the ads may be written already. */
export type ArticleAtHand<Form extends BodyAtHand, Ads extends AdsAtHand> = WithBody<
  Omit<DeliveredArticle, 'ads'>,
  Form
> & { ads: Ads }

/** Member by member, so that nothing leaves that is not named here. */
export function cardView(article: PublishedCard, context: ViewContext): Card {
  return {
    id: article.id,
    type: 'article',
    slug: article.slug,
    url: urlOf(article.slug, context),
    title: article.title,
    subtitle: article.subtitle,
    excerpt: article.excerpt,
    language: article.language,
    section: article.section,
    tags: [...article.tags],
    authors: [...article.authors],
    credit: article.credit,
    source: article.source,
    heroImage: null,
    publishedAt: article.publishedAt,
    firstPublishedAt: article.firstPublishedAt,
    updatedAt: article.updatedAt,
    version: article.version,
    wordCount: article.wordCount,
    readingTimeMinutes: article.readingTimeMinutes,
  }
}

export function articleView<Form extends BodyAtHand, Ads extends AdsAtHand>(
  article: Omit<PublishedArticle, 'body' | keyof ArticleAds> & { readonly body: Form },
  ads: Ads,
  writeBody: BodyWriter | undefined,
  context: ViewContext,
): ArticleAtHand<Form, Ads> {
  return {
    ...cardView(article, context),
    ...(writeBody === undefined ? {} : { body: writeBody(article.body) }),
    seo: article.seo,
    custom: article.custom,
    corrections: [...article.corrections],
    related: relatedView(article.related, context),
    ads,
  }
}

/** The links, counted anew from 1: those that are not shown leave no gap. */
export function relatedView(links: readonly PublishedLink[], context: ViewContext): DeliveredRelatedLink[] {
  return links.map((link, index) => ({
    id: link.id,
    kind: link.kind,
    position: index + 1,
    title: link.title ?? link.target?.title ?? '',
    excerpt: link.excerpt ?? link.target?.excerpt ?? null,
    url: link.url ?? (link.target && urlOf(link.target.slug, context)),
    article: link.target && cardView(link.target, context),
  }))
}

interface WithAds extends ArticleAds {
  readonly id: string
  readonly version: number
  readonly body: BodyAtHand
}

/** The ads of a published article now, written. */
export function shownAds(article: WithAds, context: ViewContext): ShownAds {
  const nowMs = context.clock()
  return context.keptAds.of(article, nowMs, () => adsView(article, nowMs, context))
}

/** The ads of an article at an instant (milliseconds since 1970). */
export function adsView(
  article: Omit<WithAds, 'revision'>,
  nowMs: number,
  context: ViewContext,
): DeliveredSlot[] {
  const { id, sensitive, slots, adCandidates } = article
  // No other slot has its place in the body, which is not parsed without need.
  const anchors = slots.some(({ place }) => place === 'in-body') ? anchorsAtHand(article, context) : []
  const choices = selectAds({
    slots,
    candidates: adCandidates.flat(),
    // What forbids or pauses all ads has left no candidates.
    page: { anchors, allowsAds: true, isSensitive: sensitive, isPaused: false },
    now: new Date(nowMs).toISOString(),
  })
  return choices
    .filter(({ chosen }) => chosen.length > 0)
    .map((choice) => slotView(choice, id, context.adTokenKey, nowMs))
}

/** What is not published yet may change without another version. */
function anchorsAtHand(
  { body, ...article }: { readonly id: string; readonly version: number; readonly body: BodyAtHand },
  { anchors }: ViewContext,
): readonly string[] {
  return body instanceof StoredJson ? anchors.of(article, () => body.value) : anchorsOf(body)
}

function slotView(
  { slot, afterKey, chosen }: SlotChoice<StoredSlot, AdCandidate>,
  articleId: string,
  key: AdTokenKey,
  nowMs: number,
): DeliveredSlot {
  return {
    slot: slot.key,
    label: slot.label,
    anchor: { place: slot.place, ...(afterKey === undefined ? {} : { afterKey }) },
    placements: chosen.map((candidate) => placementView(candidate, articleId, key, nowMs)),
  }
}

/** A placement as it is delivered on the page of an article, or on one that is none (null). */
export function placementView(
  { id, position, creative }: AdCandidate,
  articleId: string | null,
  key: AdTokenKey,
  nowMs: number,
): DeliveredPlacement {
  return {
    id,
    position,
    token: signAdToken(key, { placementId: id, articleId }, nowMs),
    creative: {
      id: creative.id,
      title: creative.title,
      format: creative.format,
      clickUrl: creative.clickUrl,
      html: creative.html,
      sizes: [...creative.sizes],
      rel: 'sponsored noopener',
    },
  }
}

/** Where an article is on the site; null where the operator has not said where that is. */
export function urlOf(slug: string, { publicUrl, articlePath }: SiteAddress): string | null {
  return publicUrl === undefined ? null : toUri(publicUrl + pathOfSlug(slug, articlePath))
}
