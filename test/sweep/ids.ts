import { createHash } from 'node:crypto'
import type { v7 } from 'uuid'

/**
 * Ids that two servers make alike: version 7 as ever, of the clock, but with their random part drawn from a stream
 * that the test names. Put it in the place of `v7` with `vi.mock('uuid')`.
 */

let stream = ''
let drawn = 0

/** The ids that follow are those of this stream, from its first one. */
export function drawIdsFrom(name: string): void {
  stream = name
  drawn = 0
}

/** The next id of the stream. */
export function nextId(real: typeof v7): string {
  drawn += 1
  const random = createHash('sha256').update(`${stream} ${drawn}`).digest().subarray(0, 16)
  return real({ msecs: Date.now(), random })
}
