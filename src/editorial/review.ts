import type { ArticleStatus } from '../contract/article.ts'
import type { ChangeType } from '../contract/change.ts'
import type { Actor } from '../contract/permissions.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { getForAction } from './actions.ts'
import type { Expected } from './articles.ts'
import { nextVersion } from './versions.ts'
import { keepState } from './working-copy.ts'

/** The actions that change nothing but the state of a working copy. */
export type ReviewAction = 'submit' | 'approve' | 'reject' | 'revive'

const outcomes: Readonly<Record<ReviewAction, { status: ArticleStatus; type: ChangeType }>> = {
  submit: { status: 'in-review', type: 'article.submitted' },
  approve: { status: 'approved', type: 'article.approved' },
  reject: { status: 'draft', type: 'article.rejected' },
  revive: { status: 'draft', type: 'article.revived' },
}

/**
 * Submits a draft for review, approves or rejects it, or makes a killed article a draft again. Throws `not-found`,
 * `forbidden`, `invalid-transition`, `version-mismatch`.
 */
export async function reviewArticle(
  tx: Writer,
  actor: Actor,
  action: ReviewAction,
  id: string,
  expected: Expected,
): Promise<StoredArticle> {
  const previous = await getForAction(tx, actor, action, id, expected)
  const { status, type } = outcomes[action]
  const article: StoredArticle = { ...nextVersion(tx, actor, previous), status }
  return keepState(tx, actor, previous, article, { type, visibility: 'hidden' })
}
