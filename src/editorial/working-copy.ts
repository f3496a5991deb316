import type { ArticleContent } from '../contract/article.ts'
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
  readonly payload?: Readonly<Record<string, unknown>>
}

/** Keeps what an actor made of an article as its next version. What is public stays. Throws `version-mismatch`. */
export async function keepContent(
  tx: Writer,
  actor: Actor,
  previous: StoredArticle,
  { content, related, payload = {} }: Written,
): Promise<StoredArticle> {
  const article = {
    ...nextVersion(tx, actor, previous),
    content,
    contentHash: hashOf({ ...content, related }),
  }
  await tx.together([
    tx.articles.update(previous, article),
    recordVersion(tx, { article, related, actor, type: 'article.updated', visibility: 'hidden', payload }),
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
  recorded: Omit<Recorded, 'article' | 'related' | 'actor'>,
): Promise<StoredArticle> {
  const [related] = await tx.together([
    tx.relatedLinks.listOf(article.id),
    tx.articles.update(previous, article),
  ])
  await recordVersion(tx, { article, related, actor, ...recorded })
  return article
}
