import { v7 as newId } from 'uuid'
import { Problem } from '../contract/errors.ts'
import {
  type ImportCounts,
  type ImportOptions,
  type ImportProblem,
  mostProblems,
  mostSilentMs,
  noCounts,
} from '../contract/import-job.ts'
import type { Actor } from '../contract/permissions.ts'
import { detectFormat } from '../importers/formats.ts'
import { readStart } from '../importers/source.ts'
import type { ImportState, StoredImport } from '../store/imports.ts'
import type { Db } from '../store/index.ts'
import { type ImportEvent, runImport } from './run.ts'

/** A process says at least so often that it still carries a job out, in milliseconds. */
const beatMs = 2_000
/** Few, with pauses between: this process answers requests meanwhile. */
const itemsAtOnce = 3
const pauseMs = 5

interface JobsOptions {
  readonly db: Db
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly siteLanguage: string
  readonly onFailure: (error: unknown, id: string) => void
}

/** A file that was sent, with what is asked for. */
export interface NewImport {
  readonly path: string
  readonly options: ImportOptions
  readonly actor: Actor
  /** Called when the file is no longer needed. */
  readonly onDone: () => Promise<void>
}

/** Imports that run in this process, one at a time; the others wait. */
export interface ImportJobs {
  /** Answers the job as it was stored. Throws `invalid-body` where the format can neither be told nor was named. */
  add(job: NewImport): Promise<StoredImport>
  /** Stops after the batch that is being written. */
  close(): Promise<void>
}

export function createImportJobs({ db, clock, siteLanguage, onFailure }: JobsOptions): ImportJobs {
  const at = () => new Date(clock()).toISOString()
  const waiting = new Set<string>()
  let queue: Promise<void> = Promise.resolve()
  let isClosing = false
  let beat: NodeJS.Timeout | undefined

  const stateOf = (
    status: ImportState['status'],
    tally: Tally,
    reason: string | null = null,
  ): ImportState => ({
    status,
    counts: { ...tally.counts },
    problems: tally.problems,
    problemCount: tally.problemCount,
    reason,
    updatedAt: at(),
    finishedAt: status === 'completed' || status === 'failed' ? at() : null,
  })
  const keep = (id: string, state: ImportState) => db.write((tx) => tx.imports.update(id, state))

  async function carryOut(id: string, { path, options, actor }: NewImport): Promise<void> {
    const tally = startTally()
    let saved = clock()
    await keep(id, stateOf('running', tally))
    const run = runImport({
      sources: [{ path, name: options.name, baseUrl: options.baseUrl }],
      format: options.format ?? undefined,
      publish: options.publish,
      actor,
      siteLanguage,
      db: options.dryRun ? undefined : db,
      itemsAtOnce,
      pauseMs,
    })
    for await (const { events } of run) {
      for (const event of events) if (event.outcome !== 'end') tally.add(event)
      if (isClosing) throw new Error('the server was stopped')
      if (clock() - saved < beatMs) continue
      saved = clock()
      await keep(id, stateOf('running', tally))
    }
    await keep(id, stateOf('completed', tally))
  }

  async function runJob(id: string, job: NewImport): Promise<void> {
    try {
      if (!isClosing) await carryOut(id, job)
    } catch (error) {
      if (!isClosing) onFailure(error, id)
      const reason = isClosing
        ? 'The server was stopped; send it again, and what was imported is not imported twice.'
        : 'The import could not go on; send it again, and what was imported is not imported twice.'
      await db
        .write(async (tx) => {
          const stored = await tx.imports.find(id)
          if (stored)
            await tx.imports.update(id, {
              ...stored,
              status: 'failed',
              reason,
              updatedAt: at(),
              finishedAt: at(),
            })
        })
        .catch((fault: unknown) => onFailure(fault, id))
    } finally {
      await job.onDone().catch((error: unknown) => onFailure(error, id))
    }
  }

  /** Says of jobs that wait that they are not forgotten. */
  function startBeat(): void {
    beat ??= setInterval(() => {
      for (const id of waiting)
        void keep(id, stateOf('waiting', startTally())).catch((error: unknown) => onFailure(error, id))
    }, mostSilentMs / 4).unref()
  }

  return {
    async add(job) {
      await checkFormat(job)
      const id = newId()
      const { tokenId, name, role } = job.actor
      const stored = {
        id,
        ...stateOf('waiting', startTally()),
        options: job.options,
        createdBy: { tokenId, name, role },
        createdAt: at(),
      }
      await db.write((tx) => tx.imports.insert(stored))
      waiting.add(id)
      startBeat()
      queue = queue.then(async () => {
        waiting.delete(id)
        await runJob(id, job)
      })
      return stored
    },
    async close() {
      isClosing = true
      clearInterval(beat)
      await queue
    },
  }
}

/** What no reader could read is told at once, and not by a job. */
async function checkFormat({ path, options: { format, name } }: NewImport): Promise<void> {
  if (format !== null) return
  if (detectFormat(await readStart({ path, name, baseUrl: null }), name) !== undefined) return
  const detail = 'is of no format that can be told; name it in the parameter `format`'
  throw new Problem('invalid-body', `The body ${detail}.`, {
    errors: [{ pointer: '', code: 'unknown-format', detail }],
  })
}

interface Tally {
  readonly counts: ImportCounts
  readonly problems: ImportProblem[]
  readonly problemCount: number
  add(event: ImportEvent): void
}

function startTally(): Tally {
  const counts = { ...noCounts }
  const tally = {
    counts,
    problems: [] as ImportProblem[],
    problemCount: 0,
    add(event: ImportEvent): void {
      // Of a trial, what could be read would have been made.
      counts[event.outcome === 'readable' ? 'created' : event.outcome] += 1
      for (const problem of problemsOf(event)) {
        tally.problemCount += 1
        if (tally.problems.length < mostProblems) tally.problems.push(problem)
      }
    },
  }
  return tally
}

function problemsOf({
  place,
  outcome,
  articleId,
  title,
  reason,
  withheld,
  losses,
}: ImportEvent): ImportProblem[] {
  const about = { place, articleId, title }
  if (outcome === 'failed' || outcome === 'skipped')
    return [{ ...about, kind: outcome, reason: reason ?? '' }]
  return [
    ...losses.map((loss) => ({ ...about, kind: 'loss' as const, reason: loss })),
    ...(withheld === null ? [] : [{ ...about, kind: 'withheld' as const, reason: withheld }]),
    ...(outcome === 'unchanged' && reason !== null ? [{ ...about, kind: 'withheld' as const, reason }] : []),
  ]
}
