import { readFile } from 'node:fs/promises'
import { type Config, readConfig } from '../config.ts'
import { articleInput } from '../contract/article.ts'
import { type ImportOutcome, importPage, pageIdentity, type Withheld } from '../editorial/import-page.ts'
import { PageError, type PlainTextPage, readPlainTextPage } from '../importers/plain-text-page.ts'
import type { Db } from '../store/index.ts'
import { type CliContext, CommandError } from './context.ts'
import { openMigrated } from './database.ts'
import { findFiles, type SourceFile } from './import-files.ts'
import { showProgress } from './progress.ts'

interface ImportOptions {
  readonly publish: boolean
  readonly dryRun: boolean
}

type Outcome = ImportOutcome | 'failed' | 'readable'
const outcomes: readonly Outcome[] = ['created', 'updated', 'unchanged', 'readable', 'failed']

/**
 * `copydesk import`: brings pages in, each in a transaction of its own. A file that fails is told with line and
 * reason and does not stop the others; the exit code is then not zero.
 */
export async function importCommand(
  context: CliContext,
  paths: readonly string[],
  options: ImportOptions,
): Promise<void> {
  const config = readConfig(context.env)
  const files = await findFiles(paths)
  if (files.length === 0) throw new CommandError(`no .txt file in ${paths.join(', ')}`)
  const opened = options.dryRun ? undefined : await openMigrated(config)
  try {
    const counts = await importAll(context, files, { ...options, config, db: opened?.db })
    const summary = outcomes
      .filter((outcome) => counts[outcome] > 0)
      .map((outcome) => `${counts[outcome]} ${outcome}`)
    context.stdout.write(`${summary.join(', ')}\n`)
    if (counts.failed > 0) throw new CommandError(`${counts.failed} of ${files.length} files failed`)
  } finally {
    await opened?.engine.close()
  }
}

interface Run extends ImportOptions {
  readonly config: Config
  readonly db: Db | undefined
}

async function importAll({ stdout, stderr }: CliContext, files: readonly SourceFile[], run: Run) {
  const counts: Record<Outcome, number> = { created: 0, updated: 0, unchanged: 0, readable: 0, failed: 0 }
  const seen = new Map<string, string>()
  const progress = showProgress(stderr, 'importing', files.length)
  for (const file of files) {
    try {
      const { outcome, what } = await importFile(file, seen, run)
      counts[outcome] += 1
      progress.print(stdout, `${outcome} ${what} (${file.path})`)
    } catch (error) {
      counts.failed += 1
      progress.print(stderr, `failed ${file.path}: ${reasonOf(error)}`)
    }
    progress.advance()
  }
  progress.stop()
  return counts
}

async function importFile(file: SourceFile, seen: Map<string, string>, { db, config, publish }: Run) {
  if (file.error !== undefined) throw new PageError(null, file.error)
  const page = readPlainTextPage(await readFile(file.path))
  checkLimits(page)
  const identity = pageIdentity(page)
  const first = seen.get(identity)
  if (first !== undefined)
    throw new PageError(1, `has the same title as ${first}, and a page is known by its title`)
  seen.set(identity, file.path)
  if (!db) return { outcome: 'readable' as const, what: `${page.title}: ${describe(page)}` }
  const { outcome, slug, withheld } = await db.write((tx) =>
    importPage(tx, page, { publish, siteLanguage: config.siteLanguage }),
  )
  return { outcome, what: `${slug}${noteOf(withheld)}` }
}

function noteOf(withheld: Withheld | null): string {
  if (withheld === null) return ''
  return withheld === 'trashed'
    ? ', left alone because it is in the trash'
    : `, not published because it is ${withheld}`
}

/** What an article may hold is said once, in its contract. */
function checkLimits({ title, body, source }: PlainTextPage): void {
  const parsed = articleInput.safeParse({ title, body, source })
  const issue = parsed.error?.issues[0]
  if (issue)
    throw new PageError(issue.path[0] === 'title' ? 1 : null, `${issue.path.join('.')} ${issue.message}`)
}

function describe(page: PlainTextPage): string {
  return `${page.body.length} blocks, ${page.related.length} related links, ${page.placements.length} ads`
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read by this user'
  return message
}
