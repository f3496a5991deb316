import { Problem } from '../contract/errors.ts'
import type { BucketOptions, Taken } from './token-bucket.ts'

export interface RateLimitOptions {
  /** The name of the policy in the headers: letters and dashes. */
  readonly policy: string
  /** What may be done in a second, in the long run; 0 for no limit. */
  readonly perSecond: number
  /** What may be done at once after a pause; at least 1. */
  readonly burst: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Makes the buckets of a policy, which other processes may share. */
  readonly buckets: (policy: string, options: BucketOptions) => (key: string) => Taken | Promise<Taken>
  /** What to tell whoever did too much. */
  readonly detail: string
}

export interface RateLimit {
  /**
   * Counts what the holder of the key does. Answers the headers for the answer, and a `rate-limited` problem when
   * it is too much.
   */
  count(key: string): Promise<{ headers: Readonly<Record<string, string>>; problem?: Problem }>
}

/**
 * A limit by key, held in memory, with its headers `RateLimit-Policy` and `RateLimit` (as in
 * draft-ietf-httpapi-ratelimit-headers-11): `q` may be done in `w` seconds, `r` are left, and `t` seconds from now
 * there are more. Undefined where there is no limit.
 */
export function createRateLimit(options: RateLimitOptions): RateLimit | undefined {
  const { policy, perSecond, burst, clock, detail } = options
  if (perSecond === 0) return undefined
  const take = options.buckets(policy, { perSecond, burst, clock })
  // The window in which a bucket fills: so the quota of it over its length is the lasting rate.
  const windowSeconds = Math.ceil(burst / perSecond)
  const policyHeader = `"${policy}";q=${Math.round(windowSeconds * perSecond)};w=${windowSeconds}`
  const headersOf = ({ remaining, nextSeconds }: Taken) => ({
    'ratelimit-policy': policyHeader,
    ratelimit: `"${policy}";r=${remaining};t=${nextSeconds}`,
  })
  return {
    async count(key) {
      const taken = await take(key)
      const headers = headersOf(taken)
      if (taken.isTaken) return { headers }
      const retryAfter = { 'retry-after': String(taken.nextSeconds) }
      return {
        headers,
        problem: new Problem('rate-limited', detail, { headers: { ...headers, ...retryAfter } }),
      }
    },
  }
}
