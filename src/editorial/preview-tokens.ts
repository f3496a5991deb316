import { v7 as newId } from 'uuid'
import { mayPreview } from '../auth/can.ts'
import { Problem } from '../contract/errors.ts'
import type { Actor } from '../contract/permissions.ts'
import type { PreviewTokenInput } from '../contract/preview.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import type { StoredPreviewToken } from '../store/preview-tokens.ts'
import { referenceOf } from './actors.ts'
import { invalidTransition } from './allowed-actions.ts'
import { tellChange } from './change-log.ts'

/** Makes what opens the preview of an article. Throws `not-found`, `forbidden`, `invalid-transition`. */
export async function createPreviewToken(
  tx: Writer,
  actor: Actor,
  articleId: string,
  { expiresInSeconds }: PreviewTokenInput,
): Promise<StoredPreviewToken> {
  const article = await getForPreview(tx, actor, articleId)
  if (article.status === 'killed' || article.trashedAt !== null)
    throw invalidTransition(article, actor, 'a preview')
  const token: StoredPreviewToken = {
    id: newId(),
    articleId,
    createdAt: tx.now,
    createdBy: referenceOf(actor),
    expiresAt: new Date(Date.parse(tx.now) + expiresInSeconds * 1_000).toISOString(),
    revokedAt: null,
  }
  await tx.previewTokens.insert(token)
  await tell(tx, actor, 'preview-token.created', token, null)
  return token
}

/** Makes a token worthless at once; a second time changes nothing. Throws `not-found`, `forbidden`. */
export async function revokePreviewToken(
  tx: Writer,
  actor: Actor,
  articleId: string,
  tokenId: string,
): Promise<void> {
  await getForPreview(tx, actor, articleId)
  const token = await tx.previewTokens.find(articleId, tokenId)
  if (!token) throw new Problem('not-found', 'The article has no such preview token.')
  if (token.revokedAt !== null) return
  await tx.previewTokens.revoke(tokenId, tx.now)
  await tell(tx, actor, 'preview-token.revoked', { ...token, revokedAt: tx.now }, token)
}

async function getForPreview(tx: Writer, actor: Actor, articleId: string): Promise<StoredArticle> {
  const article = await tx.articles.get(articleId)
  if (!mayPreview(actor, article))
    throw new Problem('forbidden', 'The token allows previews of your own articles only.')
  return article
}

function tell(
  tx: Writer,
  actor: Actor,
  type: 'preview-token.created' | 'preview-token.revoked',
  token: StoredPreviewToken,
  previous: StoredPreviewToken | null,
): Promise<void> {
  return tellChange(tx, {
    type,
    subject: { type: 'preview-token', id: token.id, slug: null },
    actor,
    previous,
    next: token,
    details: { articleId: token.articleId },
    visibility: 'hidden',
  })
}
