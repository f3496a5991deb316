import { can } from '../auth/can.ts'
import type { CorrectionInput } from '../contract/article-actions.ts'
import { Problem } from '../contract/errors.ts'
import type { Actor } from '../contract/permissions.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { invalidTransition } from './allowed-actions.ts'
import { checkVersion, type Expected } from './articles.ts'
import { nextVersion } from './versions.ts'
import { keepState } from './working-copy.ts'

/**
 * Tells the readers of a published article what was wrong in it: live at once, without the other edits of its
 * working copy. Throws `not-found`, `forbidden`, `invalid-transition`, `version-mismatch`.
 */
export async function correctArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  { text }: CorrectionInput,
): Promise<StoredArticle> {
  const previous = await tx.articles.get(id)
  if (!can(actor, 'articles.publish'))
    throw new Problem('forbidden', 'The token lacks the permission articles.publish.')
  if (previous.status !== 'published') throw invalidTransition(previous, actor, 'a correction')
  checkVersion(previous, expected)
  const corrections = [...previous.corrections, { at: tx.now, text }]
  const article: StoredArticle = { ...nextVersion(tx, actor, previous), corrections }
  const publicSlug = await tx.publications.correct(id, corrections)
  return keepState(tx, actor, previous, article, {
    type: 'article.corrected',
    visibility: 'public',
    publicSlug,
    details: { text },
  })
}
