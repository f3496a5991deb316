import { setTimeout as sleep } from 'node:timers/promises'
import type { MaintenanceTask, OnFailure } from './task.ts'

/** Milliseconds. */
const everyMs = 60 * 60 * 1000
/** After a pass in which something failed. */
const retryMs = 60 * 1000
/** How often to compare the clock. No timer is longer, so that a clock that is set is noticed. */
const lookMs = 1_000
/** Between two transactions, for those who wait to write: at least so long, and as long as one took. */
const pauseMs = 5
const longestPauseMs = 100

interface MaintenanceOptions {
  readonly tasks: readonly MaintenanceTask[]
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Told at the end of a pass that removed something. */
  readonly onDone: (done: { readonly task: string; readonly removed: number }) => void
  readonly onFailure: OnFailure
}

export interface Maintenance {
  /** Resolves when nothing of it is under way any more. What was begun is completed or has not happened. */
  stop(): Promise<void>
}

/**
 * Does the tasks at once and then every hour, one after the other, and again after a minute what failed. It keeps
 * nothing: what there is to do is in the database, and every instance looks for it.
 */
export function startMaintenance({ tasks, clock, onDone, onFailure }: MaintenanceOptions): Maintenance {
  const stopping = new AbortController()
  const { signal } = stopping

  async function run(): Promise<void> {
    const nextAt = new Map<MaintenanceTask, number>()
    while (!signal.aborted) {
      for (const task of tasks) {
        const now = clock()
        const next = nextAt.get(task) ?? now
        // A clock that was set back far must not put it off for as long.
        if (now < next && next - now <= everyMs) continue
        nextAt.set(task, now + ((await pass(task)) === 'failed' ? retryMs : everyMs))
      }
      await pause(lookMs)
    }
  }

  async function pass(task: MaintenanceTask): Promise<'done' | 'failed'> {
    let outcome: 'done' | 'failed' = 'done'
    let removed = 0
    const fail: OnFailure = (error, details) => {
      outcome = 'failed'
      onFailure(error, { task: task.name, ...details })
    }
    try {
      let begun = performance.now()
      for await (const count of task.pass(fail)) {
        removed += count
        if (signal.aborted) break
        const tookMs = performance.now() - begun
        await pause(Math.min(longestPauseMs, Math.max(pauseMs, tookMs)))
        begun = performance.now()
      }
    } catch (error) {
      fail(error)
    }
    if (removed > 0) onDone({ task: task.name, removed })
    return outcome
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal, ref: false }).catch(() => {})
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
