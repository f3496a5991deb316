import type { ActorReference, ArticleStatus } from '../contract/article.ts'
import type { Actor, Permission } from '../contract/permissions.ts'

/** What a permission is asked for: an article, where whose it is and its state matter. */
export interface ArticleSubject {
  readonly status: ArticleStatus
  readonly createdBy: ActorReference
}

/**
 * True when the actor may do this to the subject. `articles.write` covers one's own drafts; those who may
 * edit any article need no ownership.
 */
export function can(actor: Actor, permission: Permission, subject?: ArticleSubject): boolean {
  const has = (name: Permission) => actor.permissions.includes(name)
  if (permission !== 'articles.write' || !subject) return has(permission)
  return has('articles.edit') || (has(permission) && isOwn(actor, subject) && subject.status === 'draft')
}

/** True when the actor may give others a preview of the article: of any, or of one's own in whatever state. */
export function mayPreview(actor: Actor, subject: ArticleSubject): boolean {
  return can(actor, 'articles.edit') || (can(actor, 'articles.write') && isOwn(actor, subject))
}

function isOwn(actor: Actor, subject: ArticleSubject): boolean {
  return actor.tokenId !== null && subject.createdBy.tokenId === actor.tokenId
}
