import { setTimeout as sleep } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { Problem } from '../contract/errors.ts'
import { isBusy, isStorageFault } from './constraint.ts'
import type { Query, StatementListener, TakeTurn } from './engine.ts'
import { type GroupTransaction, tooBusy } from './group-commit.ts'

/** Write transactions on the one connection that writes; see `group-commit.ts`. */
export function sqliteTransactions(
  connection: Database.Database,
  query: Query,
  takeTurn: TakeTurn = async () => () => {},
) {
  const savepoint = connection.prepare('SAVEPOINT work')
  const release = connection.prepare('RELEASE work')
  const undo = connection.prepare('ROLLBACK TO work')
  let endTurn = () => {}
  const transaction: GroupTransaction = {
    query,
    // What has begun has all the time that it needs: there is no other end that might not answer.
    renew() {},
    async savepoint() {
      // Outside a transaction it would begin one, which its release commits.
      if (!connection.inTransaction) throw ended()
      savepoint.run()
    },
    async release() {
      release.run()
    },
    async undo() {
      // After some faults, a full disk among them, the driver has rolled back everything already: this throws.
      undo.run()
      release.run()
    },
    async rollback() {
      connection.exec('ROLLBACK')
    },
    async commit() {
      connection.exec('COMMIT')
      endTurn()
    },
    async abort() {
      if (connection.inTransaction) connection.exec('ROLLBACK')
      endTurn()
    },
  }

  /** Takes the write lock, trying again without holding the process until the deadline. */
  async function lock(deadline: number): Promise<void> {
    for (;;) {
      if (performance.now() > deadline) throw tooBusy()
      try {
        connection.exec('BEGIN IMMEDIATE')
        return
      } catch (error) {
        if (!isBusy(error)) throw error
      }
      // Short and uneven, so that of several processes each finds its gap.
      await sleep(1 + Math.random() * 4)
    }
  }

  return {
    /** Begins a transaction when it is this process's turn, by the deadline. */
    async begin(deadline: number): Promise<GroupTransaction> {
      const end = await takeTurn(deadline)
      if (end === undefined) throw tooBusy()
      endTurn = end
      try {
        await lock(deadline)
      } catch (error) {
        endTurn()
        throw error
      }
      return transaction
    },
  }
}

/**
 * Refuses statements outside transactions, where each would be committed by itself: some faults, a full disk among
 * them, end a transaction of which other statements are still to come. A listener that throws keeps a statement from
 * running.
 */
export function insideTransactions(
  connection: Database.Database,
  listener: StatementListener = () => {},
): StatementListener {
  return (sql) => {
    if (!connection.inTransaction) throw ended()
    listener(sql)
  }
}

function ended(): Problem {
  return new Problem('unavailable', 'The transaction that this is part of has ended.')
}

/** The problem that callers are told of when the file is locked, full or cannot be written. */
export function unavailable(cause: unknown): Problem | undefined {
  if (isBusy(cause))
    return new Problem('unavailable', 'The database is locked by another process.', { cause })
  if (isStorageFault(cause)) return new Problem('unavailable', 'The database cannot be written.', { cause })
  return undefined
}
