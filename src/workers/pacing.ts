/** The first pause, and the longest one, in milliseconds. */
const firstMs = 100
const longestMs = 10_000

/** Who has served for so long did not end early. */
const soundMs = 10_000

/** How long to wait before a worker is replaced: not at all, but where one after the other ends early. */
export function createPacing() {
  let earlyEnds = 0
  return {
    /** The pause in milliseconds after a worker that served for so long; undefined where it never did. */
    pauseAfter(servedMs: number | undefined): number {
      const isEarly = servedMs === undefined || servedMs < soundMs
      earlyEnds = isEarly ? earlyEnds + 1 : 0
      return isEarly ? Math.min(longestMs, firstMs * 2 ** (earlyEnds - 1)) : 0
    },
  }
}
