import { Problem } from '../contract/errors.ts'

/** A few that may do something at once. */
export interface Places {
  /** Waits for a place for at most `waitMs`. Answers how to leave it. Throws `unavailable` when none became free. */
  take(): Promise<() => void>
}

/** Makes `count` places. */
export function createPlaces(count: number, waitMs: number): Places {
  const waiting = new Set<() => void>()
  let free = count
  const leave = () => {
    free += 1
    const [first] = waiting
    first?.()
  }
  const occupy = () => {
    free -= 1
    let isLeft = false
    return () => {
      if (!isLeft) leave()
      isLeft = true
    }
  }
  return {
    async take() {
      if (free > 0) return occupy()
      return new Promise((resolve, reject) => {
        const turn = () => {
          clearTimeout(timer)
          waiting.delete(turn)
          resolve(occupy())
        }
        const timer = setTimeout(() => {
          waiting.delete(turn)
          reject(new Problem('unavailable', `${count} of these are running already; try again later.`))
        }, waitMs)
        waiting.add(turn)
      })
    },
  }
}
