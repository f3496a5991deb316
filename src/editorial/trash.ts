import { can } from '../auth/can.ts'
import { Problem } from '../contract/errors.ts'
import { type Actor, systemActor } from '../contract/permissions.ts'
import { trashableStatuses } from '../contract/workflow.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { getForAction } from './actions.ts'
import { placementState } from './ad-placements.ts'
import { invalidTransition } from './allowed-actions.ts'
import { checkVersion, type Expected } from './articles.ts'
import { tellChange } from './change-log.ts'
import { loggedState, nextVersion } from './versions.ts'
import { keepState } from './working-copy.ts'

/**
 * Puts an article into the trash, whence it comes back as it was. What is public, or will be, is taken back
 * first. Throws `not-found`, `forbidden`, `invalid-transition`, `version-mismatch`.
 */
export async function trashArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<StoredArticle> {
  requirePermission(actor, 'articles.edit')
  const previous = await tx.articles.get(id)
  if (previous.trashedAt !== null || !trashableStatuses.includes(previous.status))
    throw invalidTransition(previous, actor, 'deletion')
  checkVersion(previous, expected)
  const article = { ...nextVersion(tx, actor, previous), trashedAt: tx.now }
  return keepState(tx, actor, previous, article, { type: 'article.trashed', visibility: 'hidden' })
}

/** Takes an article out of the trash, in the state that it had. Throws as `trashArticle` does. */
export async function restoreArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<StoredArticle> {
  const previous = await getForAction(tx, actor, 'restore', id, expected)
  const article = { ...nextVersion(tx, actor, previous), trashedAt: null }
  return keepState(tx, actor, previous, article, { type: 'article.restored', visibility: 'hidden' })
}

/**
 * Deletes an article from the trash for good. Throws `not-found`, `forbidden`, `invalid-transition`,
 * `version-mismatch`.
 */
export async function purgeArticle(tx: Writer, actor: Actor, id: string, expected: Expected): Promise<void> {
  requirePermission(actor, 'articles.purge')
  const article = await tx.articles.get(id)
  if (article.trashedAt === null) throw invalidTransition(article, actor, 'permanent deletion')
  checkVersion(article, expected)
  await purge(tx, actor, article)
}

/**
 * Deletes an article for good that has been in the trash since `until` or longer. False when there is none such
 * any more: it was restored, or another process was faster.
 */
export async function purgeOldTrash(tx: Writer, id: string, until: string): Promise<boolean> {
  const article = await tx.articles.find(id)
  if (!article || article.trashedAt === null || article.trashedAt > until) return false
  await purge(tx, systemActor, article)
  return true
}

/**
 * Removes the article with everything that is its own. What was ever public stays known: that it is gone, and its
 * slugs, which no other article gets. Links of other articles to it stay and lead nowhere; delivery leaves them
 * out, as it does while an article is not public.
 */
async function purge(tx: Writer, actor: Actor, article: StoredArticle): Promise<void> {
  const { id, version, content } = article
  const related = await tx.relatedLinks.listOf(id)
  await tx.articles.remove(id)
  await tx.slugs.releaseAll(id)
  for (const placement of await tx.ads.removePlacementsOf(id))
    await tellChange(tx, {
      type: 'ad-placement.deleted',
      subject: { type: 'ad-placement', id: placement.id, slug: null },
      actor,
      previous: placementState(placement),
      next: null,
      version: placement.version,
      visibility: 'hidden',
    })
  await tellChange(tx, {
    type: 'article.purged',
    subject: { type: 'article', id, slug: content.slug },
    actor,
    previous: loggedState({ article, related }),
    next: null,
    version,
    visibility: 'hidden',
  })
}

function requirePermission(actor: Actor, permission: 'articles.edit' | 'articles.purge'): void {
  if (!can(actor, permission)) throw new Problem('forbidden', `The token lacks the permission ${permission}.`)
}
