import { explainedSince, explainedView, publicExplanation } from '../ads/explain.ts'
import { explainAds } from '../ads/select.ts'
import { explainedDays } from '../contract/ad-choice.ts'
import type { PublicReader } from '../store/index.ts'
import type { Found } from './answering.ts'
import { adTimes, cardTags } from './caching.ts'
import { findArticle } from './find-article.ts'
import type { ViewContext } from './views.ts'

/** Why a published article shows the ads that it shows. Throws `not-found` and `article-gone`. */
export async function explainArticleAds(
  published: PublicReader,
  idOrSlug: string,
  context: ViewContext,
): Promise<Found> {
  const found = await findArticle(published, idOrSlug)
  if ('movedTo' in found) return found
  const { article } = found
  const nowMs = context.clock()
  const since = explainedSince(nowMs, explainedDays)
  const inventory = await published.findAdInventory({ articleId: article.id }, since)
  if (!inventory) return { answer: { slots: [] }, cacheTags: cardTags(article) }
  const choices = explainAds({ ...inventory, now: new Date(nowMs).toISOString() })
  return {
    answer: { slots: publicExplanation(explainedView(choices)) },
    cacheTags: [...cardTags(article), ...inventory.slots.map((slot) => `slot:${slot.key}`)],
    times: adTimes(inventory.candidates, nowMs),
  }
}
