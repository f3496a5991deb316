import type { ArticleStatus } from './article.ts'
import type { ArticleAction } from './managed-article.ts'
import type { Permission } from './permissions.ts'

/** Each action on an article: the states that allow it and the permission that it takes. */
export const actions: Readonly<
  Record<ArticleAction, { from: readonly ArticleStatus[]; permission: Permission }>
> = {
  publish: {
    from: ['draft', 'in-review', 'approved', 'published', 'unpublished'],
    permission: 'articles.publish',
  },
  unpublish: { from: ['published'], permission: 'articles.publish' },
}

/** The actions that the state allows to somebody with these permissions, in the order of the table. */
export function allowedActions(status: ArticleStatus, permissions: readonly Permission[]): ArticleAction[] {
  const names = Object.keys(actions) as ArticleAction[]
  return names.filter(
    (name) => actions[name].from.includes(status) && permissions.includes(actions[name].permission),
  )
}
