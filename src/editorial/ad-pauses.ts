import type { Actor } from '../contract/permissions.ts'
import type { AdPause } from '../store/ad-pauses.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { referenceOf } from './actors.ts'
import type { Expected } from './articles.ts'
import { tellChange } from './change-log.ts'
import { getExpected } from './expected.ts'

/**
 * Pauses all ads of an article, whatever they were placed on, at once. It is no edit of the article: its version
 * stays. Where they are paused already, nothing changes. Throws `not-found`, `version-mismatch`.
 */
export async function pauseArticleAds(
  tx: Writer,
  actor: Actor,
  articleId: string,
  expected: Expected,
): Promise<AdPause> {
  const article = await getExpected(tx.articles, articleId, expected)
  const known = await tx.adPauses.find(articleId)
  if (known) return known
  const pause: AdPause = { articleId, pausedAt: tx.now, pausedBy: referenceOf(actor) }
  await tx.adPauses.insert(pause)
  await tell(tx, actor, 'article.ads-paused', article)
  return pause
}

/**
 * Shows the ads of an article again, at once. Where they are shown, nothing changes. Throws `not-found`,
 * `version-mismatch`.
 */
export async function resumeArticleAds(
  tx: Writer,
  actor: Actor,
  articleId: string,
  expected: Expected,
): Promise<void> {
  const article = await getExpected(tx.articles, articleId, expected)
  if ((await tx.adPauses.find(articleId)) === undefined) return
  await tx.adPauses.remove(articleId)
  await tell(tx, actor, 'article.ads-resumed', article)
}

async function tell(
  tx: Writer,
  actor: Actor,
  type: 'article.ads-paused' | 'article.ads-resumed',
  { id, content }: StoredArticle,
): Promise<void> {
  const publicSlug = await tx.adPauses.publicSlugOf(id)
  await tellChange(tx, {
    type,
    subject: { type: 'article', id, slug: publicSlug ?? content.slug },
    actor,
    previous: null,
    next: null,
    visibility: publicSlug === undefined ? 'hidden' : 'public',
  })
}
