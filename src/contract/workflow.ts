import type { ArticleStatus } from './article.ts'
import type { ArticleAction } from './managed-article.ts'
import type { Permission } from './permissions.ts'

interface Transition {
  /** The states that allow the action. */
  readonly from: readonly ArticleStatus[]
  readonly permission: Permission
  /** The state that it leads to, in words for the description of the API. */
  readonly to: string
}

/** Every action on an article, once: the code, its description and `allowedActions` come from here. */
export const actions: Readonly<Record<ArticleAction, Transition>> = {
  submit: { from: ['draft'], permission: 'articles.write', to: 'in-review' },
  approve: { from: ['in-review'], permission: 'articles.edit', to: 'approved' },
  reject: { from: ['in-review', 'approved'], permission: 'articles.edit', to: 'draft' },
  publish: {
    from: ['draft', 'in-review', 'approved', 'scheduled', 'published', 'unpublished'],
    permission: 'articles.publish',
    to: 'published, or scheduled',
  },
  unschedule: {
    from: ['scheduled', 'published'],
    permission: 'articles.publish',
    to: 'the state before it was scheduled',
  },
  unpublish: { from: ['published'], permission: 'articles.publish', to: 'unpublished' },
  kill: {
    from: ['draft', 'in-review', 'approved', 'scheduled', 'published', 'unpublished'],
    permission: 'articles.publish',
    to: 'killed',
  },
  revive: { from: ['killed'], permission: 'articles.revive', to: 'draft' },
}

/** What an action is asked for. */
export interface WorkflowState {
  readonly status: ArticleStatus
  readonly scheduledAt: string | null
  readonly unpublishAt: string | null
}

/** True when the article's state allows the action, whoever asks. */
export function allows(state: WorkflowState, action: ArticleAction): boolean {
  if (!actions[action].from.includes(state.status)) return false
  return action !== 'unschedule' || state.scheduledAt !== null || state.unpublishAt !== null
}
