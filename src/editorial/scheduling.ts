import { Problem } from '../contract/errors.ts'
import { type Actor, permissionsOf } from '../contract/permissions.ts'
import type { StoredArticle } from '../store/articles.ts'
import type { Writer } from '../store/index.ts'
import { getForAction, unscheduled } from './actions.ts'
import { referenceOf } from './actors.ts'
import type { Expected } from './articles.ts'
import { publishArticle } from './publishing.ts'
import { nextVersion } from './versions.ts'
import { unpublishArticle } from './withdrawing.ts'
import { keepState } from './working-copy.ts'

interface Plan {
  readonly at: string
  readonly unpublishAt: string | null
}

/** Leaves the article to be published at an instant in the future; what is public stays until then. */
export async function scheduleArticle(
  tx: Writer,
  actor: Actor,
  previous: StoredArticle,
  { at, unpublishAt }: Plan,
): Promise<StoredArticle> {
  const isPlanned = previous.scheduledAt === at && previous.unpublishAt === unpublishAt
  if (isPlanned && previous.scheduleProblem === null) return previous
  const isPublic = previous.status === 'published'
  const article: StoredArticle = {
    ...nextVersion(tx, actor, previous),
    status: isPublic ? 'published' : 'scheduled',
    scheduledFrom: isPublic ? null : (previous.scheduledFrom ?? previous.status),
    scheduledAt: at,
    unpublishAt,
    scheduledBy: referenceOf(actor),
    scheduleProblem: null,
  }
  return keepState(tx, actor, previous, article, {
    type: 'article.scheduled',
    visibility: 'hidden',
  })
}

/**
 * Cancels what was scheduled, publication and withdrawal alike. Throws `not-found`, `forbidden`,
 * `invalid-transition`, `version-mismatch`.
 */
export async function unscheduleArticle(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
): Promise<StoredArticle> {
  const previous = await getForAction(tx, actor, 'unschedule', id, expected)
  const article: StoredArticle = {
    ...nextVersion(tx, actor, previous),
    ...unscheduled,
    unpublishAt: null,
    status: previous.status === 'scheduled' ? (previous.scheduledFrom ?? 'draft') : previous.status,
  }
  return keepState(tx, actor, previous, article, { type: 'article.unscheduled', visibility: 'hidden' })
}

/** What became of an article whose instant has come. */
export type ScheduleOutcome = 'published' | 'unpublished' | 'blocked'

/**
 * Does what was planned for an article whose instant has come, in the name of who planned it and by the same way
 * as by hand; undefined when nothing is due. A publication that the embargo forbids now is not done: it is marked
 * and waits for an editor.
 */
export async function carryOutSchedule(tx: Writer, id: string): Promise<ScheduleOutcome | undefined> {
  const article = await tx.articles.find(id)
  if (!article || article.trashedAt !== null) return undefined
  const { scheduledAt, unpublishAt, scheduleProblem } = article
  const isDue = (instant: string | null) => instant !== null && instant <= tx.now
  if (isDue(scheduledAt) && scheduleProblem === null) {
    const actor = actorOf(article)
    try {
      await publishArticle(tx, actor, id, 'any', {})
      return 'published'
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'embargoed') throw error
      await block(tx, actor, article)
      return 'blocked'
    }
  }
  if (isDue(unpublishAt) && article.status === 'published') {
    await unpublishArticle(tx, actorOf(article), id, 'any')
    return 'unpublished'
  }
  return undefined
}

/** Who planned it, with what a schedule needs: that they may publish was checked when they planned it. */
function actorOf({ scheduledBy, updatedBy }: StoredArticle): Actor {
  const { tokenId, name, role } = scheduledBy ?? updatedBy
  const permissions = permissionsOf('admin')
  return { tokenId, name, role: role as Actor['role'], permissions, carriedOutBy: 'schedule' }
}

async function block(tx: Writer, actor: Actor, previous: StoredArticle): Promise<void> {
  const article: StoredArticle = { ...nextVersion(tx, actor, previous), scheduleProblem: 'embargoed' }
  await keepState(tx, actor, previous, article, {
    type: 'article.schedule-blocked',
    visibility: 'hidden',
  })
}
