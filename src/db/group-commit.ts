import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Problem } from '../contract/errors.ts'
import { isRetriable } from './constraint.ts'
import type { Query, Renew, Turn } from './engine.ts'
import { together } from './statement.ts'

/** A group takes no more work after so long, because other processes wait for it. */
const groupMs = 50

/** How often a work is tried that lost a conflict with another process. */
const mostTries = 5

/** One open write transaction that several works share, one after the other. */
export interface GroupTransaction {
  readonly query: Query
  readonly renew: Renew
  /** Throws when the transaction as a whole is lost. */
  savepoint(): Promise<void>
  /** Keeps what was done since the savepoint. When it fails, the transaction must not be committed. */
  release(): Promise<void>
  /** Undoes what was done since the savepoint. Throws when the transaction as a whole is lost. */
  undo(): Promise<void>
  /** Undoes everything. Throws when the transaction was lost before. */
  rollback(): Promise<void>
  /** Resolves when everything is durable. */
  commit(): Promise<void>
  /** Ends the transaction after an error, without a trace of it. Never throws. */
  abort(): Promise<void>
}

interface GroupCommitOptions {
  /** Begins a transaction that no other writer is in, by `deadline` (as `performance.now()` counts). */
  readonly begin: (deadline: number) => Promise<GroupTransaction>
  /** What callers are told of a failure of the database; undefined where the error is to be told as it is. */
  readonly translate: (error: unknown) => Problem | undefined
  /** How long a write waits for its turn, in milliseconds. */
  readonly waitMs: number
  /** Called after each commit. */
  readonly onCommit?: () => void
}

interface Waiting {
  readonly work: (query: Query, turn: Turn) => Promise<unknown>
  readonly deadline: number
  tries: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Write transactions, one at a time. Those that wait at the same moment run one after the other and are committed
 * together, because a commit costs more than most of them do. Each after the first is a savepoint: it sees what the
 * ones before it wrote, and when it fails, it alone is undone. Nobody is answered before the commit, failures included, since
 * they may have been told of what the others wrote.
 */
export function createGroupCommit({ begin, translate, waitMs, onCommit }: GroupCommitOptions) {
  const waiting: Waiting[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    // Whatever else has arrived by now may come along.
    await nextTurn()
    while (waiting.length > 0) await runGroup()
    running = undefined
  }

  async function runGroup(): Promise<void> {
    const [first] = waiting
    if (!first) return
    const transaction = await beginFor(first)
    if (!transaction) return
    const done: { member: Waiting; answer: () => void }[] = []
    const released: Promise<void>[] = []
    try {
      const end = performance.now() + groupMs
      for (let member = waiting.shift(); member; member = nextUntil(end)) {
        const place = { member, answer: () => {} }
        done.push(place)
        place.answer = await (done.length === 1
          ? attemptFirst(transaction, member)
          : attempt(transaction, member, released))
      }
      await Promise.all(released)
      await transaction.commit()
    } catch (error) {
      await transaction.abort()
      for (const { member } of done.reverse()) tryAgain(member, error)
      return
    }
    onCommit?.()
    for (const { answer } of done) answer()
  }

  async function beginFor(member: Waiting): Promise<GroupTransaction | undefined> {
    try {
      if (performance.now() > member.deadline) throw tooBusy()
      return await begin(member.deadline)
    } catch (error) {
      waiting.shift()
      member.reject(translate(error) ?? error)
      return undefined
    }
  }

  function nextUntil(end: number): Waiting | undefined {
    return performance.now() < end ? waiting.shift() : undefined
  }

  /**
   * Runs the first work of a group and says how to answer it. It needs no savepoint: when it fails, nothing else is
   * lost with the transaction. Throws what it threw.
   */
  async function attemptFirst(transaction: GroupTransaction, member: Waiting): Promise<() => void> {
    if (performance.now() > member.deadline) return () => member.reject(tooBusy())
    try {
      const value = await member.work(transaction.query, { renew: transaction.renew, tries: member.tries })
      return () => member.resolve(value)
    } catch (error) {
      await transaction.rollback().catch((lost: unknown) => {
        throw whyLost(error, lost)
      })
      throw error
    }
  }

  /**
   * Runs one of the works after it and says how to answer it. The release is added to `released` and not awaited: it travels with
   * what the next work asks for. Throws when the whole transaction is lost.
   */
  async function attempt(
    transaction: GroupTransaction,
    member: Waiting,
    released: Promise<void>[],
  ): Promise<() => void> {
    if (performance.now() > member.deadline) return () => member.reject(tooBusy())
    const saved = transaction.savepoint()
    const turn = { renew: transaction.renew, tries: member.tries }
    try {
      // Also where there is no savepoint, nothing of the work is under way any more when this is over.
      const [value] = await together([member.work(transaction.query, turn), saved])
      released.push(settling(release(transaction)))
      return () => member.resolve(value)
    } catch (error) {
      // To undo would go back to the savepoint of a work before, were that not released.
      await Promise.all(released)
      await transaction.undo().catch((lost: unknown) => {
        // What was wrong with this work is not what the others are to be told.
        throw whyLost(error, lost)
      })
      return () => tryAgain(member, error)
    }
  }

  /** Why a transaction is lost in which a work failed, so that undoing it failed too. */
  function whyLost(error: unknown, lost: unknown): Problem {
    return translate(error) ?? translate(lost) ?? lostTransaction(error)
  }

  /** What was done in a transaction that cannot be kept is lost to all who share it. */
  async function release(transaction: GroupTransaction): Promise<void> {
    await transaction.release().catch((cause: unknown) => {
      throw translate(cause) ?? lostTransaction(cause)
    })
  }

  /** Puts back at the head of the queue what lost a conflict with another process, or guessed wrong: nothing of it was written. */
  function tryAgain(member: Waiting, error: unknown): void {
    member.tries += 1
    const mayTry = isRetriable(error) && member.tries < mostTries && performance.now() < member.deadline
    if (mayTry) waiting.unshift(member)
    else member.reject(translate(error) ?? error)
  }

  return {
    write<T>(work: (query: Query, turn: Turn) => Promise<T>): Promise<T> {
      return new Promise<unknown>((resolve, reject) => {
        const deadline = performance.now() + waitMs
        waiting.push({ work: AsyncLocalStorage.bind(work), deadline, tries: 0, resolve, reject })
        running ??= run()
      }) as Promise<T>
    },

    /** Resolves when nothing waits any more. */
    async idle(): Promise<void> {
      await running
    },
  }
}

/** What a write is told that waited too long for its turn. */
export function tooBusy(): Problem {
  return new Problem('unavailable', 'The database is busy with other writes, or locked by another process.')
}

/** The same promise, whose failure is looked at later. */
function settling<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

function lostTransaction(cause: unknown): Problem {
  return new Problem('unavailable', 'The database gave up the transaction.', { cause })
}
