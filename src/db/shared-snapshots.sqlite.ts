import type Database from 'better-sqlite3'

/** Snapshots of one connection. */
export interface SharedSnapshots {
  /** Runs reads that all see one state of the database. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Tells that something was committed, which whoever comes next must see. */
  renew(): void
}

interface Shared {
  readers: number
  /** True while others may join. */
  isOpen: boolean
}

/**
 * Reads that begin in one turn of the event loop share a snapshot: to begin and end one takes as long as two statements.
 * The system had told of all those requests before the first of them was looked at, so that none of them can have been
 * sent because of a commit by somebody else that came after the snapshot; what this process commits is told by `renew`.
 * Whoever comes later waits until the snapshot is over, because the connection has one at a time. `onBegin` is called
 * when one begins.
 */
export function shareSnapshots(connection: Database.Database, onBegin: () => void): SharedSnapshots {
  const begin = connection.prepare('BEGIN')
  const commit = connection.prepare('COMMIT')
  const rollback = connection.prepare('ROLLBACK')
  let shared: Shared | undefined
  let over = Promise.resolve()
  let tellOver = () => {}

  function open(): Shared {
    begin.run()
    onBegin()
    const opened = { readers: 0, isOpen: true }
    shared = opened
    over = new Promise((resolve) => {
      tellOver = resolve
    })
    setImmediate(close, opened)
    return opened
  }

  function close(one: Shared): void {
    one.isOpen = false
    endIfUnused(one)
  }

  function endIfUnused(one: Shared): void {
    if (one.isOpen || one.readers > 0 || shared !== one) return
    shared = undefined
    // Nothing was written, so that it does not matter how it ends. A damaged file is told to those who read it.
    for (const end of [commit, rollback]) {
      try {
        if (connection.inTransaction) end.run()
      } catch {}
    }
    tellOver()
  }

  return {
    async run(work) {
      while (shared && !shared.isOpen) await over
      const mine = shared ?? open()
      mine.readers += 1
      try {
        return await work()
      } finally {
        mine.readers -= 1
        endIfUnused(mine)
      }
    },
    renew() {
      if (shared) close(shared)
    },
  }
}
