import { idempotencyKeptMs } from '../contract/idempotency.ts'
import { importKeptMs, lostReason, mostSilentMs } from '../contract/import-job.ts'
import type { Db } from '../store/index.ts'
import type { MaintenanceTask } from './task.ts'

/** So many are deleted in one transaction. */
const batchSize = 500
/** Events may come to be written late, when the database was away; until then they are recognised. */
const eventGraceMs = 60 * 60 * 1000

interface ExpiryOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Deletes the answers that are kept for repetitions of requests when nobody may ask for them any more. */
export function dropOldAnswers({ db, clock }: ExpiryOptions): MaintenanceTask {
  return {
    name: 'idempotency',
    pass: () =>
      deleteBefore(clock() - idempotencyKeptMs, {
        isAny: (before) => db.read((reader) => reader.idempotency.hasExpired(before)),
        deleteSome: (before) => db.write((tx) => tx.idempotency.removeExpired(before, batchSize)),
      }),
  }
}

/** Forgets which events of ads were counted, when the same may be counted again. */
export function forgetAdEvents({ db, clock }: ExpiryOptions): MaintenanceTask {
  return {
    name: 'ad-events',
    pass: () =>
      deleteBefore(clock() - eventGraceMs, {
        isAny: (before) => db.read((reader) => reader.adCounts.hasForgettable(before)),
        deleteSome: (before) => db.write((tx) => tx.adCounts.forget(before, batchSize)),
      }),
  }
}

/** Ends imports whose process has died, and forgets those that are over for long. */
export function tidyImports({ db, clock }: ExpiryOptions): MaintenanceTask {
  return {
    name: 'imports',
    async *pass() {
      const before = (ms: number) => new Date(clock() - ms).toISOString()
      const leftovers = { silentUntil: before(mostSilentMs), endedUntil: before(importKeptMs) }
      if (!(await db.read((reader) => reader.imports.hasLeftovers(leftovers)))) return
      yield await db.write(async (tx) => {
        await tx.imports.failSilent(leftovers.silentUntil, { reason: lostReason, now: tx.now })
        return tx.imports.removeEnded(leftovers.endedUntil)
      })
    },
  }
}

interface Expiring {
  readonly isAny: (before: string) => Promise<boolean>
  /** Answers how many there were. */
  readonly deleteSome: (before: string) => Promise<number>
}

/** Deletes what expired before an instant (milliseconds since 1970), a batch at a time. */
async function* deleteBefore(ms: number, { isAny, deleteSome }: Expiring): AsyncGenerator<number> {
  const before = new Date(ms).toISOString()
  // Looked for first, because whoever writes keeps others from it.
  while (await isAny(before)) yield await deleteSome(before)
}
