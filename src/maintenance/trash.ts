import { purgeOldTrash } from '../editorial/trash.ts'
import type { TrashKey } from '../store/articles.ts'
import type { Db } from '../store/index.ts'
import { daysBefore, type MaintenanceTask } from './task.ts'

/** So many are looked up at once. */
const batchSize = 100

interface TrashOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly days: number
}

/**
 * Deletes for good what has been in the trash for so many days, one article a transaction. Several processes may
 * do it at once: each looks again inside the transaction, so nothing happens twice.
 */
export function emptyTrash({ db, clock, days }: TrashOptions): MaintenanceTask {
  return {
    name: 'trash',
    async *pass(onFailure) {
      const until = daysBefore(clock(), days)
      let last: TrashKey | undefined
      do {
        const batch = await db.read((reader) =>
          reader.articles.listTrashed(until, { after: last, limit: batchSize }),
        )
        for (const [, id] of batch) {
          try {
            yield (await db.write((tx) => purgeOldTrash(tx, id, until))) ? 1 : 0
          } catch (error) {
            // One that cannot be deleted does not keep the others.
            onFailure(error, { articleId: id })
          }
        }
        last = batch.at(-1)
      } while (last !== undefined)
    },
  }
}
