import type { KillInput } from '../contract/article-actions.ts'
import type { Actor } from '../contract/permissions.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { getForAction, unscheduled } from './actions.ts'
import type { Expected } from './articles.ts'
import { nextVersion } from './versions.ts'
import { keepState } from './working-copy.ts'

/** What an article has that is public no longer: nothing waits for an instant any more either. */
const withdrawn = { ...unscheduled, unpublishAt: null, publishedVersion: null, publishedHash: null } as const

/**
 * Takes the article back from the public; what was scheduled for it is cancelled. Throws `not-found`, `forbidden`,
 * `invalid-transition`, `version-mismatch`.
 */
export async function unpublishArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<StoredArticle> {
  const previous = await getForAction(tx, actor, 'unpublish', id, expected)
  const article: StoredArticle = {
    ...nextVersion(tx, actor, previous),
    ...withdrawn,
    status: 'unpublished',
  }
  const publicSlug = await tx.publications.remove(id, 'unpublished', null)
  return keepState(tx, actor, previous, article, {
    type: 'article.unpublished',
    visibility: 'public',
    publicSlug,
    reason: 'unpublished',
  })
}

/**
 * Takes the article back for good and tells the public why; until somebody revives it nothing can be done with it.
 * One that was never public stays unknown to the public. Throws as `unpublishArticle` does.
 */
export async function killArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  { reason, note }: KillInput,
): Promise<StoredArticle> {
  const previous = await getForAction(tx, actor, 'kill', id, expected)
  const article: StoredArticle = { ...nextVersion(tx, actor, previous), ...withdrawn, status: 'killed' }
  const wasPublic = previous.firstPublishedAt !== null
  const publicSlug = wasPublic ? await takeBack(tx, id, reason) : undefined
  return keepState(tx, actor, previous, article, {
    type: 'article.killed',
    visibility: wasPublic ? 'public' : 'hidden',
    publicSlug,
    reason: 'killed',
    details: { publicReason: reason, note: note ?? null },
  })
}

/** Takes back what is or was public; answers the slug by which the public knows it. */
async function takeBack(tx: Writer, id: string, reason: string): Promise<string | undefined> {
  return (await tx.publications.remove(id, 'killed', reason)) ?? (await tx.slugs.findNewestPublic(id))
}
