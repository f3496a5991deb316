import { AsyncLocalStorage } from 'node:async_hooks'
import { isProblem, Problem } from '../contract/errors.ts'
import { isForeignKeyViolation, isUniqueViolation } from './constraint.ts'
import type { Renew } from './engine.ts'

/** Other writers wait meanwhile: after so many milliseconds no further part is begun. */
const longestMs = 10_000

interface Shared<Tx> {
  readonly tx: Tx
  readonly startedAt: number
  isOpen: boolean
  /** What went wrong first, so that the transaction may not be committed. */
  fault: { readonly error: unknown } | undefined
  /** What still runs in it. */
  readonly parts: Set<Promise<unknown>>
}

/**
 * Lets code join a transaction that was opened somewhere above it, where it would else open one of its own and
 * wait for ever for the first to end. `Tx` is what a part is handed of the transaction. Each part is given the time of
 * a transaction of its own.
 */
export function createJoining<Tx extends { readonly renew: Renew }>({
  /** As `performance.now` counts. */
  clock = () => performance.now(),
} = {}) {
  const ambient = new AsyncLocalStorage<Shared<Tx>>()

  async function runPart<T>(
    shared: Shared<Tx>,
    work: (tx: Tx) => Promise<T>,
    spoils: (error: unknown) => boolean,
  ): Promise<T> {
    const part = begin(shared, work)
    shared.parts.add(part)
    try {
      return await part
    } catch (error) {
      if (spoils(error)) shared.fault ??= { error }
      if (isMeantForCaller(error)) throw error
      // Whether it is tried again, and what it is called, is decided where the transaction was opened.
      throw new Problem('unavailable', 'The transaction that this is part of has failed.', { cause: error })
    } finally {
      shared.parts.delete(part)
    }
  }

  async function begin<T>({ tx, startedAt }: Shared<Tx>, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (clock() - startedAt > longestMs)
      throw new Problem('unavailable', 'The transaction has taken more than 10 seconds; put less into one.')
    tx.renew()
    return work(tx)
  }

  /** The transaction that the caller is in; undefined when in none, or in one that is over. */
  function current(): Shared<Tx> | undefined {
    const shared = ambient.getStore()
    return shared?.isOpen ? shared : undefined
  }

  return {
    /** Runs reads in the transaction that the caller is in; undefined when it is in none. */
    read<T>(work: (tx: Tx) => Promise<T>): Promise<T> | undefined {
      const shared = current()
      // What was not found, or may not be seen, is no reason to give up what was written.
      return shared && runPart(shared, work, (error) => !isProblem(error))
    },

    /** Runs a write in the transaction that the caller is in; undefined when it is in none. */
    write<T>(work: (tx: Tx) => Promise<T>): Promise<T> | undefined {
      const shared = current()
      return shared && runPart(shared, work, () => true)
    },

    /**
     * Runs `work` with `tx` to be joined by what is below it. It throws when one of the parts failed, even where
     * `work` made something else of it: half of a part may have been written.
     */
    async share<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
      const startedAt = clock()
      const shared: Shared<Tx> = { tx, startedAt, isOpen: true, fault: undefined, parts: new Set() }
      const [outcome] = await Promise.allSettled([ambient.run(shared, work)])
      while (shared.parts.size > 0) await Promise.allSettled(shared.parts)
      shared.isOpen = false
      // For what the caller does with it, and the commit.
      tx.renew()
      const { fault } = shared
      if (fault && !isMeantForCaller(fault.error)) throw fault.error
      if (outcome.status === 'rejected') throw outcome.reason
      if (fault) throw fault.error
      return outcome.value
    },
  }
}

/** True for errors that say what is wrong with the request, false for those of the database or the program. */
function isMeantForCaller(error: unknown): boolean {
  return isProblem(error) || isUniqueViolation(error) || isForeignKeyViolation(error)
}
