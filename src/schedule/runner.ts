import { isUnavailable } from '../contract/errors.ts'
import { type EdgeOutcome, passPlacementEdge } from '../editorial/ad-placements.ts'
import { carryOutSchedule, type ScheduleOutcome } from '../editorial/scheduling.ts'
import type { Db } from '../store/index.ts'
import type { Due } from '../store/schedule.ts'

/** How often to look whether something is due. No timer is longer. */
const lookMs = 1_000

/** How soon to look again where something is due at this moment. */
const soonMs = 5

/** So many are done at once; the database commits them together. */
const most = 50

/** What failed is left alone for so long, so that it does not keep the rest from its instant. */
const retryMs = 10_000

/** So much later than planned is nothing to worry about. */
const overdueMs = 10_000

/** What was due: some of it was done, or all of it has failed or was done by another instance, or there was nothing. */
type Found = 'done' | 'left' | 'nothing'

interface RunnerOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly onDone: (done: ScheduleDone) => void
  /** Told of what could not be done; it is tried again. */
  readonly onFailure: (error: unknown, what?: ScheduleSubject) => void
}

/** What something was planned for. */
export type ScheduleSubject = { readonly articleId: string } | { readonly placementId: string }

/** Something that was planned and is done now. */
export type ScheduleDone = ScheduleSubject & {
  readonly outcome: ScheduleOutcome | EdgeOutcome
  readonly latenessMs: number
}

/** Carries out what was planned for an instant. */
export interface ScheduleRunner {
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>
}

/** Rejects while something should have been done long ago, whichever process does it. */
export async function checkSchedule({ db, clock }: Pick<RunnerOptions, 'db' | 'clock'>): Promise<void> {
  const before = new Date(clock() - overdueMs).toISOString()
  const overdue = db.read((reader) => reader.schedule.countOverdue(before))
  const count = await overdue.catch((error: unknown) => {
    // Whether the database answers is another check.
    if (isUnavailable(error)) return 0
    throw error
  })
  if (count > 0) throw new Error(`${count} scheduled changes are overdue`)
}

/**
 * Publishes and takes back articles when their instant comes, and tells of ads that begin and end. The rows are the
 * truth and this keeps nothing: what fell due while no instance ran is done at the start. Every instance tries; the one
 * whose transaction comes first does it, and the others find it done, because each looks again inside its own.
 */
export function startSchedule({ db, clock, onDone, onFailure }: RunnerOptions): ScheduleRunner {
  const failed = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let isStopped = false

  function start(): void {
    running ??= run().finally(() => {
      running = undefined
    })
  }

  async function run(): Promise<void> {
    let waitMs = lookMs
    try {
      let found: Found = 'done'
      while (!isStopped && found === 'done') found = await doDue()
      const next = await db.read((reader) => reader.schedule.nextDue())
      const untilNext = next === null ? lookMs : Date.parse(next) - clock()
      if (untilNext > 0) waitMs = Math.min(untilNext, lookMs)
      // It fell due between the two looks.
      else if (found === 'nothing') waitMs = soonMs
    } catch (error) {
      onFailure(error)
    }
    if (isStopped) return
    timer = setTimeout(start, waitMs)
    timer.unref()
  }

  /**
   * Does some of what is due. What another instance did first is left to that one for a while, because to find
   * everything done takes turns of the only writer.
   */
  async function doDue(): Promise<Found> {
    for (const [id, since] of failed) if (performance.now() - since > retryMs) failed.delete(id)
    const due = await db.read((reader) =>
      reader.schedule.due(new Date(clock()).toISOString(), most + failed.size),
    )
    const mine = due.filter(({ id }) => !failed.has(id))
    const done = await Promise.all(mine.map(carryOut))
    if (done.includes(true)) return 'done'
    return due.length === 0 ? 'nothing' : 'left'
  }

  /** True when it was done here and now. */
  async function carryOut({ what, id, at }: Due): Promise<boolean> {
    const subject = what === 'article' ? { articleId: id } : { placementId: id }
    const work = what === 'article' ? carryOutSchedule : passPlacementEdge
    try {
      const outcome = await db.write<ScheduleDone['outcome'] | undefined>((tx) => work(tx, id))
      if (outcome === undefined) return false
      onDone({ ...subject, outcome, latenessMs: clock() - Date.parse(at) })
      return true
    } catch (error) {
      // A database that does not answer says nothing of what was planned: that is tried at the next look.
      if (!isUnavailable(error)) failed.set(id, performance.now())
      onFailure(error, subject)
      return false
    }
  }

  start()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
