/**
 * When a placement is shown: from `startsAt` until before `endsAt`, where null is at once, and never; and not before
 * `heldUntil`, where it is held back because more of it was shown than is planned.
 */

interface Dates {
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly heldUntil: string | null
}

/** The last instant that there is. */
export const never = '9999-12-31T23:59:59.999Z'

/** What is kept beside the dates of a placement that is written, or looked at again, at `now`. */
export function edgesOf({ startsAt, endsAt, heldUntil }: Dates, now: string) {
  const coming = [startsAt, heldUntil, endsAt].filter((edge) => edge !== null && edge > now && edge !== never)
  return { overAt: endsAt ?? never, nextEdgeAt: coming.sort()[0] ?? null }
}
