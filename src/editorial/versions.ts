import type { GoneReason } from '../contract/article.ts'
import type { ChangeDetails, ChangeType } from '../contract/change.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { referenceOf } from './actors.ts'
import { tellChanges } from './change-log.ts'

/** The next version of an article, written by the actor now. */
export function nextVersion(tx: Writer, actor: Actor, article: StoredArticle): StoredArticle {
  return {
    ...article,
    version: article.version + 1,
    updatedAt: tx.now,
    updatedBy: referenceOf(actor),
  }
}

/** A version of an article with its links. */
export interface Version {
  readonly article: StoredArticle
  readonly related: readonly RelatedLink[]
}

/** What is written down of a version. */
export interface Recorded extends Version {
  /** The version before; null for the first. */
  readonly previous: Version | null
  readonly actor: Actor
  readonly type: ChangeType
  readonly visibility: 'public' | 'hidden'
  /** By which the public knows the article, where the version may have another slug. */
  readonly publicSlug?: string | undefined
  /** What the public is told of why, where it is gone. */
  readonly reason?: GoneReason
  readonly details?: ChangeDetails
}

/** Keeps a version of an article as a revision and tells the change log. Every accepted write ends here. */
export function recordVersion(tx: Writer, recorded: Recorded): Promise<void> {
  return recordVersions(tx, [recorded])
}

/** The same of versions of several articles. */
export async function recordVersions(tx: Writer, all: readonly Recorded[]): Promise<void> {
  const revised = tx.revisions.append(
    all.map(({ article, related, actor, type }) => ({
      articleId: article.id,
      version: article.version,
      createdAt: tx.now,
      createdBy: referenceOf(actor),
      type,
      pinned: false,
      snapshot: { ...article.content, related },
    })),
  )
  const told = tellChanges(
    tx,
    all.map(({ previous, article, related, actor, type, visibility, publicSlug, reason, details }) => ({
      type,
      subject: { type: 'article' as const, id: article.id, slug: publicSlug ?? article.content.slug },
      actor,
      previous: previous && loggedState(previous),
      next: loggedState({ article, related }),
      version: article.version,
      details,
      reason,
      visibility,
    })),
  )
  await tx.together([revised, told])
}

/** A version as the change log looks at it. */
export function loggedState({ article, related }: Version) {
  return { ...article.content, ...article, related }
}
