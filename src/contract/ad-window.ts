/** When a placement is shown: from `startsAt` until before `endsAt`. Null is at once, and never. */

interface Dates {
  readonly startsAt: string | null
  readonly endsAt: string | null
}

/** The last instant that there is. */
export const never = '9999-12-31T23:59:59.999Z'

/** What is kept beside the dates of a placement that is written, or looked at again, at `now`. */
export function edgesOf({ startsAt, endsAt }: Dates, now: string) {
  const next = [startsAt, endsAt].find((edge) => edge !== null && edge > now) ?? null
  return { overAt: endsAt ?? never, nextEdgeAt: next }
}
