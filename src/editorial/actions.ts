import { can } from '../auth/can.ts'
import { Problem } from '../contract/errors.ts'
import { type ArticleAction, articleActions } from '../contract/managed-article.ts'
import type { Actor } from '../contract/permissions.ts'
import { actions, allows } from '../contract/workflow.ts'
import type { StoredArticle, StoredSummary } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { checkVersion, type Expected } from './articles.ts'
import { referenceOf } from './versions.ts'

/** The actions that both the article's state and the actor's permissions allow, in the order of the table. */
export function allowedActions(article: StoredSummary, actor: Actor): ArticleAction[] {
  return articleActions.filter((action) => allows(article, action) && mayAct(actor, action, article))
}

function mayAct(actor: Actor, action: ArticleAction, article: StoredSummary): boolean {
  return can(actor, actions[action].permission, article)
}

/**
 * The article that the action is about to change. Throws `not-found`, `forbidden`, `invalid-transition`,
 * `version-mismatch`.
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

/** What is told of an action, or another verb, that the article's state does not allow. */
export function invalidTransition(article: StoredArticle, actor: Actor, action: string): Problem {
  return new Problem(
    'invalid-transition',
    `An article that is ${article.status} cannot be the object of ${action}.`,
    {
      extensions: { currentStatus: article.status, allowedActions: allowedActions(article, actor) },
    },
  )
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

/** What an article without any schedule has. */
export const unscheduled = {
  scheduledAt: null,
  scheduledFrom: null,
  scheduledBy: null,
  scheduleProblem: null,
} as const
