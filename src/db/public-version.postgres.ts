interface FollowOptions {
  /** Reads the number of the newest public change. */
  readonly look: () => Promise<number>
  /** Calls the listener soon after a commit by any instance; a call may be missed. */
  readonly onChange: (listener: () => void) => () => void
}

/** How often to look without having been told, in milliseconds. */
const pollMs = 1_000

/**
 * Follows how far the public has come: at once for what this process wrote, as soon as the database tells of it for
 * the rest, and by a look from time to time, because a message may be lost while a connection is.
 */
export function followPublicVersion({ look, onChange }: FollowOptions) {
  let known: number | undefined
  let isLooking = false
  let isBehind = false
  let stopListening: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined

  function note(seq: number): void {
    // Two looks may be answered by connections that are not equally far.
    known = Math.max(known ?? 0, seq)
  }

  async function follow(): Promise<void> {
    isBehind = true
    if (isLooking) return
    isLooking = true
    try {
      while (isBehind) {
        isBehind = false
        note(await look())
      }
    } catch {
      // The next look may succeed. Until then readers get what was public last, better than nothing.
    } finally {
      isLooking = false
    }
  }

  function start(): void {
    if (timer !== undefined) return
    stopListening = onChange(() => void follow())
    timer = setInterval(() => void follow(), pollMs).unref()
    void follow()
  }

  return {
    /** The newest known number; undefined before it was read first. The first call begins to follow. */
    current(): number | undefined {
      start()
      return known
    },
    /** Tells of a public change that this process committed. */
    note,
    stop(): void {
      clearInterval(timer)
      stopListening?.()
    },
  }
}
