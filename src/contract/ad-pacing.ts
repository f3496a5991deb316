import type { AdGoal } from './ad.ts'
import { never } from './ad-window.ts'

/** How what was sold of a placement is spread over its time. */

interface Sold {
  readonly goal: AdGoal | null
  /** It begins then, or when it was made. */
  readonly startsAt: string | null
  readonly createdAt: string
  readonly endsAt: string | null
}

/** So far ahead of its plan, in parts of its time, a placement may get: of a week, some 20 minutes. */
const mostAhead = 1 / 500
/** And so far in any case, in milliseconds: counts come twice a second. */
const leastSlackMs = 1_000

/**
 * Until when a placement is held back that was shown so often by `now`: for good (`never`) once it has reached its
 * goal; where it is ahead of its plan, which is as much of the goal as has passed of its time, until the plan has come
 * as far; else null. Without an end there is no plan, and it only stops at its goal.
 *
 * It is an instant and no chance of being shown, because an article's own list must be the same for all who read it:
 * between two such instants that list follows from what is stored and from the clock, so that caches may keep it.
 */
export function holdOf(
  { goal, startsAt, createdAt, endsAt }: Sold,
  impressions: number,
  now: string,
): string | null {
  if (goal === null) return null
  if (impressions >= goal.impressions) return never
  if (endsAt === null) return null
  const startMs = Date.parse(startsAt ?? createdAt)
  const lengthMs = Date.parse(endsAt) - startMs
  const plannedMs = startMs + (impressions / goal.impressions) * lengthMs
  return plannedMs - Date.parse(now) > slackOf(lengthMs) ? new Date(plannedMs).toISOString() : null
}

/** True where it makes a difference to hold a placement until `next` that was held until `previous`. */
export function isOtherHold(sold: Sold, previous: string | null, next: string | null, now: string): boolean {
  if (next === null) return false
  if (previous === null || previous <= now) return true
  if (next === never || previous === never) return next !== previous
  const lengthMs = Date.parse(sold.endsAt ?? never) - Date.parse(sold.startsAt ?? sold.createdAt)
  return Date.parse(next) - Date.parse(previous) > slackOf(lengthMs)
}

function slackOf(lengthMs: number): number {
  return Math.max(leastSlackMs, lengthMs * mostAhead)
}
