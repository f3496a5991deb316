import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { drizzle } from 'drizzle-orm/sqlite-proxy'
import pLimit from 'p-limit'
import { Problem } from '../contract/errors.ts'
import { loggingTo, type OpenSnapshot, type Query, type StatementListener } from './engine.ts'
import type { ThreadAnswer, ThreadQuestion } from './long-reads.thread.sqlite.ts'
import * as schema from './schema.sqlite.ts'

/** Snapshots that are read in other threads. */
export interface LongReads {
  /**
   * Runs reads that all see one state of the database. Throws the problem `unavailable` when too many wait already, or
   * the database is being closed.
   */
  snapshot<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** Opens one in a thread of its own. It ends when nothing was asked of it for a minute. */
  open(): Promise<OpenSnapshot>
  close(): Promise<void>
}

interface Thread {
  readonly query: Query
  ask(question: ThreadQuestion): Promise<readonly unknown[]>
  /** Whether the process is to wait for it. */
  hold(isHeld: boolean): void
  readonly isOver: boolean
  end(): Promise<unknown>
}

/** Two, so that one long read does not hold up all others. */
const threads = 2
const mostWaiting = 100
/** An open snapshot keeps the log of SQLite from being taken into the database: nobody may forget one, in milliseconds. */
const longestIdleMs = 60_000

const script = new URL(`./long-reads.thread.sqlite${extname(import.meta.url)}`, import.meta.url)

/**
 * The driver of SQLite holds its thread while a statement runs. What may run long, such as a search for words that are
 * in every article, is therefore asked of a connection in a thread of its own, which starts when it is needed first.
 */
export function openLongReads(path: string, onStatement?: StatementListener): LongReads {
  const limit = pLimit(threads)
  const all = new Set<Thread>()
  const idle: Thread[] = []
  let isClosing = false

  const take = (): Thread => {
    const known = idle.pop()
    if (known) return known
    const thread = startThread(path, onStatement)
    all.add(thread)
    return thread
  }

  const giveBack = (thread: Thread): void => {
    if (thread.isOver) all.delete(thread)
    else idle.push(thread)
  }

  const run = async <T>(work: (query: Query) => Promise<T>): Promise<T> => {
    if (isClosing) throw new Problem('unavailable', 'The server is closing.')
    const thread = take()
    thread.hold(true)
    try {
      await thread.ask('begin')
      return await work(thread.query)
    } finally {
      // Behind whatever `work` left running.
      await thread.ask('end').catch(() => {})
      thread.hold(false)
      giveBack(thread)
    }
  }

  return {
    snapshot(work) {
      if (limit.pendingCount >= mostWaiting)
        return Promise.reject(new Problem('unavailable', 'Too many searches and counts are waiting.'))
      return limit(run, work) as ReturnType<typeof work>
    },
    async open() {
      if (isClosing) throw new Problem('unavailable', 'The server is closing.')
      const thread = startThread(path, onStatement, () => timer.refresh())
      const timer = setTimeout(() => void thread.end(), longestIdleMs)
      all.add(thread)
      const close = async () => {
        clearTimeout(timer)
        all.delete(thread)
        await thread.end()
      }
      try {
        await thread.ask('begin')
        return { query: thread.query, close }
      } catch (error) {
        await close()
        throw error
      }
    },
    async close() {
      isClosing = true
      await Promise.all([...all].map((thread) => thread.end()))
    },
  }
}

/** One connection in a thread; its answers come in the order of the questions. */
function startThread(
  path: string,
  onStatement: StatementListener | undefined,
  onAsk: () => void = () => {},
): Thread {
  const worker = new Worker(script, { workerData: path, resourceLimits: { maxYoungGenerationSizeMb: 8 } })
  const waiting: { resolve: (rows: readonly unknown[]) => void; reject: (error: unknown) => void }[] = []
  let fault: Error | undefined

  const give = (answer: ThreadAnswer): void => {
    const asker = waiting.shift()
    if ('rows' in answer) asker?.resolve(answer.rows)
    else asker?.reject(Object.assign(new Error(answer.message), { code: answer.code }))
  }
  const fail = (error: Error): void => {
    fault ??= error
    for (const { reject } of waiting.splice(0)) reject(fault)
  }
  worker.on('message', give)
  worker.on('error', fail)
  worker.on('exit', () => fail(new Problem('unavailable', 'The thread that reads has ended.')))

  const ask = (question: ThreadQuestion) =>
    new Promise<readonly unknown[]>((resolve, reject) => {
      if (fault) {
        reject(fault)
        return
      }
      waiting.push({ resolve, reject })
      onAsk()
      worker.postMessage(question)
    })
  const callback = async (sql: string, parameters: unknown[], method: string) => {
    const rows = await ask({ sql, parameters })
    return { rows: (method === 'get' ? rows[0] : rows) as unknown[] }
  }
  return {
    ask,
    query: {
      sql: drizzle(callback, loggingTo(onStatement)) as unknown as Query['sql'],
      tables: schema,
      dialect: 'sqlite',
    },
    hold(isHeld) {
      if (isHeld) worker.ref()
      else worker.unref()
    },
    get isOver() {
      return fault !== undefined
    },
    end: () => worker.terminate(),
  }
}
