import { can } from '../auth/can.ts'
import { Problem } from '../contract/errors.ts'
import { type ArticleAction, articleActions } from '../contract/managed-article.ts'
import type { Actor } from '../contract/permissions.ts'
import { actions, allows } from '../contract/workflow.ts'
import type { StoredSummary } from '../store/articles.ts'

/** The actions that both the article's state and the actor's permissions allow, in the order of the table. */
export function allowedActions(article: StoredSummary, actor: Actor): ArticleAction[] {
  return articleActions.filter((action) => allows(article, action) && mayAct(actor, action, article))
}

/** True when the actor may do this, wherever the article is. */
export function mayAct(actor: Actor, action: ArticleAction, article: StoredSummary): boolean {
  const { permission, subject } = actions[action]
  return can(actor, permission, subject === 'a copy' ? undefined : article)
}

/** What is told of an action, or another verb, that the article's state does not allow. */
export function invalidTransition(article: StoredSummary, actor: Actor, verb: string): Problem {
  const { status, trashedAt } = article
  const state = trashedAt === null ? status : 'in the trash'
  return new Problem('invalid-transition', `An article that is ${state} cannot be the object of ${verb}.`, {
    extensions: { currentStatus: status, trashedAt, allowedActions: allowedActions(article, actor) },
  })
}
