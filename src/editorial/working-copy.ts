import type { ArticleContent } from '../contract/article.ts'
import type { ChangeDetails } from '../contract/change.ts'
import type { Actor } from '../contract/permissions.ts'
import type { RelatedLink } from '../contract/related-link.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { hashOf } from './content.ts'
import { nextVersion, type Recorded, recordVersion } from './versions.ts'

interface Written {
  readonly content: ArticleContent
  /** The links as they are, or as they were written with the content. */
  readonly related: readonly RelatedLink[]
  /** The links as they were. */
  readonly previousRelated: readonly RelatedLink[]
  readonly details?: ChangeDetails
}

/** Keeps what an actor made of an article as its next version. What is public stays. Throws `version-mismatch`. */
export async function keepContent(
  tx: Writer,
  actor: Actor,
  previous: StoredArticle,
  { content, related, previousRelated, details = {} }: Written,
): Promise<StoredArticle> {
  const article = {
    ...nextVersion(tx, actor, previous),
    content,
    contentHash: hashOf({ ...content, related }),
  }
  await tx.together([
    tx.articles.update(previous, article),
    recordVersion(tx, {
      previous: { article: previous, related: previousRelated },
      article,
      related,
      actor,
      type: 'article.updated',
      visibility: 'hidden',
      details,
    }),
  ])
  return article
}

/**
 * Keeps a next version of an article whose content and links are those of `previous`: another state of it. Throws
 * `version-mismatch`.
 */
export async function keepState(
  tx: Writer,
  actor: Actor,
  previous: StoredArticle,
  article: StoredArticle,
  recorded: Omit<Recorded, 'previous' | 'article' | 'related' | 'actor'>,
): Promise<StoredArticle> {
  const [related] = await tx.together([
    tx.relatedLinks.listOf(article.id),
    tx.articles.update(previous, article),
  ])
  await recordVersion(tx, { previous: { article: previous, related }, article, related, actor, ...recorded })
  return article
}
