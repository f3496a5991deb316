import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { readConfig } from '../config.ts'
import type { ImportFormat } from '../contract/import-job.ts'
import { systemActor } from '../contract/permissions.ts'
import type { Withheld } from '../editorial/import-page.ts'
import { type ImportEvent, type ImportEventOutcome, runImport } from '../imports/run.ts'
import { type CliContext, CommandError } from './context.ts'
import { openMigrated } from './database.ts'
import { findFiles } from './import-files.ts'
import { showImportProgress } from './progress.ts'

export interface ImportFlags {
  readonly format?: ImportFormat
  readonly publish?: boolean
  readonly dryRun?: boolean
  readonly baseUrl?: string
  /** Where the report is written. */
  readonly report?: string
  readonly json?: boolean
}

const outcomes: readonly ImportEventOutcome[] = [
  'created',
  'updated',
  'unchanged',
  'readable',
  'skipped',
  'failed',
]

/** Others who write to the same database wait for so many items, and have their turn then, in milliseconds. */
const itemsAtOnce = 250
const pauseMs = 1

/**
 * `copydesk import`: brings archives in, in batches that are each written whole. What fails is told with its place and
 * reason and does not stop the rest; the exit code is then not zero.
 */
export async function importCommand(
  context: CliContext,
  paths: readonly string[],
  flags: ImportFlags,
): Promise<void> {
  const config = readConfig(context.env)
  const baseUrl = checkBaseUrl(flags.baseUrl)
  const files = await findFiles(paths)
  if (files.length === 0) throw new CommandError(`no file that could be imported in ${paths.join(', ')}`)
  const report = flags.report === undefined ? undefined : await openReport(flags.report)
  const opened = flags.dryRun ? undefined : await openMigrated(config)
  try {
    const counts = await importAll(context, files, {
      flags,
      report,
      run: {
        sources: files.map(({ path, error }) => ({
          path,
          name: path,
          baseUrl,
          ...(error === undefined ? {} : { error }),
        })),
        format: flags.format,
        publish: flags.publish ?? false,
        actor: systemActor,
        siteLanguage: config.siteLanguage,
        db: opened?.db,
        itemsAtOnce,
        pauseMs,
      },
    })
    const summary = outcomes
      .filter((outcome) => counts[outcome] > 0)
      .map((outcome) => `${counts[outcome]} ${outcome}`)
    if (flags.json) context.stdout.write(`${JSON.stringify({ summary: counts })}\n`)
    else context.stdout.write(`${summary.join(', ')}\n`)
    const total = outcomes.reduce((sum, outcome) => sum + counts[outcome], 0)
    const what = total === files.length ? 'files' : 'items'
    if (counts.failed > 0) throw new CommandError(`${counts.failed} of ${total} ${what} failed`)
  } finally {
    await opened?.engine.close()
    report?.end()
    if (report !== undefined) await once(report, 'finish')
  }
}

interface Import {
  readonly flags: ImportFlags
  readonly report: WriteStream | undefined
  readonly run: Parameters<typeof runImport>[0]
}

async function importAll(
  { stdout, stderr }: CliContext,
  files: readonly { readonly bytes: number }[],
  { flags, report, run }: Import,
): Promise<Record<ImportEventOutcome, number>> {
  const counts = { created: 0, updated: 0, unchanged: 0, readable: 0, skipped: 0, failed: 0 }
  const total = files.reduce((sum, file) => sum + file.bytes, 0)
  const progress = showImportProgress(stderr, { total, isShown: !flags.json })
  let losing = 0
  let kept = 0
  try {
    for await (const { events, bytes } of runImport(run)) {
      for (const event of events) {
        if (event.outcome === 'end') continue
        counts[event.outcome] += 1
        if (event.losses.length > 0 && event.outcome !== 'unchanged') losing += 1
        if (event.outcome === 'unchanged' && event.reason !== null) kept += 1
        const line = `${JSON.stringify(recordOf(event))}\n`
        if (report !== undefined && !report.write(line)) await once(report, 'drain')
        if (flags.json) stdout.write(line)
        else tell(event, progress.print, { stdout, stderr })
      }
      progress.reach(bytes, events.filter(({ outcome }) => outcome !== 'end').length)
    }
  } finally {
    progress.stop()
  }
  if (flags.json || report !== undefined) return counts
  if (losing > 0)
    stdout.write(`of ${losing} not everything could be carried over: --report FILE tells what\n`)
  if (kept > 0)
    stdout.write(`${kept} are here already, newer or otherwise, and stay: --report FILE tells which\n`)
  return counts
}

/** Of archives of many items only failures are told: the rest is in the report. */
function tell(
  event: ImportEvent,
  print: (stream: NodeJS.WriteStream, line: string) => void,
  { stdout, stderr }: Pick<CliContext, 'stdout' | 'stderr'>,
): void {
  const { source, place, outcome, title, slug, reason, withheld } = event
  if (outcome === 'failed')
    print(stderr, `failed ${source.path}: ${place === '' ? '' : `${place}: `}${reason}`)
  else if (place === '' && outcome === 'skipped') print(stdout, `skipped ${source.path}: ${reason}`)
  else if (place === '' && outcome === 'readable')
    print(stdout, `readable ${title}: ${reason} (${source.path})`)
  else if (place === '') print(stdout, `${outcome} ${slug}${noteOf(withheld)} (${source.path})`)
}

function noteOf(withheld: Withheld | null): string {
  if (withheld === null) return ''
  if (withheld === 'trashed') return ', left alone because it is in the trash'
  return withheld === 'killed'
    ? ', left alone because it is killed'
    : `, not published because it is ${withheld}`
}

/** A line of the report. */
function recordOf({ source, ...event }: ImportEvent) {
  return { source: source.path, ...event }
}

function checkBaseUrl(baseUrl: string | undefined): string | null {
  if (baseUrl === undefined) return null
  if (!/^https?:\/\//i.test(baseUrl) || !URL.canParse(baseUrl))
    throw new CommandError('--base-url must be an absolute http or https URL, such as https://news.example/')
  return new URL(baseUrl).href
}

/** Opened before anything is imported: a report that cannot be written is told first. */
async function openReport(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path)
  try {
    await once(stream, 'open')
    return stream
  } catch (error) {
    throw new CommandError(`--report ${path} cannot be written: ${(error as Error).message}`)
  }
}
