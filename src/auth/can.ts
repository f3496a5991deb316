import type { ActorReference, ArticleStatus } from '../contract/article.ts'
import type { Actor, Permission } from '../contract/permissions.ts'

/** What a permission is asked for: an article, where whose it is and its state matter. */
export interface ArticleSubject {
  readonly status: ArticleStatus
  readonly createdBy: ActorReference
}

/**
 * True when the actor may do this to the subject. `articles.write` covers one's own drafts and `articles.preview`
 * one's own articles; those who may edit any article need no ownership.
 */
export function can(actor: Actor, permission: Permission, subject?: ArticleSubject): boolean {
  const has = (name: Permission) => actor.permissions.includes(name)
  if (!subject || (permission !== 'articles.write' && permission !== 'articles.preview'))
    return has(permission)
  if (has('articles.edit')) return true
  const isOwn = actor.tokenId !== null && subject.createdBy.tokenId === actor.tokenId
  return has(permission) && isOwn && (permission === 'articles.preview' || subject.status === 'draft')
}
