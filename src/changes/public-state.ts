import type { Db } from '../store/index.ts'

interface FollowOptions {
  /** How often to look without having been told, in milliseconds. */
  readonly pollMs: number
  /** Told when a look fails; the next one may succeed. */
  readonly onFailure: (error: unknown) => void
}

export interface PublicStateFollower {
  /** The number of the newest public change that this instance knows of; 0 before the first. */
  seq(): number
  stop(): void
}

/**
 * Follows how far the public has come: as soon as the database tells of a write by any instance, and by a look
 * from time to time, because a message may be lost while a connection is.
 */
export function followPublicState(
  db: Pick<Db, 'published' | 'onChange'>,
  { pollMs, onFailure }: FollowOptions,
): PublicStateFollower {
  let seq = 0
  let isLooking = false
  let isBehind = false

  async function look(): Promise<void> {
    isBehind = true
    if (isLooking) return
    isLooking = true
    try {
      while (isBehind) {
        isBehind = false
        const state = await db.published((published) => published.findState())
        // Two looks may be answered by connections that are not equally far.
        seq = Math.max(seq, state.seq)
      }
    } catch (error) {
      onFailure(error)
    } finally {
      isLooking = false
    }
  }

  const stopListening = db.onChange(() => void look())
  const timer = setInterval(() => void look(), pollMs)
  timer.unref()
  void look()
  return {
    seq: () => seq,
    stop() {
      clearInterval(timer)
      stopListening()
    },
  }
}
