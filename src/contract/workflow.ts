import { type ArticleStatus, articleStatuses } from './article.ts'
import type { ArticleAction } from './managed-article.ts'
import type { Permission } from './permissions.ts'

interface Transition {
  /** The states that allow the action. */
  readonly from: readonly ArticleStatus[]
  /** Where the article must be: what is in the trash allows nothing but what is meant for it. */
  readonly place: 'desk' | 'trash'
  readonly permission: Permission
  /** What the permission is asked for: a copy is made of any article, whoever's it is. */
  readonly subject: 'the article' | 'a copy'
  /** The state that it leads to, in words for the description of the API. */
  readonly to: string
}

const alive = articleStatuses.filter((status) => status !== 'killed')

/** An action on an article at the desk. */
function atDesk(from: readonly ArticleStatus[], permission: Permission, to: string): Transition {
  return { from, place: 'desk', permission, subject: 'the article', to }
}

/** Every action on an article, once: the code, its description and `allowedActions` come from here. */
export const actions: Readonly<Record<ArticleAction, Transition>> = {
  submit: atDesk(['draft'], 'articles.write', 'in-review'),
  approve: atDesk(['in-review'], 'articles.edit', 'approved'),
  reject: atDesk(['in-review', 'approved'], 'articles.edit', 'draft'),
  publish: atDesk(alive, 'articles.publish', 'published, or scheduled'),
  unschedule: atDesk(['scheduled', 'published'], 'articles.publish', 'the state before it was scheduled'),
  unpublish: atDesk(['published'], 'articles.publish', 'unpublished'),
  kill: atDesk(alive, 'articles.publish', 'killed'),
  revive: atDesk(['killed'], 'articles.revive', 'draft'),
  restore: {
    from: articleStatuses,
    place: 'trash',
    permission: 'articles.edit',
    subject: 'the article',
    to: 'the state before the trash',
  },
  duplicate: {
    from: alive,
    place: 'desk',
    permission: 'articles.write',
    subject: 'a copy',
    to: 'the same state; the copy is a draft',
  },
}

/** The states from which an article goes to the trash: what is public, or will be, is taken back first. */
export const trashableStatuses: readonly ArticleStatus[] = [
  'draft',
  'in-review',
  'approved',
  'unpublished',
  'killed',
]

/** What an action is asked for. */
export interface WorkflowState {
  readonly status: ArticleStatus
  readonly scheduledAt: string | null
  readonly unpublishAt: string | null
  readonly trashedAt: string | null
}

/** True when the article's state allows the action, whoever asks. */
export function allows(state: WorkflowState, action: ArticleAction): boolean {
  const { from, place } = actions[action]
  if (!from.includes(state.status) || place !== (state.trashedAt === null ? 'desk' : 'trash')) return false
  return action !== 'unschedule' || state.scheduledAt !== null || state.unpublishAt !== null
}

/** Where an action leads from and to, as a sentence for the description of the API. */
export function describeTransition(action: ArticleAction): string {
  const { from, place, to } = actions[action]
  const states = from.length === articleStatuses.length ? 'any state' : from.join(', ')
  return place === 'trash' ? `From the trash to ${to}.` : `From ${states} to ${to}.`
}
