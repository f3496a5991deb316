import { idempotencyKeptMs } from '../contract/idempotency.ts'
import type { Db } from '../store/index.ts'
import type { MaintenanceTask } from './task.ts'

/** So many are deleted in one transaction. */
const batchSize = 500

interface IdempotencyOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Deletes the answers that are kept for repetitions of requests when nobody may ask for them any more. */
export function dropOldAnswers({ db, clock }: IdempotencyOptions): MaintenanceTask {
  return {
    name: 'idempotency',
    async *pass() {
      const before = new Date(clock() - idempotencyKeptMs).toISOString()
      // Looked for first, because whoever writes keeps others from it.
      while (await db.read((reader) => reader.idempotency.hasExpired(before)))
        yield await db.write((tx) => tx.idempotency.removeExpired(before, batchSize))
    },
  }
}
