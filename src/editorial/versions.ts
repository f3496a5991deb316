import type { ActorReference, GoneReason } from '../contract/article.ts'
import type { ChangeType } from '../contract/change.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'

/** What is kept of an actor with what they did. */
export function referenceOf({ tokenId, name, role }: Actor): ActorReference {
  return { tokenId, name, role }
}

/** The next version of an article, written by the actor now. */
export function nextVersion(tx: Writer, actor: Actor, article: StoredArticle): StoredArticle {
  return {
    ...article,
    version: article.version + 1,
    updatedAt: tx.now,
    updatedBy: referenceOf(actor),
  }
}

/** What is written down of a version. */
export interface Recorded {
  readonly article: StoredArticle
  readonly related: readonly RelatedLink[]
  readonly actor: Actor
  readonly type: ChangeType
  readonly visibility: 'public' | 'hidden'
  /** What the public is told of why, where it is gone. */
  readonly reason?: GoneReason
  readonly payload?: Readonly<Record<string, unknown>>
}

/** Keeps a version of an article as a revision and tells the change log. Every accepted write ends here. */
export async function recordVersion(tx: Writer, recorded: Recorded): Promise<void> {
  const { article, related, actor, type, visibility, reason, payload } = recorded
  const revised = tx.revisions.append({
    articleId: article.id,
    version: article.version,
    createdAt: tx.now,
    createdBy: referenceOf(actor),
    type,
    pinned: false,
    snapshot: { ...article.content, related },
  })
  const told = tx.changes.append({
    type,
    subject: { type: 'article', id: article.id, slug: article.content.slug },
    actor: referenceOf(actor),
    payload: { version: article.version, ...(reason && { reason }), ...payload },
    visibility,
  })
  await Promise.all([revised, told])
}
