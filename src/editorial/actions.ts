import { can } from '../auth/can.ts'
import { Problem } from '../contract/errors.ts'
import type { ArticleAction } from '../contract/managed-article.ts'
import type { Actor } from '../contract/permissions.ts'
import { actions, allows } from '../contract/workflow.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { invalidTransition, mayAct } from './allowed-actions.ts'
import { checkVersion, type Expected } from './articles.ts'

/**
 * The article that the action is about to change or to copy. Throws `not-found`, `forbidden`,
 * `invalid-transition`, `version-mismatch`.
 */
export async function getForAction(
  tx: Writer,
  actor: Actor,
  action: ArticleAction,
  id: string,
  expected: Expected,
): Promise<StoredArticle> {
  const article = await tx.articles.get(id)
  const { permission } = actions[action]
  if (!can(actor, permission)) throw new Problem('forbidden', `The token lacks the permission ${permission}.`)
  if (!allows(article, action)) throw invalidTransition(article, actor, action)
  if (!mayAct(actor, action, article))
    throw new Problem('forbidden', 'The token allows this for your own drafts only.')
  checkVersion(article, expected)
  return article
}

/** What an article without any schedule has. */
export const unscheduled = {
  scheduledAt: null,
  scheduledFrom: null,
  scheduledBy: null,
  scheduleProblem: null,
} as const
