/** How long the answer to a request with an `Idempotency-Key` is kept, in milliseconds. */
export const idempotencyKeptMs = 24 * 60 * 60 * 1000

/** When a request that has not been answered is taken for lost and its key for free, in milliseconds. */
export const idempotencyAbandonedMs = 60 * 1000
