import type { Db } from '../store/index.ts'
import type { MaintenanceTask } from './task.ts'

/** So many are deleted in one transaction. */
const batchSize = 500
/** Events may come to be written late, when the database was away; until then they are recognised. */
const graceMs = 60 * 60 * 1000

interface AdEventOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Forgets which events of ads were counted, when the same may be counted again. */
export function forgetAdEvents({ db, clock }: AdEventOptions): MaintenanceTask {
  return {
    name: 'ad-events',
    async *pass() {
      const before = new Date(clock() - graceMs).toISOString()
      // Looked for first, because whoever writes keeps others from it.
      while (await db.read((reader) => reader.adCounts.hasForgettable(before)))
        yield await db.write((tx) => tx.adCounts.forget(before, batchSize))
    },
  }
}
